import { beforeEach, describe, expect, test } from "vitest";
import { DatabaseError } from "../../../src/database/database-error";
import type { ListedRun, RunQuery } from "../../../src/materialization/runs/run-store";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp } from "../../helpers/test-app";

const run: ListedRun = {
  runId: "9",
  view: "scores",
  version: 2,
  generation: 4,
  state: "published",
  kind: "incremental",
  recomputed: 7,
  whyFull: null,
  repaired: null,
  asOf: 1_767_225_600_123_456n,
  watermark: "812",
  startedAt: 1_767_225_601_000_000n,
  finishedAt: 1_767_225_603_500_000n,
  rows: 100,
  ignoredRows: 0,
  chunks: null,
  progress: null,
  failure: null,
  brokenContracts: [],
  forcedBecause: null,
  warnings: [],
  readTables: [{ table: "lake.music.plays", snapshot: "3388870568065694692" }],
  readFiles: {
    ...{ engine: "lake", count: 2, bytes: 700, digest: "5f" },
    files: [{ path: "plays/a.parquet", bytes: 300, changed_at: "2026-01-01T00:00:00.000000Z" }],
  },
};

describe("GET /api/runs", () => {
  let requests: RunQuery[];
  let answer: () => readonly ListedRun[];
  const registry = createFakeRegistry(
    snapshotOf(1, [
      registered({ name: "scores", version: 1, features: {} }),
      registered({ name: "scores", version: 2, features: {} }),
      registered({ name: "plays", features: {}, tenant: "tenant_id" }),
    ]),
  );

  beforeEach(() => {
    requests = [];
    answer = () => [];
  });

  const get = async (query: string, scopes?: readonly string[], tenant: string | null = null) => {
    const runs = {
      list: async (wanted: RunQuery) => {
        requests.push(wanted);
        return answer();
      },
    };
    const onlineStore = createFakeOnlineStore(new Map(), false);
    const { app, keyOf } = await createTestApp({ registry, onlineStore, runs });
    const headers = { authorization: `Bearer ${await keyOf(tenant, scopes)}` };
    const response = await app.request(`/api/runs${query}`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test("returns a run with all its details", async () => {
    answer = () => [run];
    expect(await get("")).toEqual({
      status: 200,
      body: {
        next: null,
        runs: [
          {
            run_id: "9",
            view: "scores",
            version: 2,
            generation: 4,
            state: "published",
            kind: "incremental",
            recomputed: 7,
            why_full: null,
            repaired: null,
            as_of: "2026-01-01T00:00:00.123456Z",
            watermark: "812",
            started_at: "2026-01-01T00:00:01.000000Z",
            finished_at: "2026-01-01T00:00:03.500000Z",
            duration_ms: 2500,
            rows: 100,
            ignored_rows: 0,
            chunks: null,
            progress: null,
            failure: null,
            broken_contracts: [],
            forced_because: null,
            warnings: [],
            read_tables: [{ table: "lake.music.plays", snapshot: "3388870568065694692" }],
            read_files: {
              ...{ engine: "lake", count: 2, bytes: 700, digest: "5f" },
              files: [{ path: "plays/a.parquet", bytes: 300, changed_at: "2026-01-01T00:00:00.000000Z" }],
            },
          },
        ],
      },
    });
    expect(requests).toEqual([{ limit: 51 }]);
  });

  test("hides failure messages and contract examples, which contain keys", async () => {
    const examples = [{ key: { _tenant: "acme", track_id: 7 }, value: "secret" }];
    const broken = { feature: "share", rule: "between", promise: "between(0, 1)", rows: 3, examples } as const;
    const failure = { code: "contract_broken", message: "track 7 of acme" };
    answer = () => [{ ...run, state: "failed", failure, brokenContracts: [broken] }];
    const { body } = await get("");
    expect(JSON.stringify(body)).not.toMatch(/acme|secret/);
    expect(body.runs).toMatchObject([
      {
        failure: { code: "contract_broken" },
        broken_contracts: [{ feature: "share", rule: "between", promise: "between(0, 1)", rows: 3 }],
      },
    ]);
  });

  test("a tenant's key gets no counts of scoped or removed views", async () => {
    const examples = [{ key: { track_id: 7 }, value: "2" }];
    const broken = { feature: "share", rule: "between", promise: "between(0, 1)", rows: 3, examples } as const;
    const counted = {
      ...run,
      ignoredRows: 5,
      chunks: { done: 1, total: 4 },
      progress: { stages: 2, stagesDone: 1, tasks: 9, tasksDone: 5 },
      brokenContracts: [broken],
    };
    answer = () => [
      { ...counted, view: "plays", version: 1 },
      { ...counted, view: "gone" },
      { ...counted, view: "scores" },
    ];
    const hidden = {
      ...{ rows: null, recomputed: null, ignored_rows: null, chunks: null, progress: null },
      ...{ read_files: null, read_tables: null },
    };
    const shown = {
      rows: 100,
      recomputed: 7,
      ignored_rows: 5,
      chunks: { done: 1, total: 4 },
      progress: { stages: 2, stages_done: 1, tasks: 9, tasks_done: 5 },
      read_files: run.readFiles,
      read_tables: run.readTables,
    };
    expect((await get("", undefined, "acme")).body.runs).toMatchObject([
      { ...hidden, broken_contracts: [{ feature: "share", rows: null }] },
      { ...hidden, broken_contracts: [{ feature: "share", rows: null }] },
      { ...shown, broken_contracts: [{ feature: "share", rows: 3 }] },
    ]);
    expect((await get("")).body.runs).toMatchObject([shown, shown, shown]);
  });

  test("pages and filters", async () => {
    answer = () => [run, { ...run, runId: "8" }, { ...run, runId: "7" }];
    const { body } = await get("?view=scores@2&state=published&limit=2&before=10");
    expect(requests).toEqual([{ view: "scores", version: 2, state: "published", limit: 3, before: "10" }]);
    expect(body).toMatchObject({ next: "8", runs: [{ run_id: "9" }, { run_id: "8" }] });
    await get("?view=scores");
    expect(requests[1]).toEqual({ view: "scores", limit: 51 });
  });

  test.for([
    ["?state=done", 400, "invalid_parameter"],
    ["?limit=0", 400, "invalid_parameter"],
    ["?limit=1001", 400, "invalid_parameter"],
    ["?limit=ten", 400, "invalid_parameter"],
    ["?before=-1", 400, "invalid_parameter"],
    ["?before=9999999999999999999", 400, "invalid_parameter"],
    ["?view=", 400, "invalid_parameter"],
    ["?view=nothing", 404, "feature_view_not_found"],
    ["?view=scores@3", 404, "feature_view_version_not_found"],
    ["?view=scores@x", 404, "feature_view_version_not_found"],
    ["?page=2", 400, "unknown_parameter"],
  ] as const)("%s is %i %s", async ([query, status, code]) => {
    expect(await get(query)).toMatchObject({ status, body: { code } });
    expect(requests).toEqual([]);
  });

  test("requires the scope registry:read", async () => {
    expect(await get("", ["features:read"])).toMatchObject({ status: 403, body: { code: "scope_required" } });
  });

  test("reports an unavailable database", async () => {
    answer = () => {
      throw new DatabaseError("unreachable", "secret text");
    };
    expect(await get("")).toMatchObject({ status: 503, body: { code: "store_unavailable" } });
  });
});
