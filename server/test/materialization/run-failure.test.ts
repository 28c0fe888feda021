import { count, entity, featureView, float64, int64, latest, source, sql } from "@featstore/definitions";
import { expect, test } from "vitest";
import { DatabaseError } from "../../src/database/database-error";
import { RegistryError } from "../../src/database/registry-error";
import { EngineError, type Run } from "../../src/engine/index";
import { ContractError } from "../../src/materialization/contracts";
import { checkRowBounds, RowBoundError } from "../../src/materialization/row-bounds";
import { failureOf } from "../../src/materialization/run-failure";
import type { RunLog } from "../../src/materialization/run-log";
import type { BrokenContract } from "../../src/materialization/run-types";
import { verifyRun } from "../../src/materialization/verify-run";

const songs = source({ name: "songs", table: "songs", key: { song_id: int64() }, history: "current", columns: {} });
const plays = source({
  name: "plays",
  table: "music.plays",
  key: { song_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { seconds: float64() },
});
const listening = featureView({
  name: "listening",
  version: 1,
  entity: entity({ name: "song", key: { song_id: int64() }, from: songs }),
  from: plays,
  features: (row) => ({ plays: count(), rate: latest(sql("float64")`1 / ${row.seconds}`) }),
}).ir;
const first = { view: listening, served: null };
const later = {
  view: listening,
  served: { generation: 1, table: "listening_v1_g1", asOf: 0n, publishedAt: 0n, rows: 1 },
};
const refused = (sqlState: string, message: string) => new DatabaseError("statement_failed", message, sqlState);

test("a repeated key names the sources that should have one row for it, and the ways to fix it", () => {
  expect(failureOf(new RegistryError("duplicate_key", { example: { song_id: 7 } }), first)).toEqual({
    code: "duplicate_key",
    message: expect.stringMatching(/\{"song_id":7\}.*"songs", "plays".*\(song_id\).*\.keyedBy\("song_id"\)/),
  });
});

test.each([
  ["Key (_tenant, name, _from)=(, north, 0) is duplicated.", /: name = north$/],
  [
    "Key (_tenant, name, page)=(acme, north (old), 3) is duplicated.",
    /: tenant = acme, name = north \(old\), page = 3$/,
  ],
  ["Key (_tenant, name, _from)=(, a, b, 0) is duplicated.", /: Key \(_tenant, name, _from\)=\(, a, b, 0\) /],
])("a repeated key omits internal columns: %s", (example, reported) => {
  expect(new RegistryError("duplicate_key", { example }).message).toMatch(reported);
});

test("a statement that PostgreSQL refuses names its sources, and the features written in SQL", () => {
  expect(failureOf(refused("22012", "division by zero"), first)).toEqual({
    code: "statement_failed",
    message: expect.stringMatching(/^division by zero .*"songs", "plays".*"rate"/),
  });
  const plain = { ...listening, features: listening.features.filter(({ name }) => name === "plays") };
  expect(failureOf(refused("42P01", 'relation "music.plays" does not exist'), { ...first, view: plain })).toEqual({
    code: "source_missing",
    message: expect.stringMatching(/^relation "music\.plays" does not exist .*"songs", "plays"\)/),
  });
});

test.each(["42804", "42846", "42883"])(
  "a statement refused for its types (%s) reports source_changed only where it ran before",
  (state) => {
    const error = refused(state, "collations are not supported by type uuid");
    expect(failureOf(error, first).code).toBe("statement_failed");
    expect(failureOf(error, later).code).toBe("source_changed");
  },
);

test("a key repeated in an extending source is reported like a key repeated in the view", () => {
  expect(failureOf(refused("23505", '"songs" has more than one row of {"id": 7}'), first).code).toBe("duplicate_key");
});

test("other failures keep their messages", () => {
  expect(failureOf(new DatabaseError("overloaded", "no connection"), first).message).toBe("no connection");
  expect(failureOf(new RegistryError("lease_lost", { runId: 3 }), first).code).toBe("lease_lost");
});

/** The error of a run whose verification returned the row. */
function verificationFailure(row: object): Promise<unknown> {
  const nothing = { non_finite: "{}", unparsed: "{}", broken: "[]", nulls: "{}" };
  const offline = {
    inspect: async () => [{ ...nothing, ...row }],
    nonFiniteExample: async () => ({ song_id: 7 }),
  } as unknown as RunLog;
  const run = { table: "listening_v1_g2" } as Run;
  return verifyRun(offline, run, listening, {}).catch((error: unknown) => error);
}

// The one place that compares whole sentences. `-u` rewrites the file.
test("the sentences of failed runs are those in golden/run-failures.md", async () => {
  const strict = { rows: 2, strict: true, examples: [{ song_id: 7 }, { song_id: 9 }] };
  const broken: BrokenContract[] = [
    {
      ...{ feature: "plays", rule: "between", promise: "between(0, 9)", rows: 2 },
      examples: [
        { key: { song_id: 7 }, value: "10" },
        { key: { song_id: 9 }, value: null },
      ],
    } as const,
    {
      feature: "rate",
      rule: "maxNullFraction",
      promise: "maxNullFraction(0.1)",
      rows: 1,
      examples: [{ key: { song_id: 9 }, value: null }],
    },
  ];
  const boundError = (bounds: { minimumRows?: number; maximumShrink?: number }) => {
    const found = checkRowBounds(bounds, 6, 8).broken;
    return new RowBoundError(found?.code ?? "too_few_rows", found?.message ?? "", "listening_v1_g2", []);
  };
  const errors = [
    new RegistryError("duplicate_key", { example: { song_id: 7 } }),
    refused("22012", "division by zero"),
    new EngineError("engine_lost", 'The driver of engine "lake" at spark:15002 ended during a statement.'),
    await verificationFailure({ non_finite: '{"rate":1}' }),
    await verificationFailure({ unparsed: JSON.stringify({ rate: strict }) }),
    new ContractError(broken, "listening_v1_g2"),
    boundError({ minimumRows: 7 }),
    boundError({ maximumShrink: 0.1 }),
    new DOMException("", "AbortError"),
  ];
  const failures = errors
    .map((error) => failureOf(error, first))
    .map(({ code, message }) => `## ${code}\n\n${message}\n`);
  const warnings = checkRowBounds({}, 6, 8).warnings.map(({ code, message }) => `## ${code}\n\n${message}\n`);
  await expect(`# The sentences of failed runs\n\n${[...failures, ...warnings].join("\n")}`).toMatchFileSnapshot(
    "golden/run-failures.md",
  );
});
