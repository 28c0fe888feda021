import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient, type FeatureViewSummary, isFeatstoreError, NotFoundError } from "../src/index";
import { type Page, startList } from "../src/transport/call-promise";
import { json, problem, type ScriptedServer, startScriptedServer } from "./support/scripted-server";

let server: ScriptedServer;
let client: Client;

beforeAll(async () => {
  server = await startScriptedServer();
  client = createClient({ baseUrl: server.baseUrl, apiKey: "key-1" });
});
afterAll(() => server.close());

const views = [{ name: "a" }, { name: "b" }] as unknown as readonly FeatureViewSummary[];

test("withResponse gives status, headers, request id and remaining limits", async () => {
  const headers = { ratelimit: '"key";r=9;t=1, "key-month";r=70;t=600', etag: '"1"' };
  server.answer((_, response) => json(response, 200, { feature_views: views }, headers));
  const { data, response } = await client.featureViews.list().withResponse();
  expect(data).toEqual(views);
  expect(response).toMatchObject({
    status: 200,
    requestId: "r-1",
    limits: [
      { name: "key", remaining: 9, resetSeconds: 1 },
      { name: "key-month", remaining: 70, resetSeconds: 600 },
    ],
  });
  expect(response.headers.get("etag")).toBe('"1"');
});

test("a call is sent once, however its promise is used", async () => {
  server.seen.length = 0;
  server.answer((_, response) => json(response, 200, { feature_views: views }));
  const call = client.featureViews.list();
  const names: string[] = [];
  for await (const view of call) names.push(view.name);
  expect([(await call).length, (await call.withResponse()).data.length, names]).toEqual([2, 2, ["a", "b"]]);
  expect(server.seen).toHaveLength(1);
});

test("a failure is that of the promise in use, and of no other", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  server.answer((_, response) => problem(response, 404, "feature_view_not_found"));
  await expect(client.featureViews.list().withResponse()).rejects.toBeInstanceOf(NotFoundError);
  const iterate = async () => {
    for await (const _ of client.featureViews.list());
  };
  await expect(iterate()).rejects.toBeInstanceOf(NotFoundError);
  await expect(client.featureViews.get("a")).rejects.toBeInstanceOf(NotFoundError);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

test("a list follows its pages as far as they are consumed", async () => {
  const { response } = await client.features
    .get(1)
    .withResponse()
    .catch(() => ({ response: undefined }));
  expect(response).toBeUndefined();
  const read: number[] = [];
  const page = async (number: number): Promise<Page<string>> => {
    read.push(number);
    if (number === 3)
      throw new NotFoundError({
        status: 404,
        code: "x",
        requestId: null,
        problem: null,
        detail: null,
        errors: [],
        retryAfter: null,
      });
    const info = { status: 200, headers: new Headers(), requestId: null, limits: [] };
    return { data: [`${number}a`, `${number}b`], response: info, next: () => page(number + 1) };
  };
  const items: string[] = [];
  for await (const item of startList(() => page(1))) {
    items.push(item);
    if (item === "2a") break;
  }
  expect([items, read]).toEqual([
    ["1a", "1b", "2a"],
    [1, 2],
  ]);
  expect(await startList(() => page(2))).toEqual(["2a", "2b"]);
  const all = async () => {
    for await (const _ of startList(() => page(1)));
  };
  await expect(all()).rejects.toBeInstanceOf(NotFoundError);
});

test("isFeatstoreError recognises errors of another copy of the package", async () => {
  server.answer((_, response) => problem(response, 404, "feature_view_not_found"));
  const error = await client.featureViews.get("a").catch((caught: unknown) => caught);
  class OtherCopy extends Error {
    get [Symbol.for("@featstore/client/error")](): true {
      return true;
    }
  }
  expect([error, new OtherCopy()].map(isFeatstoreError)).toEqual([true, true]);
  expect([new Error("x"), null, undefined, "x", { code: "x" }].map(isFeatstoreError)).toEqual(Array(5).fill(false));
  expect(Object.getOwnPropertySymbols(error)).toEqual([]);
});
