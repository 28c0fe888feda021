import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSingleRead } from "../src/app";
import { withDirectReads } from "../src/direct-reads";
import { createFakeOnlineStore } from "./helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "./helpers/serving-fixture";
import { createTestApp } from "./helpers/test-app";

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

/** What a client sees, but for what differs between any two answers. */
async function seen(origin: string, path: string, headers: Record<string, string>, method = "GET") {
  const response = await fetch(`${origin}${path}`, { method, headers: { "x-request-id": "same", ...headers } });
  const named = [...response.headers].filter(([name]) => name !== "date" && name !== "ratelimit");
  return { status: response.status, headers: Object.fromEntries(named), body: await response.text() };
}

const authorized = () => ({ authorization: `Bearer ${key}` });

test.each([
  ["a known entity", "/api/features/7?features=mood.mood", 200],
  ["an unknown entity", "/api/features/8", 200],
  ["an id that is none", "/api/features/seven", 400],
  ["a view that is none", "/api/features/7?features=moods", 404],
  ["a parameter that is none", "/api/features/7?feature=mood", 400],
  ["a broken percent sign", "/api/features/7%", 400],
  ["the path of batches", "/api/features/batch", 405],
])("%s is answered as by the router", async (_, path, status) => {
  const seenDirectly = await seen(directly, path, authorized());
  expect(seenDirectly).toEqual(await seen(byRouter, path, authorized()));
  expect(seenDirectly.status).toBe(status);
  expect(routed).not.toContain(path);
});

test("an answer that the client has is not sent again", async () => {
  const path = "/api/features/7";
  const { headers } = await seen(directly, path, authorized());
  const known = { ...authorized(), "if-none-match": headers.etag ?? "" };
  const again = await seen(directly, path, known);
  expect(again).toEqual(await seen(byRouter, path, known));
  expect([again.status, again.body]).toEqual([304, ""]);
});

test("who has no key is told so", async () => {
  expect(await seen(directly, "/api/features/7", {})).toEqual(await seen(byRouter, "/api/features/7", {}));
  expect((await seen(directly, "/api/features/7", {})).status).toBe(401);
});

test.each([
  ["another method", "/api/features/7", "HEAD"],
  ["a path within", "/api/features/7/more", "GET"],
  ["a dot", "/api/features/7.5", "GET"],
  ["no id", "/api/features/", "GET"],
  ["another route", "/livez", "GET"],
])("%s is left to the router", async (_, path, method) => {
  const before = routed.length;
  expect(await seen(directly, path, authorized(), method)).toEqual(await seen(byRouter, path, authorized(), method));
  expect(routed).toHaveLength(before + 1);
});
