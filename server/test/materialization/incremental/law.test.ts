import {
  compileView,
  type FeatureView,
  postgresDialect,
  type Relation,
  type Source,
  viewChanges,
} from "@featstore/definitions/compiler";
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
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { asRegistered, changeOf, prepare, viewChange } from "../../registry/fixture";
import { dependenciesOf } from "../dependencies";
import { textRows } from "./text-rows";

/*
 * The law: after any history of runs and of rows that are late, corrected or leave windows, an incremental run gives
 * the same rows as a full run; for views and queries, when rows come no later than declared. LAW_RUNS sets the number
 * of cases per database; LAW_SEED repeats a run.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 10);
const HOUR = 3_600_000_000n;

/** The kind of relation; only rows of the first two carry the transaction that wrote them. */
type SourceKind = "table" | "partitioned" | "view" | "query";

interface Step {
  readonly rows: CaseRows;
  /** The number of existing rows that the new rows replace, from the first, and the number of added rows. */
  readonly corrections: number;
  readonly added: number;
  readonly passes: bigint;
  /** Views that do not run in this step: the others share a scan with the last run of those views later. */
  readonly skipped: readonly boolean[];
}

interface Case {
  readonly shape: CaseShape;
  readonly kind: SourceKind;
  readonly latenessSeconds: number;
  /** Views of one source. */
  readonly views: readonly FeatureView[];
  readonly rows: CaseRows;
  readonly steps: readonly Step[];
}

const kinds = ["table", "partitioned", "view", "query"] as const satisfies readonly SourceKind[];

const anyCase: fc.Arbitrary<Case> = anyShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    // Rows without any time have no lateness.
    kind: fc.constantFrom(...kinds.slice(0, shape.eventTime === "none" ? 2 : 4)),
    latenessSeconds: fc.constantFrom(3600, 8 * 86_400, 21 * 86_400),
    views: fc.array(anyViewOf(shape), { minLength: 1, maxLength: 3 }),
    rows: anyRowsOf(shape),
    steps: fc.array(
      fc.record({
        rows: anyRowsOf(shape),
        corrections: fc.nat(3),
        // With many rows, every entity is recomputed, and nothing could be missed.
        added: fc.constantFrom(0, 1, 1, 2, 12),
        passes: fc.constantFrom(0n, 1n, HOUR, HOUR, 24n * HOUR, 7n * 24n * HOUR),
        skipped: fc.tuple(fc.constant(false), fc.boolean(), fc.constantFrom(false, false, true)),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`incremental = full on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies;
    let cases = 0;
    const incremental = new Set<string>();
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, "");
      dependencies = await dependenciesOf(opened.database);
    });
    afterAll(() => opened?.drop());

    test("for random definitions and histories", { timeout: 600_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyCase, async (each) => {
          cases += 1;
          let views = await createTables(each, `case_${cases}`);
          const { registry } = dependencies;
          const writer = createRegistryStore(opened.database);
          const { revision } = await registry.snapshot();
          const featureViews = views.map((view) => viewChange(view, compileView(postgresDialect, view)));
          await writer.apply(changeOf({ revision, featureViews }));
          let now = asOf;
          const first = await run(views, now);
          // The run refused its rows: nothing is served, and there is nothing to compare.
          views = views.filter((_, index) => first[index]?.state === "published");
          for (const [index, step] of each.steps.entries()) {
            const [sample] = views;
            if (sample === undefined) return;
            await change(each, sample, `case_${cases}`, step, { offset: (index + 1) * 100, after: now });
            now += step.passes;
            const selected = views.filter((_, position) => step.skipped[position] !== true);
            const done = await run(selected, now);
            const failed = new Set<FeatureView>();
            for (const [position, view] of selected.entries()) {
              const one = done[position];
              if (one?.state !== "published" || one.generation === null) {
                expect(`${one?.failure?.code}: ${one?.failure?.message}`).toMatch(
                  /^(duplicate_key|non_finite_value|cast_failed)/,
                );
                failed.add(view);
                continue;
              }
              const full = await fullRows(view, now);
              expect(one).toMatchObject({ view: view.name, kind: "incremental", whyFull: null, rows: full.length });
              incremental.add(`${each.kind} ${selected.length > 1 ? "shared" : "alone"}`);
              const table = `${view.name}_v${view.version}_g${one.generation}`;
              expect(await textRows(opened.database, view, `features."${table}"`)).toEqual(full);
            }
            views = views.filter((view) => !failed.has(view));
          }
        }),
        { numRuns: runs },
      );
      expect(incremental.size).toBeGreaterThan(1);
    });

    const run = async (views: readonly FeatureView[], at: bigint) => {
      const names = views.map(({ name }) => name);
      const done = (await materialize(dependencies, { views: names, mode: "incremental", asOf: at })).views;
      return names.map((name) => done.find(({ view }) => view === name));
    };

    const fullRows = async (view: FeatureView, at: bigint) => {
      const compiled = compileView(postgresDialect, view);
      const text = compiled.text.replaceAll("$1::timestamptz", "$1::text::timestamptz");
      const micros = new Date(Number(at / 1000n)).toISOString().replace("Z", `${String(at % 1000n).padStart(3, "0")}Z`);
      return textRows(opened.database, view, `(\n${text}\n)`, [micros, ...compiled.parameters]);
    };

    /** Creates tables with the rows of the case, and its views on them. */
    const createTables = async (each: Case, name: string): Promise<readonly FeatureView[]> => {
      const { shape, kind, rows } = each;
      const create = async (table: string, text: string): Promise<Relation> => {
        const selected = `select row_number() over () as _number, r.* from (${text}) as r`;
        const script: Readonly<Record<SourceKind, string>> = {
          table: `create table ${table} as ${selected}`,
          partitioned: `create table ${table}_all as ${selected};
            create table ${table} (like ${table}_all) partition by hash (_number);
            create table ${table}_0 partition of ${table} for values with (modulus 2, remainder 0);
            create table ${table}_1 partition of ${table} for values with (modulus 2, remainder 1);
            insert into ${table} select * from ${table}_all`,
          view: `create table ${table} as ${selected}; create view ${table}_seen as select * from ${table}`,
          query: `create table ${table} as ${selected}`,
        };
        await opened.database.script(script[kind]);
        if (kind === "query") return { kind, text: `select * from ${table}` };
        return { kind: "table", schema: null, table: kind === "view" ? `${table}_seen` : table };
      };
      const lateness = kind === "table" || kind === "partitioned" ? {} : { latenessSeconds: each.latenessSeconds };
      const relations = new Map<string, Relation>();
      const tableViews: FeatureView[] = [];
      for (const [index, view] of each.views.entries()) {
        const inline = withRows({ ...view, name: `${name}_${index}` }, shape, rows);
        const { source, entity } = inline;
        const stored = async (table: string, { relation }: Source): Promise<Relation> => {
          const relationOf = relations.get(table) ?? (await create(table, textOf(relation)));
          relations.set(table, relationOf);
          return relationOf;
        };
        const tabled = { ...source, ...lateness, relation: await stored(`${name}_rows`, source) };
        const { population } = entity;
        const members =
          population === null || shape.population === "own"
            ? population && tabled
            : { ...population, ...lateness, relation: await stored(`${name}_members`, population) };
        const onTables = { ...inline, source: tabled, entity: { ...entity, population: members } };
        const parsed = await asRegistered(opened.database, onTables);
        expect(viewChanges(parsed)).not.toBeNull();
        tableViews.push(parsed);
      }
      return tableViews;
    };

    /** Writes the rows of a step; none is later than its source declares for rows after the run at `after`. */
    const change = async (
      { shape }: Case,
      view: FeatureView,
      name: string,
      { rows, corrections, added }: Step,
      { offset, after }: { readonly offset: number; readonly after: bigint },
    ): Promise<void> => {
      const inline = withRows(view, shape, rows);
      const keys = view.source.key.map(({ column }) => column);
      const identity = [...keys, "owner"];
      const write = async (table: string, source: Source, relation: Relation, onePerKey: boolean) => {
        const fresh = `(select * from (select row_number() over () as _number, r.* from (${textOf(relation)}) as r) as r where _number <= ${corrections + added})`;
        const found = await opened.database.query<{ name: string }>({
          text: `select attname as name from pg_attribute where attrelid = $1::text::regclass and attnum > 1`,
          parameters: [table],
        });
        const columns = found.map(({ name }) => `"${name}"`).filter((name) => !identity.includes(name.slice(1, -1)));
        // The order of rows that nothing distinguishes is undefined, so their ids continue after the previous ones.
        const value = (name: string): string => (name === '"id"' ? `f."id" + ${offset}` : `f.${name}`);
        const all = [...identity.map((name) => `"${name}"`), ...columns].join(", ");
        // A rewritten row keeps its key, because nothing records that it had another one.
        const same = identity.map((name) => `t."${name}" is not distinct from f."${name}"`).join(" and ");
        const chosen = onePerKey ? same : `t._number = f._number and f._number <= ${corrections} and ${same}`;
        const inTime = (alias: string): string => isInTime(source, alias, after);
        await opened.database.script(`
          update ${table} as t set (${columns.join(", ")}) = row(${columns.map(value).join(", ")})
            from ${fresh} as f where ${chosen} and ${inTime("f")} and ${inTime("t")};
          insert into ${table} (_number, ${all})
            select (select coalesce(max(_number), 0) from ${table}) + row_number() over (), ${[...identity.map((name) => `f."${name}"`), ...columns.map(value)].join(", ")}
            from ${fresh} as f
            where ${onePerKey ? `not exists (select from ${table} as t where ${same})` : `f._number > ${corrections}`} and ${inTime("f")}`);
      };
      await write(`${name}_rows`, view.source, inline.source.relation, shape.history === "current");
      const members = view.entity.population;
      if (members !== null && shape.population !== "own" && inline.entity.population !== null) {
        await write(`${name}_members`, members, inline.entity.population.relation, false);
      }
    };
  });
}

/** Whether a row may be written after a run as of that time. */
function isInTime({ latenessSeconds, knownTime, eventTime }: Source, alias: string, after: bigint): string {
  const time = knownTime ?? eventTime;
  if (latenessSeconds === undefined || time === null) return "true";
  const value = `${alias}."${time.column}"${time.zone === null ? "" : ` at time zone '${time.zone}'`}`;
  const seconds = `${after / 1_000_000n}.${String(after % 1_000_000n).padStart(6, "0")}`;
  return `${value} > timestamptz 'epoch' + interval '${seconds} seconds' - interval '${latenessSeconds} seconds'`;
}

function textOf(relation: Relation): string {
  return relation.kind === "query" ? relation.text : "";
}
