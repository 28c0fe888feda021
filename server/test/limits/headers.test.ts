import { type Item, parseList } from "structured-headers";
import { describe, expect, test } from "vitest";
import type { KeyLimits } from "../../src/http/guard/principal";
import type { MonthlyUsage } from "../../src/usage/usage-meter";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { operatorLimits } from "../helpers/operator-limits";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp, type TestAppOptions, withKey } from "../helpers/test-app";
import { UNLIMITED } from "./support";

const NOW = 1_767_225_600_000_000;
const DAY = 86_400;
const QUOTA = { requests: 1_000_000, rows: 5000, bytes: null };

const limits: KeyLimits = {
  ...operatorLimits,
  rate: { perSecond: 10, burst: 100 },
  organisation: { rate: { perSecond: 1000, burst: 500 }, month: QUOTA },
  batchIds: 50,
  searchHits: 5,
};

const used = { requests: 588_000, rows: 100, bytes: 0 };
const monthlyOf = (organisation = used): MonthlyUsage => ({
  of: () => ({ line: { requests: 10, rows: 0, bytes: 0 }, organisation }),
  resetsAt: () => NOW + 9 * DAY * 1_000_000,
});

const open = async (options: Partial<TestAppOptions>) => {
  const opened = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: { energy: "float64" } })])),
    onlineStore: createFakeOnlineStore(new Map([["mood_v1_g1", []]]), true),
    keyLimits: limits,
    ...options,
  });
  const key = await opened.keyOf();
  const ask = async (path: string, body?: unknown) => {
    const response = await opened.app.request(path, withKey(key, body));
    const problem = response.status >= 400 ? ((await response.json()) as Record<string, unknown>) : {};
    return { response, problem };
  };
  return { ...opened, ask };
};

/** Parses a header of the draft: the name of each policy with its parameters. */
function policiesIn(response: Response, header: string): Record<string, Record<string, unknown>> {
  const items = parseList(response.headers.get(header) ?? "") as readonly Item[];
  return Object.fromEntries(
    items.map(([name, parameters]) => {
      if (typeof name !== "string") throw new Error("a policy's name is a string");
      return [name, Object.fromEntries(parameters)];
    }),
  );
}

describe("headers of limits", () => {
  test("list every limit that applies, as structured fields", async () => {
    const { ask } = await open({ monthly: monthlyOf() });
    const { response } = await ask("/api/features/7");
    expect(response.status).toBe(200);
    expect(policiesIn(response, "ratelimit-policy")).toEqual({
      key: { q: 100, w: 10 },
      organisation: { q: 500, w: 1 },
      "organisation-month": { q: 1_000_000 },
    });
    expect(policiesIn(response, "ratelimit")).toEqual({
      key: { r: 99, t: 1 },
      organisation: { r: 499, t: 1 },
      "organisation-month": { r: 412_000, t: 9 * DAY },
    });
  });

  test("are on errors and refusals too, and on no response without a key", async () => {
    const { ask, app } = await open({
      keyLimits: { ...limits, rate: { perSecond: 0.01, burst: 2 }, organisation: null },
    });
    for (const [path, status] of [
      ["/api/features/7?features=nothing", 404],
      ["/api/features/7?wrong=1", 400],
      ["/api/features/7", 429],
    ] as const) {
      const { response, problem } = await ask(path);
      expect([path, response.status]).toEqual([path, status]);
      expect(policiesIn(response, "ratelimit-policy")).toEqual({ key: { q: 2, w: 200 } });
      expect(Object.keys(policiesIn(response, "ratelimit"))).toEqual(["key"]);
      if (status !== 429) continue;
      expect(problem).toMatchObject({ code: "rate_limited", "violated-policies": ["key"] });
      const wait = Number(response.headers.get("retry-after"));
      expect(policiesIn(response, "ratelimit")).toEqual({ key: { r: 0, t: wait } });
      expect(wait).toBeGreaterThan(10);
    }
    for (const path of ["/livez", "/api/features/7"])
      expect((await app.request(path)).headers.get("ratelimit")).toBeNull();
  });
});

describe("the cost of a request", () => {
  const batch = (ids: number) => ({ ids: Array.from({ length: ids }, (_, id) => id), features: ["mood.energy"] });
  // Slow, so that nothing comes back while a test runs.
  const slow = { ...limits, rate: { perSecond: 0.001, burst: 100 } };
  const left = (response: Response) => policiesIn(response, "ratelimit").key?.r;

  test("is 1, also for a request that fails, and that of a batch its ids", async () => {
    const { ask } = await open({ keyLimits: slow });
    expect(left((await ask("/api/features/7")).response)).toBe(99);
    expect(left((await ask("/api/features/batch", batch(40))).response)).toBe(59);
    expect(left((await ask("/api/features/batch", { ids: [] })).response)).toBe(58);
    expect(left((await ask("/api/features/batch", batch(1))).response)).toBe(57);
    const refused = await ask("/api/features/batch", { ...batch(50), features: ["nothing"] });
    expect([refused.response.status, left(refused.response)]).toEqual([404, 56]);
    expect(left((await ask("/api/features/batch", batch(50))).response)).toBe(6);
    const { response, problem } = await ask("/api/features/batch", batch(20));
    expect([response.status, problem.code]).toEqual([429, "rate_limited"]);
    expect(left(response)).toBe(6);
  });

  test("of a batch beyond the burst is refused with its own code, and beyond the key's ids with the existing one", async () => {
    const { ask } = await open({ keyLimits: { ...slow, rate: { perSecond: 0.001, burst: 10 } } });
    expect((await ask("/api/features/batch", batch(11))).problem).toMatchObject({
      code: "batch_exceeds_burst",
      status: 400,
      limit: 10,
      "violated-policies": ["key"],
    });
    expect((await ask("/api/features/batch", batch(51))).problem).toMatchObject({
      code: "too_many_ids",
      errors: [{ path: "ids", detail: expect.stringContaining("50") }],
    });
  });

  test("of a search is 1, and its hits are limited", async () => {
    const { ask } = await open({});
    const { problem } = await ask("/api/embeddings/search", { embedding: "mood.energy", id: 1, k: 6 });
    expect(problem).toMatchObject({
      code: "invalid_body",
      errors: [{ path: "k", detail: expect.stringContaining("5") }],
    });
  });
});

describe("a quota of a month", () => {
  test("that is used up refuses with the registered problem type and its numbers", async () => {
    const { ask } = await open({ monthly: monthlyOf({ ...used, requests: 1_000_000 }) });
    const { response, problem } = await ask("/api/features/7");
    expect(problem).toMatchObject({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      status: 429,
      code: "quota_exceeded",
      "violated-policies": ["organisation-month"],
      limit: 1_000_000,
      used: 1_000_000,
      resets_at: "2026-01-10T00:00:00.000Z",
    });
    expect(response.headers.get("retry-after")).toBe(String(9 * DAY));
    expect(policiesIn(response, "ratelimit")).toMatchObject({ "organisation-month": { r: 0, t: 9 * DAY } });
    // It takes no token.
    expect(policiesIn(response, "ratelimit").key?.r).toBe(100);
  });

  test("that is used up leaves the usage readable, which still takes a token", async () => {
    const { ask } = await open({ monthly: monthlyOf({ ...used, requests: 1_000_000 }) });
    const { response } = await ask("/api/usage");
    expect(response.status).toBe(200);
    expect(policiesIn(response, "ratelimit")).toMatchObject({ key: { r: 99 }, "organisation-month": { r: 0 } });
  });

  test("of rows refuses as well; the excess is served where the tier says so", async () => {
    const rows = monthlyOf({ ...used, rows: 5000 });
    expect((await (await open({ monthly: rows })).ask("/api/features/7")).problem).toMatchObject({
      code: "quota_exceeded",
      "violated-policies": ["organisation-month-rows"],
      limit: 5000,
    });
    const serving = await open({ monthly: rows, keyLimits: { ...limits, excess: "serve" } });
    expect((await serving.ask("/api/features/7")).response.status).toBe(200);
  });

  test("of a key refuses whatever the tier says, and one of bytes refuses downloads only", async () => {
    const month = { ...UNLIMITED, requests: 10 };
    const own = await open({ monthly: monthlyOf(), keyLimits: { ...limits, month, excess: "serve" } });
    expect((await own.ask("/api/features/7")).problem).toMatchObject({ "violated-policies": ["key-month"], limit: 10 });
    const bytes = await open({ monthly: monthlyOf(), keyLimits: { ...limits, month: { ...UNLIMITED, bytes: 0 } } });
    expect((await bytes.ask("/api/features/7")).response.status).toBe(200);
    const id = "00000000-0000-4000-8000-000000000000";
    expect((await bytes.ask(`/api/training-sets/${id}/data`)).problem).toMatchObject({
      "violated-policies": ["key-month-bytes"],
    });
  });
});
