import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { checkDefinitions } from "../../src/check/validate";
import { compileView, dialects, postgresDialect } from "../../src/compiler";
import { aggregateNames } from "../../src/ir/aggregates";
import type { FeatureView } from "../../src/ir/nodes";
import { walk } from "../../src/ir/visit";
import { referenceRows } from "./reference/rows-as-of";
import { printInstant } from "./reference/time";
import { anyShape, anyViewOf, asOf, type CaseShape } from "./support/arbitrary-cases";
import { anyRowsOf, type CaseRows, withRows } from "./support/arbitrary-rows";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { difference } from "./support/differences";
import { duckdbTarget } from "./support/duckdb";
import { holdsDecimals, isEqualOn } from "./support/engine-cases";
import { runView } from "./support/result-text";

/*
 * The law: for random definitions and random rows, the compiled SQL gives the same result as the reference evaluator.
 * LAW_RUNS sets the number of cases per database; LAW_SEED repeats a failed run.
 */

const runs = Number(process.env.LAW_RUNS);
/** Many cases on a loaded machine take as many seconds. */
const TIMEOUT = Math.max(600_000, Number(process.env.LAW_RUNS) * 1000);

interface Case {
  readonly shape: CaseShape;
  readonly view: FeatureView;
  readonly rows: CaseRows;
}

const anyCase: fc.Arbitrary<Case> = anyShape.chain((shape) =>
  fc.record({ shape: fc.constant(shape), view: anyViewOf(shape), rows: anyRowsOf(shape) }),
);

/** Lists every difference between the database's rows and the reference's. */
async function differencesOf(database: SqlDatabase, { shape, view, rows }: Case): Promise<readonly string[]> {
  const population = shape.population === "own" ? rows.source : rows.population;
  const expected = referenceRows(view, rows.source, population, asOf);
  const actual = await runView(database, withRows(view, shape, rows, database.engine), printInstant(asOf));
  const differences: string[] = [];
  const byKey = new Map(actual.map((row) => [JSON.stringify([row.tenant, ...row.key]), row]));
  if (byKey.size !== actual.length) differences.push("a key came twice");
  for (const row of expected) {
    const identity = JSON.stringify([row.tenant, ...row.key.map(String)]);
    const match = byKey.get(identity);
    byKey.delete(identity);
    if (!match) {
      differences.push(`${identity}: no row`);
      continue;
    }
    if (match.eventTime !== (row.eventTime === null ? null : String(row.eventTime))) {
      differences.push(`${identity}: event time ${match.eventTime}, expected ${row.eventTime}`);
    }
    for (const [index, { name, type }] of view.features.entries()) {
      const feature = row.features[index];
      const found = feature && difference(match.features[index] ?? null, feature, type, database.engine);
      if (found) differences.push(`${identity}: ${name}: ${found}`);
    }
    if (match.unparsed.join() !== row.unparsed.join()) {
      differences.push(`${identity}: unparsed ${match.unparsed.join()}, expected ${row.unparsed.join()}`);
    }
  }
  return [...differences, ...[...byKey.keys()].map((identity) => `${identity}: a row too many`)];
}

test("random definitions pass the checks", () => {
  fc.assert(
    fc.property(anyCase, ({ view }) => {
      const errors = checkDefinitions({ featureViews: [view], featureServices: [] }).filter(
        ({ severity }) => severity === "error",
      );
      expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

describe("random cases", () => {
  let views: readonly FeatureView[] = [];
  beforeAll(() => {
    views = fc.sample(anyCase, { numRuns: 500, seed: 2 }).map(({ view }) => view);
  });

  test("cover every compilation strategy", () => {
    const ways = new Set<string>();
    const stages = /^(?:with )?"(latest|read|sorted|ranked|inputs|parsed|rows|entities|members)" as/gm;
    const marks = [" order by ", " > 0)::integer", "is not false", "then array[", '["place"]', '_rank" desc) filter'];
    for (const view of views) {
      const { text } = compileView(postgresDialect, view);
      for (const match of text.matchAll(stages)) ways.add(match[1] ?? "");
      for (const mark of marks) if (text.includes(mark)) ways.add(mark);
    }
    expect([...ways].sort()).toEqual([
      " > 0)::integer",
      " order by ",
      '["place"]',
      '_rank" desc) filter',
      "entities",
      "inputs",
      "is not false",
      "latest",
      "members",
      "parsed",
      "ranked",
      "read",
      "rows",
      "sorted",
      "then array[",
    ]);
  });

  test("are equal on DuckDB, except for at most a tenth", () => {
    const excluded = views.filter((view) => !isEqualOn("duckdb", view)).length / views.length;
    expect([excluded > 0, excluded <= 0.1]).toEqual([true, true]);
  });

  test("contain every aggregate without a window, with one, and with one that ends earlier", () => {
    const found = new Set<string>();
    for (const { expression } of views.flatMap((view) => view.features)) {
      walk(expression, (node) => {
        if (node.kind !== "aggregate") return;
        const { name, overSeconds, endingSecondsBefore } = node;
        found.add(`${name} ${overSeconds === null ? "ever" : endingSecondsBefore === undefined ? "lately" : "before"}`);
      });
    }
    const expected = aggregateNames.flatMap((name) => [`${name} ever`, `${name} lately`, `${name} before`]);
    expect([...found].sort()).toEqual(expected.sort());
  });
});

for (const target of [...sqlTargets("all"), duckdbTarget]) {
  describe.skipIf(target.skip)(`compiled SQL = reference on ${target.name}`, () => {
    let database: SqlDatabase;
    afterEach(() => database?.close());
    // A session of DuckDB is always in UTC.
    const zones = target.engine === "duckdb" ? ["UTC"] : ["UTC", "Europe/Berlin"];
    const cases = anyCase.filter(
      ({ view, rows }) => isEqualOn(target.engine, view) && holdsDecimals(target.engine, view, rows.source),
    );

    test.each(zones)("session in %s", { timeout: TIMEOUT }, async (zone) => {
      database = await target.open(zone);
      await fc.assert(
        fc.asyncProperty(cases, async (each) => {
          const differences = await differencesOf(database, each).catch((error: unknown) => [String(error)]);
          if (differences.length > 0) {
            const view = withRows(each.view, each.shape, each.rows, target.engine);
            throw new Error(`${differences.join("\n")}\n${compileView(dialects[target.engine], view).text}`);
          }
        }),
        { numRuns: zone === "UTC" ? runs : Math.ceil(runs / 3) },
      );
    });
  });
}
