import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { compileView, dialects, type FeatureView, type Relation, type Source } from "@featstore/definitions/compiler";
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
import { viewQuery } from "../../../src/engine/index";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { textRows } from "../../materialization/incremental/text-rows";
import { asRegistered, changeOf, prepare, viewChange } from "../../registry/fixture";
import { createLake, type Lake, lakeDependencies, withWriter } from "./support/lake";

/*
 * The law: after any history of runs and of files whose rows are as late as declared, an incremental run over a lake gives the same
 * rows as a full run. LAW_RUNS and LAW_SEED as in materialization/incremental/law.test.ts.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 25);
const HOUR = 3_600_000_000n;

interface Case {
  readonly shape: CaseShape;
  readonly kind: "files" | "query";
  readonly latenessSeconds: number;
  readonly view: FeatureView;
  readonly rows: CaseRows;
  readonly steps: readonly { readonly rows: CaseRows; readonly passes: bigint }[];
}

/** DuckDB refuses expressions in PostgreSQL's SQL. */
function runsInDuckdb(view: FeatureView): boolean {
  try {
    return compileView(dialects.duckdb, view).text !== "";
  } catch {
    return false;
  }
}

const anyCase: fc.Arbitrary<Case> = anyShape
  // Files are not updated in place, and rows without any time have no lateness.
  .filter(({ eventTime, history }) => eventTime !== "none" && history !== "current")
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      kind: fc.constantFrom("files", "query"),
      latenessSeconds: fc.constantFrom(3600, 8 * 86_400, 21 * 86_400),
      view: anyViewOf(shape).filter(runsInDuckdb),
      rows: anyRowsOf(shape),
      steps: fc.array(
        fc.record({
          rows: anyRowsOf(shape),
          passes: fc.constantFrom(0n, 1n, HOUR, HOUR, 24n * HOUR, 7n * 24n * HOUR),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
  );

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`incremental = full in a lake on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let dependencies: MaterializeDependencies;
    let cases = 0;
    let incremental = 0;
    beforeAll(async () => {
      [opened, lake] = await Promise.all([target.openMigrated(), createLake()]);
      await prepare(opened.database, "");
      dependencies = await lakeDependencies(opened.database, lake);
    });
    afterAll(async () => {
      await opened?.drop();
      await lake?.remove();
    });

    test("for random definitions and histories", { timeout: 600_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyCase, async (each) => {
          cases += 1;
          const folder = `case_${cases}`;
          const view = await viewOn(each, folder);
          await write(each, view, { folder, rows: each.rows, step: 0, after: null });
          const registry = createRegistryStore(opened.database);
          const { revision } = await registry.snapshot();
          await registry.apply(changeOf({ revision, featureViews: [viewChange(view, viewQuery(view, undefined))] }));
          let now = asOf;
          if ((await run(view, "full", now))?.state !== "published") return;
          for (const [index, { rows, passes }] of each.steps.entries()) {
            await write(each, view, { folder, rows, step: index + 1, after: now });
            now += passes;
            const done = await run(view, "incremental", now);
            const again = await run(view, "full", now);
            if (done?.state !== "published" || again?.state !== "published") {
              expect(done?.failure?.code).toMatch(/^(duplicate_key|non_finite_value|cast_failed)$/);
              expect(again?.failure?.code).toBe(done?.failure?.code);
              return;
            }
            expect(done).toMatchObject({ kind: "incremental", whyFull: null, rows: again.rows });
            incremental += 1;
            const [found, expected] = [done, again].map(
              ({ generation }) => `features."${view.name}_v1_g${generation}"`,
            );
            expect(await textRows(opened.database, view, found ?? "")).toEqual(
              await textRows(opened.database, view, expected ?? ""),
            );
          }
        }),
        { numRuns: runs },
      );
      expect(incremental).toBeGreaterThan(0);
      expect(await lake.leftovers()).toEqual([]);
    });

    const run = async ({ name }: FeatureView, mode: "full" | "incremental", at: bigint) =>
      (await materialize(dependencies, { views: [name], mode, asOf: at })).views[0];

    /** The case's view over files of the folder, with relative paths. */
    async function viewOn({ shape, kind, latenessSeconds, view, rows }: Case, folder: string): Promise<FeatureView> {
      const inline = withRows({ ...view, name: folder }, shape, rows, "duckdb");
      const relation = (name: string): Relation => {
        const path = `${folder}/${name}/*.parquet`;
        if (kind === "files") return { kind, engine: "lake", path };
        return { kind, engine: "lake", text: `select * from read_parquet('${path}')` };
      };
      const source = { ...inline.source, latenessSeconds, relation: relation("rows") };
      const { population } = inline.entity;
      const members =
        population === null || shape.population === "own"
          ? population && source
          : { ...population, latenessSeconds, relation: relation("members") };
      const onFiles = { ...inline, version: 1, source, entity: { ...inline.entity, population: members } };
      return asRegistered(opened.database, onFiles);
    }

    /** Writes a file with the rows that are not later than declared after the run at `after`. */
    async function write(
      { shape }: Case,
      view: FeatureView,
      { folder, rows, step, after }: { folder: string; rows: CaseRows; step: number; after: bigint | null },
    ): Promise<void> {
      const inline = withRows(view, shape, rows, "duckdb");
      const files = [
        ["rows", view.source, inline.source.relation],
        ["members", view.entity.population, inline.entity.population?.relation],
      ] as const;
      for (const [name, source, relation] of files) {
        if (source === null || relation?.kind !== "query" || (name === "members" && shape.population === "own"))
          continue;
        await mkdir(join(lake.root, folder, name), { recursive: true });
        const ids = name === "rows" ? ` replace (id + ${step * 100} as id)` : "";
        const late = after === null ? "true" : isInTime(source, after);
        await withWriter((statement) =>
          statement(
            `copy (select *${ids} from (${relation.text}) where ${late}) to '${join(lake.root, folder, name, `${step}.parquet`)}' (format parquet)`,
          ),
        );
      }
    }
  });
}

function isInTime({ latenessSeconds = 0, knownTime, eventTime }: Source, after: bigint): string {
  const time = knownTime ?? eventTime;
  if (time === null) return "true";
  const value = `"${time.column}"${time.zone === null ? "" : ` at time zone '${time.zone}'`}`;
  return `${value} > make_timestamptz(${after - BigInt(latenessSeconds) * 1_000_000n})`;
}
