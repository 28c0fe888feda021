import { beforeEach, describe, expect, test } from "vitest";
import { DatabaseError } from "../../../src/database/database-error";
import type { QualityStore } from "../../../src/quality/quality-store";
import type { RegisteredView } from "../../../src/registry/registry";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp } from "../../helpers/test-app";

const nothing = { distinct: null, minimum: null, maximum: null, numbers: null, top: null, norms: null };
const profile = {
  rows: 10,
  scopes: null,
  features: {
    share: {
      ...nothing,
      nulls: 2,
      distinct: 8,
      minimum: 0,
      maximum: 1,
      numbers: { mean: 0.5, deviation: 0.1, quantiles: Array.from({ length: 101 }, (_, index) => index / 100) },
    },
    mood: { ...nothing, nulls: 0, distinct: 1, minimum: "calm", maximum: "calm", top: [{ value: "calm", rows: 10 }] },
    sound: { ...nothing, nulls: 6, distinct: 3, norms: { minimum: 1, mean: 1, maximum: 1 } },
    notes: { ...nothing, nulls: 0 },
  },
};

const calmer = {
  ...profile,
  rows: 1000,
  features: { ...profile.features, share: { ...profile.features.share, nulls: 900 } },
};

describe("GET /api/feature-views/{name}/profile and /drift", () => {
  let failure: unknown;
  const requests: unknown[] = [];
  const queries: string[] = [];
  const quality: QualityStore = {
    async generation(name) {
      requests.push(name);
      if (failure !== undefined) throw failure;
      if (name.generation === 9) return undefined;
      const table = `scores_v${name.version}_g${name.generation}`;
      const found = name.generation === 8 ? null : profile;
      return { ...name, table, asOf: 1_767_225_600_123_456n, publishedAt: null, profile: found };
    },
    async before({ view, version, generation }) {
      if (failure !== undefined) throw failure;
      if (version === 1) return undefined;
      const table = `scores_v${version}_g${generation - 1}`;
      return { view, version, generation: generation - 1, table, asOf: 1n, publishedAt: 2n, profile: calmer };
    },
    baseline: async (view, version) =>
      version === 1
        ? undefined
        : { view, version, generation: 2, table: "gone", asOf: 1n, publishedAt: 2n, profile: calmer },
    setBaseline: async () => true,
    async profileOfScope({ generation }, query) {
      queries.push(query);
      return generation === 8 ? null : { ...profile, rows: 5 };
    },
    saveDrifts: async () => undefined,
    drifts: async ({ view }) =>
      view === "scores" || view === "private" ? [{ against: "previous", baseline: 6, features: [] }] : [],
    failedViews: async () => [{ view: "scores", version: 2, code: "contract_broken" }],
    differingViews: async () => [],
  };
  const features = { share: "float64", mood: "string", sound: "vector(3)", notes: "json" } as const;
  const personal = (view: RegisteredView): RegisteredView => ({
    ...view,
    view: {
      ...view.view,
      features: view.view.features.map((feature) => ({ ...feature, contract: { ...feature.contract, pii: true } })),
    },
  });
  const registry = createFakeRegistry(
    snapshotOf(1, [
      registered({ name: "scores", version: 1, generation: 4, features }),
      registered({ name: "scores", version: 2, generation: 7, features }),
      registered({ name: "unfilled", generation: null, features }),
      registered({ name: "incremental", version: 2, generation: 8, features }),
      registered({ name: "private", features, tenant: "tenant_id" }),
      personal(registered({ name: "persons", features })),
    ]),
  );
  const opened = async () => createTestApp({ registry, onlineStore: createFakeOnlineStore(new Map(), false), quality });

  beforeEach(() => {
    failure = undefined;
    requests.length = 0;
    queries.length = 0;
  });

  const get = async (path: string, tenant: string | null = null, scopes?: readonly string[]) => {
    const { app, keyOf } = await opened();
    const key = await keyOf(tenant, scopes);
    const response = await app.request(`/api/feature-views/${path}`, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test("returns the profile of the promoted version's served generation, by feature", async () => {
    const { status, body } = await get("scores/profile");
    expect(status).toBe(200);
    expect(requests).toEqual([{ view: "scores", version: 2, generation: 7 }]);
    expect(body).toMatchObject({
      view: "scores",
      version: 2,
      generation: 7,
      as_of: "2026-01-01T00:00:00.123456Z",
      published_at: null,
      rows: 10,
      scopes: null,
      features: {
        share: {
          type: "float64",
          nulls: 2,
          null_fraction: 0.2,
          mean: 0.5,
          quantiles: { p01: 0.01, p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 },
          top_values: null,
        },
        mood: { top_values: [{ value: "calm", rows: 10 }], quantiles: null, histogram: null, duplicate_share: null },
        sound: { distinct: 3, distinct_is_estimate: true, duplicate_share: 0.25, norms: { mean: 1 } },
        notes: { distinct: null, minimum: null },
      },
    });
    const { histogram } =
      (body.features as Record<string, { histogram: { edges: number[]; share: number } }>).share ?? {};
    expect([histogram?.edges.length, histogram?.edges[1], histogram?.share]).toEqual([21, 0.05, 0.05]);
  });

  test("returns the profile of another version and generation", async () => {
    await get("scores/profile?version=1");
    await get("scores/profile?version=1&generation=3");
    expect(requests).toEqual([
      { view: "scores", version: 1, generation: 4 },
      { view: "scores", version: 1, generation: 3 },
    ]);
  });

  test.for([
    ["nothing/profile", 404, "feature_view_not_found"],
    ["scores/profile?version=3", 404, "feature_view_version_not_found"],
    ["scores/profile?version=x", 400, "invalid_parameter"],
    ["scores/profile?generation=9", 404, "profile_not_found"],
    ["scores/profile?generation=8", 404, "profile_not_found"],
    ["scores/profile?generation=-1", 400, "invalid_parameter"],
    ["scores/profile?generation=99999999999999999999", 400, "invalid_parameter"],
    ["scores/profile?generations=1", 400, "unknown_parameter"],
    ["scores/profile?version=", 400, "invalid_parameter"],
    ["unfilled/profile", 503, "view_not_materialized"],
  ] as const)("%s is %i %s", async ([path, status, code]) => {
    if (path.endsWith("-1") || path.endsWith("999")) failure = new Error("the store takes numbers that there can be");
    expect(await get(path)).toMatchObject({ status, body: { code } });
  });

  test("a tenant's key reads profiles of shared views, and of its own rows in scoped views", async () => {
    const drift = [{ against: "previous", baseline: 6, features: [] }];
    expect(await get("scores/profile", "acme")).toMatchObject({ status: 200, body: { tenant: null, rows: 10, drift } });
    expect(await get("private/profile", "ac'me")).toMatchObject({
      status: 200,
      body: { tenant: "ac'me", rows: 5, drift: [], scopes: null },
    });
    expect(queries).toEqual([expect.stringContaining(`where "_tenant" = 'ac''me'`)]);
    expect(await get("private/profile")).toMatchObject({ status: 200, body: { tenant: null, rows: 10, drift } });
    expect(await get("private/profile?generation=8", "acme")).toMatchObject({
      status: 404,
      body: { code: "profile_not_found" },
    });
  });

  test("returns drift from the previous generation, the baseline, and any other", async () => {
    const drift = await get("scores/drift");
    expect(drift).toMatchObject({
      status: 200,
      body: {
        ...{ view: "scores", version: 2, tenant: null, against: "previous" },
        baseline: { generation: 6, rows: 1000 },
        current: { generation: 7, rows: 10, as_of: "2026-01-01T00:00:00.123456Z" },
      },
    });
    expect(drift.body.features).toContainEqual({
      ...{ feature: "share", psi: 0, jensen_shannon: 0, kolmogorov_smirnov: 0, judged: false, exceeded: [] },
      null_shift: expect.closeTo(-0.7),
    });
    expect(await get("scores/drift?against=baseline")).toMatchObject({
      body: { against: "baseline", baseline: { generation: 2 } },
    });
    expect(await get("scores/drift?baseline=3&generation=4")).toMatchObject({
      body: { against: "generation", baseline: { generation: 3 }, current: { generation: 4 } },
    });
  });

  test("falls back to the newest profile if the served generation has none", async () => {
    expect(await get("incremental/profile")).toMatchObject({ status: 200, body: { generation: 7, rows: 1000 } });
    expect(await get("incremental/profile?generation=8")).toMatchObject({ status: 404 });
    expect(await get("incremental/drift")).toMatchObject({
      body: { current: { generation: 7 }, baseline: { generation: 6 } },
    });
    expect(await get("incremental/drift?generation=8")).toMatchObject({ status: 404 });
  });

  test("a tenant's drift compares its own rows in both generations", async () => {
    expect(await get("private/drift?baseline=1", "acme")).toMatchObject({
      status: 200,
      body: { tenant: "acme", baseline: { rows: 5 }, current: { rows: 5 } },
    });
    expect(queries.every((query) => query.includes(`where "_tenant" = 'acme'`))).toBe(true);
    expect(await get("private/drift?baseline=8", "acme")).toMatchObject({
      status: 404,
      body: { code: "profile_not_found" },
    });
  });

  test.for([
    ["nothing/drift", 404, "feature_view_not_found"],
    ["scores/drift?version=1", 404, "baseline_missing"],
    ["scores/drift?version=1&against=baseline", 404, "baseline_missing"],
    ["scores/drift?baseline=9", 404, "profile_not_found"],
    ["scores/drift?baseline=8", 404, "profile_not_found"],
    ["scores/drift?baseline=x", 400, "invalid_parameter"],
    ["scores/drift?against=today", 400, "invalid_parameter"],
    ["scores/drift?against=previous&baseline=2", 400, "invalid_parameter"],
    ["scores/drift?since=1", 400, "unknown_parameter"],
    ["unfilled/drift", 503, "view_not_materialized"],
  ] as const)("%s is %i %s", async ([path, status, code]) => {
    expect(await get(path)).toMatchObject({ status, body: { code } });
  });

  test("shows no values of personal features", async () => {
    const hidden = { minimum: null, maximum: null, quantiles: null, histogram: null, top_values: null };
    expect(await get("persons/profile")).toMatchObject({
      body: { features: { share: { ...hidden, nulls: 2, distinct: 8, mean: 0.5 }, mood: { ...hidden, distinct: 1 } } },
    });
  });

  test("requires the scope registry:read", async () => {
    expect(await get("scores/profile", null, ["features:read"])).toMatchObject({ body: { code: "scope_required" } });
  });

  test.for([
    ["unreachable", "store_unavailable", ""],
    ["deadline_exceeded", "store_timeout", ""],
    ["overloaded", "overloaded", "database.pool_size"],
  ] as const)("reports a database that is %s as %s", async ([state, code, setting]) => {
    failure = new DatabaseError(state, "secret text");
    expect(await get("scores/profile")).toMatchObject({
      status: 503,
      body: { code, detail: expect.stringContaining(setting) },
    });
  });

  test("a failed run degrades health, which names it without a key", async () => {
    const { app } = await opened();
    expect(await (await app.request("/health")).json()).toMatchObject({
      status: "degraded",
      checks: {
        materialization: {
          ok: false,
          detail: expect.stringContaining("scores@2 (contract_broken)"),
        },
      },
    });
    expect((await app.request("/readyz")).status).toBe(200);
  });
});
