import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { checkDefinitions } from "../../src/check/validate";
import { compileView, postgresDialect } from "../../src/compiler";
import { aggregateNames } from "../../src/ir/aggregates";
import type { FeatureView } from "../../src/ir/nodes";
import { walk } from "../../src/ir/visit";
import { changeCasesOf, expectEqualChanges } from "./support/change-law";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { isEqualOn } from "./support/engine-cases";
import { anyViewCase, expectEqualView, viewCasesOf } from "./support/view-law";

/*
 * The law: for random definitions and random rows, the compiled SQL gives the same result as the reference evaluator.
 * LAW_RUNS sets the number of cases per database; LAW_SEED repeats a failed run.
 */

const runs = Number(process.env.LAW_RUNS);
/** Many cases on a loaded machine take as many seconds. */
const TIMEOUT = Math.max(600_000, Number(process.env.LAW_RUNS) * 1000);

test("random definitions pass the checks", () => {
  fc.assert(
    fc.property(anyViewCase, ({ view }) => {
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
    views = fc.sample(anyViewCase, { numRuns: 500, seed: 2 }).map(({ view }) => view);
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

  test.each(["duckdb", "spark"] as const)("are equal on %s, except for at most a tenth", (engine) => {
    const excluded = views.filter((view) => !isEqualOn(engine, view)).length / views.length;
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
    const zones = target.engine !== "postgres" ? ["UTC"] : ["UTC", "Europe/Berlin"];

    test.each(zones)("session in %s", { timeout: TIMEOUT }, async (zone) => {
      const opened = await target.open(zone);
      database = opened;
      await fc.assert(
        fc.asyncProperty(viewCasesOf(target.engine), (each) => expectEqualView(opened, each)),
        { numRuns: zone === "UTC" ? runs : Math.ceil(runs / 3) },
      );
    });
  });
}

test("DuckDB computes late entities as a full run does", { timeout: TIMEOUT }, async () => {
  const database = await duckdbTarget.open();
  try {
    await fc.assert(
      fc.asyncProperty(changeCasesOf("duckdb"), (each) => expectEqualChanges(database, "duckdb", each)),
      { numRuns: Math.ceil(runs / 2) },
    );
  } finally {
    await database.close();
  }
});
