import { expect, test } from "vitest";
import { generateApiKey } from "../../../src/keys/api-key-format";
import { createProcessBuckets } from "../../../src/limits/process-buckets";
import type { TokenBuckets } from "../../../src/limits/token-buckets";
import { createFakeKeyStore } from "../../helpers/fake-key-store";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, type TestAppOptions } from "../../helpers/test-app";

const open = (options: Partial<TestAppOptions> = {}) =>
  createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: { energy: "float64" } })])),
    onlineStore: createFakeOnlineStore(new Map([["mood_v1_g1", []]]), true),
    ...options,
  });

test("refuses another look-up for an address with too many unknown keys; known keys keep working", async () => {
  const keyStore = createFakeKeyStore();
  const { app, keyOf } = await open({ keyStore, failedAttempts: 5 });
  const good = await keyOf();
  const ask = (key: string) =>
    app.request(
      "/api/features/7",
      { headers: { "x-api-key": key } },
      { incoming: { headers: { "x-api-key": key }, socket: { remoteAddress: "10.0.0.9" } } },
    );
  expect((await ask(good)).status).toBe(200);
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) statuses.push((await ask(generateApiKey().text)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect((await ask(good)).status).toBe(200);
  expect(keyStore.lookUps).toBe(6);
});

test("limits malformed keys per address, without a look-up and without asking the buckets", async () => {
  const keyStore = createFakeKeyStore();
  const inProcess = createProcessBuckets();
  let takes = 0;
  const buckets: TokenBuckets = {
    take: async (request) => {
      takes++;
      return inProcess.take(request);
    },
  };
  const { app, keyOf } = await open({ keyStore, buckets, failedAttempts: 60 });
  const good = await keyOf();
  const ask = async (headers: Readonly<Record<string, string>>) =>
    (
      await app.request(
        "/api/features/7",
        { headers },
        { incoming: { headers, socket: { remoteAddress: "10.0.0.9" } } },
      )
    ).status;
  expect(await ask({ "x-api-key": good })).toBe(200);
  const before = { lookUps: keyStore.lookUps, takes };
  const malformed = [
    { "x-api-key": "fs_no" },
    { "x-api-key": `${generateApiKey().text.slice(0, -1)}!` },
    { authorization: "Basic abc" },
    { authorization: `Bearer ${good}`, "x-api-key": "another" },
  ];
  const statuses = new Map<number, number>();
  for (let attempt = 0; attempt < 10_000; attempt++) {
    const status = await ask(malformed[attempt % malformed.length] ?? {});
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [401, 60],
    [429, 9940],
  ]);
  expect({ lookUps: keyStore.lookUps, takes }).toEqual(before);
  expect(await ask({ "x-api-key": good })).toBe(200);
});

test("counts failed attempts by the client's address behind trusted proxies", async () => {
  const { app } = await open({ failedAttempts: 2, trustedProxies: ["10.0.0.0/8"] });
  const ask = async (connection: string, forwarded: string) => {
    const headers = { "x-api-key": "fs_no", "x-forwarded-for": forwarded };
    const bindings = { incoming: { headers, socket: { remoteAddress: connection } } };
    return (await app.request("/api/features/7", { headers }, bindings)).status;
  };
  for (const expected of [401, 401, 429]) expect(await ask("10.0.0.1", "198.51.100.7")).toBe(expected);
  expect(await ask("10.0.0.2", "203.0.113.9, 198.51.100.7, 10.0.0.1")).toBe(429);
  expect(await ask("10.0.0.1", "198.51.100.7, 198.51.100.8")).toBe(401);
  // Nobody else is believed.
  expect(await ask("192.0.2.1", "198.51.100.7")).toBe(401);
});

test("accepts a key in either header", async () => {
  const { app, keyOf } = await open();
  const key = await keyOf();
  for (const headers of [
    { "x-api-key": key },
    { authorization: `Bearer ${key}` },
    { authorization: `bearer ${key}` },
  ]) {
    expect((await app.request("/api/features/7", { headers })).status).toBe(200);
  }
});

test("echoes a request id that can be logged, and replaces any other", async () => {
  const { app } = await open();
  const idFor = async (id: string) =>
    (await app.request("/livez", { headers: { "x-request-id": id } })).headers.get("x-request-id");
  expect(await idFor("a-B_c.9")).toBe("a-B_c.9");
  for (const bad of ["a b", 'a"b', "x".repeat(65)]) expect(await idFor(bad)).toMatch(/^[0-9a-f-]{36}$/);
});

test("logs one line per request, with no path, query or key", async () => {
  const { app, keyOf, records } = await open();
  const key = await keyOf();
  await app.request(`/api/features/7?features=mood&x=${key}`, { headers: { "x-api-key": key } });
  await app.request(`/${key}`);
  expect(records).toHaveLength(2);
  expect(records[0]).toMatchObject({
    method: "GET",
    route: "/api/features/{id}",
    status: 400,
    code: "unknown_parameter",
    key: key.slice(3, 19),
  });
  expect(records[1]).toMatchObject({ route: "(none)", status: 404 });
  expect(JSON.stringify(records)).not.toContain(key.slice(20, 60));
});

test("counts metrics by route, method and status, without keys and ids", async () => {
  const { app, keyOf } = await open();
  const key = await keyOf();
  await app.request("/api/features/4711", { headers: { "x-api-key": key } });
  await app.request("/api/features/4711", { headers: { "x-api-key": key } });
  await app.request("/api/features/4711", { method: "BREW" });
  const response = await app.request("/metrics");
  const text = await response.text();
  expect(response.headers.get("content-type")).toContain("text/plain");
  const labels = 'route="/api/features/{id}",method="GET",status="200"';
  expect(text).toContain(`featstore_http_request_duration_seconds_count{${labels}} 2`);
  expect(text).toContain(`featstore_http_request_duration_seconds_bucket{le="+Inf",${labels}} 2`);
  expect(text).toContain('method="OTHER",status="405"');
  expect(text).toContain("# TYPE featstore_http_request_duration_seconds histogram");
  expect(text).not.toMatch(new RegExp(`4711|${key.slice(3, 19)}`));
});

test("serves the operational routes without a key", async () => {
  const { app } = await open();
  for (const path of ["/livez", "/readyz", "/health", "/metrics", "/openapi.json", "/docs", "/health?probe=1"]) {
    expect((await app.request(path)).status).toBe(200);
  }
});

test("reports not ready before the server stops", async () => {
  const { app, deps } = await open();
  expect(await (await app.request("/readyz")).json()).toMatchObject({ status: "ok", registry_revision: 1 });
  deps.health.drain();
  const response = await app.request("/readyz");
  expect([response.status, ((await response.json()) as { status: string }).status]).toEqual([503, "unavailable"]);
  expect((await app.request("/livez")).status).toBe(200);
});
