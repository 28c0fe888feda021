import { compileView, type FeatureView, parseFeatureView, viewChanges } from "@featstore/definitions";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  anyShape,
  anyViewOf,
  asOf,
  type CaseShape,
} from "../../../../feature-definitions/test/compile/support/arbitrary-cases";
import {
  anyRowsOf,
  type CaseRows,
  withRows,
} from "../../../../feature-definitions/test/compile/support/arbitrary-rows";
import { isSurelyDead, thisProcess } from "../../../src/run-holder";
import { type MaterializeDependencies, materialize } from "../../../src/services/materialize";
import { createPostgresOfflineStore } from "../../../src/stores/postgres-offline-store";
import { createPostgresRegistryStore } from "../../../src/stores/postgres-registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../stores/registry/fixture";
import { textRows } from "./text-rows";

/*
 * The law: after any history of runs and of rows that come late, are corrected and move out of windows, an incremental
 * run gives what a full one would. LAW_RUNS is how many cases each database is tried with; LAW_SEED repeats a run.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS ?? 400) / 10);
const seed = Number(process.env.LAW_SEED ?? Date.now());
const HOUR = 3_600_000_000n;

interface Step {
  readonly rows: CaseRows;
  /** Which of the rows there are the new ones replace, from the first; the others are added. */
  readonly corrections: number;
  readonly passes: bigint;
}

interface Case {
  readonly shape: CaseShape;
  readonly view: FeatureView;
  readonly rows: CaseRows;
  readonly steps: readonly Step[];
}

const anyCase: fc.Arbitrary<Case> = anyShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    view: anyViewOf(shape),
    rows: anyRowsOf(shape),
    steps: fc.array(
      fc.record({
        rows: anyRowsOf(shape),
        corrections: fc.nat(3),
        passes: fc.constantFrom(0n, 1n, HOUR, HOUR, 24n * HOUR, 7n * 24n * HOUR),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

for (const target of testDatabases()) {
  describe.skipIf(target.skip)(`incremental = full on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies;
    let cases = 0;
    let incremental = 0;
    beforeAll(async () => {
      opened = await target.open();
      await prepare(opened.database, "");
      dependencies = {
        registry: createPostgresRegistryStore(opened.database),
        offline: createPostgresOfflineStore(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
    });
    afterAll(() => opened?.drop());

    test("for random definitions and histories", { timeout: 600_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyCase, async (each) => {
          cases += 1;
          const view = await createTables(each, `case_${cases}`);
          const { registry } = dependencies;
          const writer = createPostgresRegistryStore(opened.database);
          const { revision } = await registry.snapshot();
          await writer.apply(changeOf({ revision, featureViews: [viewChange(view, compileView(view))] }));
          let now = asOf;
          const first = await run(view, now);
          // Rows that no run takes: nothing is served, and nothing is to be compared.
          if (first?.state !== "published") return;
          for (const [index, step] of each.steps.entries()) {
            now += step.passes;
            await change(each.shape, view, step, (index + 1) * 100);
            const done = await run(view, now);
            const full = await fullRows(view, now);
            if (done?.state !== "published" || done.generation === null) {
              expect(`${done?.failure?.code}: ${done?.failure?.message}`).toMatch(
                /^(duplicate_key|non_finite_value|cast_failed)/,
              );
              return;
            }
            expect(done).toMatchObject({ kind: "incremental", whyFull: null, rows: full.length });
            incremental += 1;
            const table = `${view.name}_v${view.version}_g${done.generation}`;
            expect(await textRows(opened.database, view, `features."${table}"`)).toEqual(full);
          }
        }),
        { numRuns: runs, seed },
      );
      expect(incremental).toBeGreaterThan(0);
    });

    const run = async (view: FeatureView, at: bigint) =>
      (await materialize(dependencies, { views: [view.name], mode: "incremental", asOf: at })).views[0];

    const fullRows = async (view: FeatureView, at: bigint) => {
      const compiled = compileView(view);
      const text = compiled.text.replaceAll("$1::timestamptz", "$1::text::timestamptz");
      const micros = new Date(Number(at / 1000n)).toISOString().replace("Z", `${String(at % 1000n).padStart(3, "0")}Z`);
      return textRows(opened.database, view, `(\n${text}\n)`, [micros, ...compiled.parameters]);
    };

    /** The case's rows in tables, since only those say when a row was written. */
    const createTables = async ({ shape, view, rows }: Case, name: string): Promise<FeatureView> => {
      const inline = withRows({ ...view, name }, shape, rows);
      const { source, entity } = inline;
      const create = (table: string, relation: typeof source.relation) =>
        opened.database.script(
          `create table ${table} as select row_number() over () as _number, r.* from (${textOf(relation)}) as r`,
        );
      await create(`${name}_rows`, source.relation);
      if (entity.population !== null) await create(`${name}_members`, entity.population.relation);
      const rowsTable = { kind: "table", schema: null, table: `${name}_rows` } as const;
      const membersTable = { kind: "table", schema: null, table: `${name}_members` } as const;
      const tabled = { ...source, relation: rowsTable };
      const { population } = entity;
      const members = population && (shape.population === "own" ? tabled : { ...population, relation: membersTable });
      const onTables = { ...inline, source: tabled, entity: { ...entity, population: members } };
      // As the registry has it: JSON knows no negative zero, and equal nodes list their properties in one order.
      const [row] = await opened.database.query<{ view: string }>({
        text: "select $1::text::jsonb::text as view",
        parameters: [JSON.stringify(onTables)],
      });
      const made = parseFeatureView(JSON.parse(row?.view ?? ""));
      expect(viewChanges(made)).not.toBeNull();
      return made;
    };

    const change = async (
      shape: CaseShape,
      view: FeatureView,
      { rows, corrections }: Step,
      offset: number,
    ): Promise<void> => {
      const inline = withRows(view, shape, rows);
      const keys = view.source.key.map(({ column }) => column);
      const identity = [...keys, "owner"];
      const write = async (table: string, relation: typeof view.source.relation, onePerKey: boolean) => {
        const fresh = `(select row_number() over () as _number, r.* from (${textOf(relation)}) as r)`;
        const found = await opened.database.query<{ name: string }>({
          text: `select attname as name from pg_attribute where attrelid = $1::text::regclass and attnum > 1`,
          parameters: [table],
        });
        const columns = found.map(({ name }) => `"${name}"`).filter((name) => !identity.includes(name.slice(1, -1)));
        // Rows that nothing tells apart may come in any order: ids go on where those before ended.
        const value = (name: string): string => (name === '"id"' ? `f."id" + ${offset}` : `f.${name}`);
        const all = [...identity.map((name) => `"${name}"`), ...columns].join(", ");
        // A row that is written again keeps its key: that it had another one before, nothing says.
        const same = identity.map((name) => `t."${name}" is not distinct from f."${name}"`).join(" and ");
        const chosen = onePerKey ? same : `t._number = f._number and f._number <= ${corrections} and ${same}`;
        await opened.database.script(`
          update ${table} as t set (${columns.join(", ")}) = row(${columns.map(value).join(", ")})
            from ${fresh} as f where ${chosen};
          insert into ${table} (_number, ${all})
            select (select coalesce(max(_number), 0) from ${table}) + row_number() over (), ${[...identity.map((name) => `f."${name}"`), ...columns.map(value)].join(", ")}
            from ${fresh} as f
            where ${onePerKey ? `not exists (select from ${table} as t where ${same})` : `f._number > ${corrections}`}`);
      };
      await write(`${view.name}_rows`, inline.source.relation, shape.history === "current");
      if (view.entity.population !== null && shape.population !== "own" && inline.entity.population !== null) {
        await write(`${view.name}_members`, inline.entity.population.relation, false);
      }
    };
  });
}

function textOf(relation: FeatureView["source"]["relation"]): string {
  return relation.kind === "query" ? relation.text : "";
}
