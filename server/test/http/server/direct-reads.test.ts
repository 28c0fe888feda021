import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSingleRead } from "../../../src/app";
import { withDirectReads } from "../../../src/http/server/direct-reads";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp } from "../../helpers/test-app";

const views = [registered({ name: "mood", features: { mood: "string", energy: "float64" } })];
const row = { scope: "", key: "7", eventTime: 1, values: ['"désolé"', "0.5"] };
const servers: Server[] = [];
const routed: string[] = [];
let directly = "";
let byRouter = "";
let key = "";

async function listen(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener ?? (() => undefined));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const { app, deps, keyOf } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views)),
    onlineStore: createFakeOnlineStore(new Map([["mood_v1_g1", [row]]]), false),
    defaultEntity: "track",
  });
  key = await keyOf();
  const others = getRequestListener(app.fetch);
  byRouter = await listen(others);
  directly = await listen(
    withDirectReads(createSingleRead(deps), (incoming, outgoing) => {
      routed.push(incoming.url ?? "");
      others(incoming, outgoing);
    }),
  );
});
afterAll(() => {
  for (const server of servers) server.close();
});

/** The response without the parts that differ between any two responses. */
async function responseOf(origin: string, path: string, headers: Record<string, string>, method = "GET") {
  const response = await fetch(`${origin}${path}`, { method, headers: { "x-request-id": "same", ...headers } });
  const named = [...response.headers].filter(([name]) => name !== "date" && name !== "ratelimit");
  return { status: response.status, headers: Object.fromEntries(named), body: await response.text() };
}

const authorized = () => ({ authorization: `Bearer ${key}` });

test.each([
  ["a known entity", "/api/features/7?features=mood.mood", 200],
  ["an unknown entity", "/api/features/8", 200],
  ["an invalid id", "/api/features/seven", 400],
  ["an unknown view", "/api/features/7?features=moods", 404],
  ["an unknown parameter", "/api/features/7?feature=mood", 400],
  ["an invalid percent-encoding", "/api/features/7%", 400],
  ["the path of batches", "/api/features/batch", 405],
])("%s gets the same response as from the router", async (_, path, status) => {
  const direct = await responseOf(directly, path, authorized());
  expect(direct).toEqual(await responseOf(byRouter, path, authorized()));
  expect(direct.status).toBe(status);
  expect(routed).not.toContain(path);
});

test("answers 304 when the client already has the response", async () => {
  const path = "/api/features/7";
  const { headers } = await responseOf(directly, path, authorized());
  const conditional = { ...authorized(), "if-none-match": headers.etag ?? "" };
  const notModified = await responseOf(directly, path, conditional);
  expect(notModified).toEqual(await responseOf(byRouter, path, conditional));
  expect([notModified.status, notModified.body]).toEqual([304, ""]);
});

test("rejects a request without a key with 401, like the router", async () => {
  expect(await responseOf(directly, "/api/features/7", {})).toEqual(await responseOf(byRouter, "/api/features/7", {}));
  expect((await responseOf(directly, "/api/features/7", {})).status).toBe(401);
});

test.each([
  ["another method", "/api/features/7", "HEAD"],
  ["a longer path", "/api/features/7/more", "GET"],
  ["an id with a dot", "/api/features/7.5", "GET"],
  ["no id", "/api/features/", "GET"],
  ["another route", "/livez", "GET"],
])("%s is passed to the router", async (_, path, method) => {
  const before = routed.length;
  expect(await responseOf(directly, path, authorized(), method)).toEqual(
    await responseOf(byRouter, path, authorized(), method),
  );
  expect(routed).toHaveLength(before + 1);
});
