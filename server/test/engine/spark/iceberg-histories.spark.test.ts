import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabases } from "../../helpers/test-database";
import { FACTS, type IcebergRuns, openIcebergRuns } from "./support/iceberg-runs";
import { withoutSpark } from "./support/test-spark";

/*
 * Random histories of an Iceberg table, one after the other: after each, an incremental run serves what PostgreSQL computes in full over
 * the rows that the table then has. `npm run verify:iceberg` runs 200 of them, and lists how many runs were full, by reason.
 */

const HISTORIES = Number(process.env.ICEBERG_HISTORIES ?? "3");

type Change =
  | { readonly kind: "append" | "overwrite"; readonly facts: readonly string[] }
  | { readonly kind: "delete" | "delete_rows" | "update"; readonly track: number }
  | { readonly kind: "roll_back"; readonly back: number }
  | { readonly kind: "compact" | "expire" | "alter" };

const trackId = fc.integer({ min: 1, max: 12 });
const fact = fc
  .tuple(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.option(trackId, { freq: 9 }),
    fc.constantFrom("'a'", "'b'", "'ü'", "null"),
    fc.integer({ min: -9, max: 9 }).map((quarters) => quarters / 4),
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 24 * 80 }),
  )
  .map(([id, track, title, value, amount, hour]) => {
    const at = `timestamp'2026-01-01 00:00:00Z' + make_dt_interval(0, ${hour})`;
    return `(${id}, ${track}, ${title}, ${value}, ${amount}, ${at})`;
  });
const facts = fc.array(fact, { minLength: 1, maxLength: 4 });
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("append" as const), facts }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("delete" as const, "update" as const), track: trackId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete_rows" as const), track: trackId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("overwrite" as const), facts }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("roll_back" as const), back: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("compact" as const, "expire" as const, "alter" as const) }),
  },
);
const history = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
  laterHours: fc.integer({ min: 1, max: 24 }),
});

/** Returns the statements of a change. */
async function statementsOf(each: Change, { table, name, snapshots, spark }: IcebergRuns): Promise<readonly string[]> {
  switch (each.kind) {
    case "append":
      return [`insert into ${table} (${FACTS}) values ${each.facts.join(", ")}`];
    case "overwrite":
      return [`delete from ${table}`, `insert into ${table} (${FACTS}) values ${each.facts.join(", ")}`];
    case "delete":
    case "delete_rows": {
      const mode = each.kind === "delete" ? "copy-on-write" : "merge-on-read";
      const rows = `track_id = ${each.track}`;
      return [
        `alter table ${table} set tblproperties ('write.delete.mode' = '${mode}')`,
        `delete from ${table} where ${rows} and amount >= 0`,
      ];
    }
    case "update":
      return [
        `update ${table} set track_id = track_id % 12 + 1, amount = amount + 1 where track_id = ${each.track} and amount > 9`,
      ];
    case "roll_back": {
      const id = (await snapshots()).at(-1 - each.back);
      return id === undefined ? [] : [`call lake.system.set_current_snapshot('${name}', ${id})`];
    }
    case "compact":
      return [
        `call lake.system.rewrite_data_files(table => '${name}', options => map('rewrite-all', 'true', 'remove-dangling-deletes', 'true'))`,
      ];
    case "expire":
      return [
        `call lake.system.expire_snapshots(table => '${name}', older_than => current_timestamp(), retain_last => 1)`,
      ];
    case "alter":
      return [`alter table ${table} add column more_${(await spark.schemaOf(`select * from ${table}`)).length} int`];
    default:
      return each satisfies never;
  }
}

/** Gives the table of PostgreSQL the rows that the Iceberg table has now. */
async function copyFacts({ database, spark, table }: IcebergRuns): Promise<void> {
  const rows = await spark.rows<{ fact: string }>(
    `select to_json(struct(row_number() over (order by id) as id, track_id, title, value, amount, at)) as fact from ${table}`,
  );
  const list = rows.map(({ fact }) => JSON.parse(fact) as object);
  await database.script("truncate facts");
  await database.query({
    text: `insert into facts (${FACTS}) select ${FACTS} from jsonb_populate_recordset(null::facts, $1::text::jsonb) returning 1`,
    parameters: [JSON.stringify(list)],
  });
}

for (const target of testDatabases("one")) {
  const skip = target.skip || (withoutSpark && process.env.REQUIRE_SERVICES !== "1");
  describe.skipIf(skip)(`histories of an Iceberg table into ${target.name}`, () => {
    let runs: IcebergRuns;
    beforeAll(async () => {
      runs = await openIcebergRuns(target);
    }, 600_000);
    afterAll(() => runs?.close());

    test("give the same rows incrementally as in full", { timeout: HISTORIES * 120_000 }, async () => {
      runs.useCredentials();
      const kinds: Record<string, number> = {};
      let asOfHours = 24 * 30;
      await fc.assert(
        fc.asyncProperty(history, async ({ changes, laterHours }) => {
          for (const each of changes) for (const text of await statementsOf(each, runs)) await runs.spark.rows(text);
          asOfHours += laterHours;
          const [found] = await runs.run(["cluster_scores"], asOfHours / 24, "incremental");
          expect(found).toMatchObject({ state: "published", failure: null });
          const kind = found?.whyFull ?? String(found?.kind);
          kinds[kind] = (kinds[kind] ?? 0) + 1;
          await copyFacts(runs);
          await runs.run(["postgres_scores"], asOfHours / 24, "full");
          expect(await runs.served("cluster_scores")).toEqual(await runs.served("postgres_scores"));
        }),
        // A history continues the one before, so that a smaller one would not fail in the same way.
        { numRuns: HISTORIES, endOnFailure: true },
      );
      console.log(`Runs: ${JSON.stringify(kinds)}`);
    });
  });
}
