import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { referenceRows } from "./reference/rows-as-of";
import { withRows } from "./support/arbitrary-rows";
import { anySpineCase, createSpine, spineCasesOf } from "./support/arbitrary-spines";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { byIdentity, compileSpineCase, expectEqualSpine, rowFor, strategiesOf } from "./support/spine-law";

/*
 * The law of training sets: a spine row's values are those that the reference evaluator gives for its entity at its
 * as-of time, and those that would have been materialized then, including the features that lost a value to a cast.
 * Facts known later change none of them; every spine row occurs once, in order. LAW_RUNS (a quarter of it, since a case
 * has several statements) and LAW_SEED as in law.test.ts.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 4);
/** Many cases on a loaded machine take as many seconds. */
const TIMEOUT = Math.max(600_000, Number(process.env.LAW_RUNS) * 1000);

test("random cases cover the distinctions of training sets", () => {
  const found = new Set<string>();
  for (const { views, rows, spine } of fc.sample(anySpineCase, { numRuns: 120, seed: 4 })) {
    for (const strategy of strategiesOf(views)) {
      const { text } = compileSpineCase(views, strategy).statement;
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
    const zones = target.engine !== "postgres" ? ["UTC"] : ["UTC", "Europe/Berlin"];
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
        fc.asyncProperty(spineCasesOf(target.engine), (each) => expectEqualSpine(database, each)),
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
        const { text, parameters } = compileSpineCase(full, strategy, "duckdb").statement;
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
