import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileTrainingSet } from "../../src/compile/index";
import type { Strategy } from "../../src/compile/source/entities";
import type { CompiledTrainingSet } from "../../src/compile/training/point-in-time";
import { dialects } from "../../src/compiler";
import type { Feature, FeatureView } from "../../src/ir/nodes";
import { walk } from "../../src/ir/visit";
import { type ReferenceRow, referenceRows } from "./reference/rows-as-of";
import { printInstant, SECOND } from "./reference/time";
import { withRows } from "./support/arbitrary-rows";
import {
  anySpineCase,
  createSpine,
  fillSpine,
  type SpineCase,
  type SpineRow,
  spineCasesOf,
  spineTables,
} from "./support/arbitrary-spines";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { difference } from "./support/differences";
import { duckdbTarget } from "./support/duckdb";
import { microseconds, type ResultRow, runView, textOf } from "./support/result-text";

/*
 * The law of training sets: a spine row's values are those that the reference evaluator gives for its entity at its
 * as-of time, and those that would have been materialized then, including the features that lost a value to a cast.
 * Facts known later change none of them; every spine row occurs once, in order. LAW_RUNS (a quarter of it, since a case
 * has several statements) and LAW_SEED as in law.test.ts.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 4);
/** Many cases on a loaded machine take as many seconds. */
const TIMEOUT = Math.max(600_000, Number(process.env.LAW_RUNS) * 1000);

interface TrainingRow {
  readonly row: string | null;
  /** For each view. */
  readonly eventTimes: readonly (string | null)[];
  readonly features: readonly (readonly (string | null)[])[];
  /** The features that lost a value to a cast. */
  readonly lost: readonly (readonly string[])[];
}

type Engine = SqlDatabase["engine"];

function compile(views: readonly FeatureView[], strategy: Strategy, engine: Engine = "postgres"): CompiledTrainingSet {
  const trained = views.map((view) => ({ view, features: view.features.map(({ name }) => name), strategy }));
  return compileTrainingSet(dialects[engine], { views: trained, spine: spineTables[engine], reportsLost: true });
}

/** The strategies with which the views are compiled. */
function strategiesOf(views: readonly FeatureView[], engine: Engine = "postgres"): readonly Strategy[] {
  return compile(views, "running", engine).strategies.includes("running") ? ["join", "running"] : ["join"];
}

async function runTrainingSet(
  database: SqlDatabase,
  views: readonly FeatureView[],
  strategy: Strategy,
): Promise<readonly TrainingRow[]> {
  const { engine } = database;
  const { statement, columns, lost } = compile(views, strategy, engine);
  const times = views.map((_view, index) => `_event_time_${index + 1}`);
  const items = [
    ...times.map((name) => `${microseconds(`"${name}"`, engine)} as ${name}`),
    ...lost.flatMap((name) => (name === null ? [] : [`to_json("${name}")::text as ${name}`])),
    ...columns.map(({ name, type }) => `${textOf(`"${name}"`, type, engine)} as ${name}`),
  ];
  const text = `select "_row"::text as row, ${items.join(", ")}\nfrom (\n${statement.text}\n) as "result"`;
  const rows = await database.query(text, [...statement.parameters]);
  return rows.map((row) => {
    const values = columns.map(({ name }) => row[name] ?? null);
    const starts = views.map((_view, index) =>
      views.slice(0, index).reduce((count, { features }) => count + features.length, 0),
    );
    return {
      row: row.row ?? null,
      eventTimes: times.map((name) => row[name] ?? null),
      features: views.map(({ features }, index) => values.slice(starts[index], (starts[index] ?? 0) + features.length)),
      lost: lost.map((name) => JSON.parse((name === null ? null : row[name]) ?? "[]") as readonly string[]),
    };
  });
}

/** Independent implementation of whether the value at a past time is known. */
function isKnown({ source, filter }: FeatureView, { expression }: Feature): boolean {
  if (source.history !== "current" && source.eventTime) return true;
  const read = new Set<string>();
  const note = (of: Feature["expression"] | null): void => {
    if (of) walk(of, (node) => void (node.kind === "column" && read.add(node.name)));
  };
  note(expression);
  if (read.size === 0) return false;
  note(source.filter);
  note(filter);
  return [...read].every((name) => source.columns.some((column) => column.name === name && column.static));
}

/** The row that a reader may request: the tenant's own, else the row with the empty tenant, which is shared. */
function rowFor<R>(view: FeatureView, { tenant, key }: SpineRow, find: (identity: string) => R | undefined): R | null {
  const isScoped = view.source.tenant !== null || view.entity.population?.tenant != null;
  const identity = (scope: string): string => JSON.stringify([scope, ...key.map(String)]);
  return (isScoped ? find(identity(tenant)) : undefined) ?? find(identity("")) ?? null;
}

function byIdentity<R extends ReferenceRow | ResultRow>(rows: readonly R[]): ReadonlyMap<string, R> {
  return new Map(rows.map((row) => [JSON.stringify([row.tenant, ...row.key.map(String)]), row]));
}

async function differencesOf(database: SqlDatabase, each: SpineCase, strategy: Strategy): Promise<readonly string[]> {
  const { shape, views, rows, later, spine } = each;
  await fillSpine(database, spine);
  const withLater = {
    source: [...rows.source, ...later.source],
    population: [...rows.population, ...later.population],
  };
  const full = views.map((view) => withRows(view, shape, withLater, database.engine));
  const actual = await runTrainingSet(database, full, strategy);
  const numbers = actual.map(({ row }) => row).join();
  if (numbers !== spine.map((_row, index) => index).join()) return [`rows ${numbers} of ${spine.length}`];
  const differences: string[] = [];
  for (const [number, view] of full.entries()) {
    const found = actual.map(({ eventTimes, features, lost }) => ({
      eventTime: eventTimes[number] ?? null,
      features: features[number] ?? [],
      lost: lost[number] ?? [],
    }));
    const wrong = await differencesOfView(database, each, view, found, strategy);
    differences.push(...wrong.map((text) => `view ${number + 1}: ${text}`));
  }
  return differences;
}

interface FoundRow {
  readonly eventTime: string | null;
  readonly features: readonly (string | null)[];
  readonly lost: readonly string[];
}

/** Lists differences in the result rows: `view` also has the later rows, which the reference does not know. */
async function differencesOfView(
  database: SqlDatabase,
  { shape, rows, spine }: SpineCase,
  view: FeatureView,
  actual: readonly FoundRow[],
  strategy: Strategy,
): Promise<readonly string[]> {
  const differences: string[] = [];
  const known = view.features.map((feature) => isKnown(view, feature));
  const isServed = known.includes(true);
  const references = new Map<bigint, ReadonlyMap<string, ReferenceRow>>();
  const materialized = new Map<bigint, ReadonlyMap<string, ResultRow>>();
  for (const { asOf } of spine) {
    if (references.has(asOf)) continue;
    const population = shape.population === "own" ? rows.source : rows.population;
    references.set(asOf, byIdentity(referenceRows(view, rows.source, population, asOf)));
    // Checking once is enough: the other strategy is compared with the same reference.
    if (strategy === "join") materialized.set(asOf, byIdentity(await runView(database, view, printInstant(asOf))));
  }
  for (const [index, spineRow] of spine.entries()) {
    const found = actual[index];
    const reference = rowFor(view, spineRow, (identity) => references.get(spineRow.asOf)?.get(identity));
    const served = rowFor(view, spineRow, (identity) => materialized.get(spineRow.asOf)?.get(identity));
    const time = reference?.eventTime ?? null;
    const ttl = view.ttlSeconds;
    const isExpired = ttl !== null && time !== null && spineRow.asOf - time > BigInt(ttl) * SECOND;
    if (found?.eventTime !== (time === null || !isServed ? null : String(time))) {
      differences.push(`${index}: event time ${found?.eventTime}, expected ${time}`);
    }
    for (const [position, { name, type }] of view.features.entries()) {
      const isPresent = reference !== null && known[position] && !isExpired;
      const feature = reference?.features[position];
      const expected = isPresent && feature ? feature : { value: null, magnitude: 0 };
      const wrong = difference(found?.features[position] ?? null, expected, type, database.engine);
      if (wrong) differences.push(`${index}: ${name}: ${wrong}`);
      const isLost = isPresent && reference.unparsed.includes(name);
      if (found?.lost.includes(name) !== isLost) differences.push(`${index}: ${name}: expected lost: ${isLost}`);
      const servedWrong =
        isPresent &&
        strategy === "join" &&
        difference(served?.features[position] ?? null, expected, type, database.engine);
      if (servedWrong) differences.push(`${index}: ${name} as materialized: ${servedWrong}`);
    }
  }
  return differences;
}

test("random cases cover the distinctions of training sets", () => {
  const found = new Set<string>();
  for (const { views, rows, spine } of fc.sample(anySpineCase, { numRuns: 120, seed: 4 })) {
    for (const strategy of strategiesOf(views)) {
      const { text } = compile(views, strategy).statement;
      for (const match of text.matchAll(/^ *(?:with )?"(\w+)" as/gm)) found.add(match[1] ?? "");
      if (strategy === "running" && text.includes("range between")) found.add("a sliding frame");
      if (/^"\w+_views" as/m.test(text)) found.add(`views compiled as one, ${strategy}`);
      if (text.includes('as "_lost_')) found.add(`lost values, ${strategy}`);
    }
    const [view] = views;
    for (const spineRow of spine.slice(0, 2)) {
      if (!view) continue;
      const row = rowFor(view, spineRow, (identity) =>
        byIdentity(referenceRows(view, rows.source, rows.population, spineRow.asOf)).get(identity),
      );
      found.add(row === null ? "unknown" : row.eventTime === null ? "without rows" : "with rows");
    }
  }
  expect([...found]).toEqual(
    expect.arrayContaining([
      ...[
        "thing_members",
        "random_v1",
        "random_v1_2",
        "latest",
        "read",
        "sorted",
        "ranked",
        "grouped",
        "inputs",
        "parsed",
        "rows",
      ],
      ...["facts", "timeline", "numbered", "running", "asked", "a sliding frame"],
      ...["views compiled as one, join", "views compiled as one, running"],
      ...["lost values, join", "lost values, running"],
      ...["unknown", "without rows", "with rows"],
    ]),
  );
});

for (const target of [...sqlTargets("all"), duckdbTarget]) {
  describe.skipIf(target.skip)(`training sets = reference = materialization on ${target.name}`, () => {
    const opened = new Map<string, SqlDatabase>();
    // A session of DuckDB is always in UTC.
    const zones = target.engine === "duckdb" ? ["UTC"] : ["UTC", "Europe/Berlin"];
    beforeAll(async () => {
      for (const zone of zones) {
        const database = await target.open(zone);
        opened.set(zone, database);
        await createSpine(database);
      }
    });
    afterAll(async () => {
      for (const database of opened.values()) await database.close();
    });

    test.each(zones)("session in %s", { timeout: TIMEOUT }, async (zone) => {
      const database = opened.get(zone);
      if (!database) throw new Error("The database did not open");
      await fc.assert(
        fc.asyncProperty(spineCasesOf(target.engine), async (each) => {
          for (const strategy of strategiesOf(each.views, target.engine)) {
            const differences = await differencesOf(database, each, strategy).catch((error: unknown) => [
              String(error),
            ]);
            if (differences.length === 0) continue;
            const { text } = compile(
              each.views.map((view) => withRows(view, each.shape, each.rows, target.engine)),
              strategy,
              target.engine,
            ).statement;
            throw new Error(`${strategy}:\n${differences.join("\n")}\n${text}`);
          }
        }),
        { numRuns: zone === "UTC" ? runs : Math.ceil(runs / 3) },
      );
    });
  });
}

test("DuckDB joins spines without nested loops", { timeout: 60_000 }, async () => {
  const database = await duckdbTarget.open();
  try {
    await createSpine(database);
    const found = new Set<string>();
    for (const { views, shape, rows } of fc.sample(spineCasesOf("duckdb"), { numRuns: 40, seed: 9 })) {
      const full = views.map((view) => withRows(view, shape, rows, "duckdb"));
      for (const strategy of strategiesOf(full, "duckdb")) {
        const { text, parameters } = compile(full, strategy, "duckdb").statement;
        const plan = JSON.stringify(await database.query(`explain ${text}`, parameters));
        for (const join of plan.match(/\b[A-Z_]+_JOIN\b/g) ?? []) found.add(join);
      }
    }
    expect([...found].filter((join) => /LOOP|NL/.test(join))).toEqual([]);
    expect([...found]).toEqual(expect.arrayContaining(["ASOF_JOIN", "HASH_JOIN"]));
  } finally {
    await database.close();
  }
});
