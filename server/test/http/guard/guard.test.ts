import { describe, expect, test } from "vitest";
import { type BurstLimiter, createBurstCounter, createBurstLimiter } from "../../../src/http/guard/burst-limit";
import { generateApiKey } from "../../../src/keys/api-key-format";
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

describe("burst limit", () => {
  test("admits exactly the configured number of requests per key, and reports the remaining number", async () => {
    const { app, keyOf } = await open({ burst: 100 });
    const [key, other] = [await keyOf(), await keyOf()];
    const left: string[] = [];
    for (let request = 0; request < 100; request++) {
      const response = await app.request("/api/features/7", { headers: { "x-api-key": key } });
      expect(response.status).toBe(200);
      expect(response.headers.get("ratelimit-policy")).toBe('"burst";q=100;w=60');
      left.push(/r=(\d+)/.exec(response.headers.get("ratelimit") ?? "")?.[1] ?? "");
    }
    expect(left).toEqual(Array.from({ length: 100 }, (_, index) => String(99 - index)));
    for (const path of ["/api/features/7", "/api/features/8"]) {
      const refused = await app.request(path, { headers: { "x-api-key": key } });
      expect([refused.status, await refused.json()]).toEqual([
        429,
        expect.objectContaining({
          code: "rate_limited",
          detail: expect.stringContaining("limits.burst_requests (FEATSTORE_BURST_REQUESTS)"),
        }),
      ]);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(refused.headers.get("ratelimit")).toContain("r=0");
    }
    expect((await app.request("/api/features/7", { headers: { "x-api-key": other } })).status).toBe(200);
    expect((await app.request("/livez")).status).toBe(200);
  });

  test("counts each of several concurrent requests once", async () => {
    for (const requests of [1, 3, 64, 65, 200]) {
      const limiter = createBurstLimiter(requests, 60);
      const takes = Array.from({ length: requests + 50 }, async () => limiter.take("key"));
      const results = await Promise.allSettled(takes);
      const more = await Promise.allSettled(Array.from({ length: requests }, async () => limiter.take("key")));
      expect([...results, ...more].filter(({ status }) => status === "fulfilled")).toHaveLength(requests);
    }
  });
});

describe("burst limit of several processes", () => {
  const takeAll = async (limiters: readonly BurstLimiter[], times: number): Promise<number> => {
    const takes = Array.from({ length: times }, async (_, time) => limiters[time % limiters.length]?.take("key"));
    return (await Promise.allSettled(takes)).filter(({ status }) => status === "fulfilled").length;
  };

  test("admits at most as many requests as one process would, and at least seven eighths of them", async () => {
    for (const [requests, processes] of [
      [1, 4],
      [10, 2],
      [100, 3],
      [1000, 4],
    ] as const) {
      const counter = createBurstCounter(requests, 60);
      const limiters = Array.from({ length: processes }, () =>
        createBurstLimiter(requests, 60, { counter, processes }),
      );
      const passed = await takeAll(limiters, 3 * requests);
      expect(passed).toBeLessThanOrEqual(requests);
      expect(passed).toBeGreaterThanOrEqual(Math.ceil(requests * 0.875));
    }
  });

  test("lets one process alone use nearly the whole limit, and reports the remaining number", async () => {
    const counter = createBurstCounter(100, 60);
    const [busy, idle] = [1, 2].map(() => createBurstLimiter(100, 60, { counter, processes: 2 }));
    if (busy === undefined || idle === undefined) throw new Error("expected two limiters");
    expect((await idle.take("key")).ratelimit).toContain("r=99");
    expect(await takeAll([busy], 200)).toBe(100 - 6);
    await expect((async () => busy.take("key"))()).rejects.toMatchObject({
      code: "rate_limited",
      headers: { ratelimit: expect.stringContaining("r=0") },
    });
    expect(await takeAll([idle], 200)).toBe(5);
  });
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
