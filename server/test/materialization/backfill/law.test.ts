import { compileView, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anyShape, anyViewOf, asOf } from "../../../../feature-definitions/test/compile/support/arbitrary-cases";
import { anyRowsOf, withRows } from "../../../../feature-definitions/test/compile/support/arbitrary-rows";
import { backfill } from "../../../src/materialization/backfill";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { asRegistered, changeOf, prepare, viewChange } from "../../registry/fixture";
import { dependenciesOf } from "../dependencies";
import { textRows } from "../incremental/text-rows";

/*
 * The law: whatever the chunks, and wherever it is interrupted, a backfill gives the same rows as one statement for all
 * entities, for every tenant and every member of the population. LAW_RUNS sets the number of cases per database;
 * LAW_SEED repeats a run.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 10);

const anyCase = anyShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    view: anyViewOf(shape),
    rows: anyRowsOf(shape),
    chunkEntities: fc.integer({ min: 1, max: 4 }),
    cuts: fc.array(fc.nat(3), { maxLength: 2 }),
  }),
);

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`backfill = full on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies;
    let cases = 0;
    let published = 0;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, "");
      dependencies = await dependenciesOf(opened.database);
    });
    afterAll(() => opened?.drop());

    test("for random definitions, chunks and interruptions", { timeout: 600_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyCase, async ({ shape, view: original, rows, chunkEntities, cuts }) => {
          cases += 1;
          const view = await asRegistered(
            opened.database,
            withRows({ ...original, name: `case_${cases}` }, shape, rows),
          );
          const writer = createRegistryStore(opened.database);
          const { revision } = await dependencies.registry.snapshot();
          await writer.apply(
            changeOf({ revision, featureViews: [viewChange(view, compileView(postgresDialect, view))] }),
          );
          for (const cut of cuts) await run(view, chunkEntities, cut);
          const done = await run(view, chunkEntities, null);
          if (done.state !== "published") {
            expect(`${done.failure?.code}: ${done.failure?.message}`).toMatch(
              /^(duplicate_key|non_finite_value|cast_failed)/,
            );
            return;
          }
          published += 1;
          const full = await fullRows(view);
          expect(done.rows).toBe(full.length);
          const table = `${view.name}_v${view.version}_g${done.generation}`;
          expect(await textRows(opened.database, view, `features."${table}"`)).toEqual(full);
        }),
        { numRuns: runs },
      );
      expect(published).toBeGreaterThan(0);
    });

    /** Runs one backfill and aborts it after `cut` chunks. */
    const run = async (view: FeatureView, chunkEntities: number, cut: number | null) => {
      const stopping = new AbortController();
      const report = await backfill(dependencies, {
        ...{ view: view.name, chunkEntities, asOf, signal: stopping.signal },
        onProgress: ({ chunk }) => {
          if (chunk !== undefined && chunk.done === cut) stopping.abort();
        },
      });
      return report.view;
    };

    const fullRows = async (view: FeatureView) => {
      const compiled = compileView(postgresDialect, view);
      const text = compiled.text.replaceAll("$1::timestamptz", "$1::text::timestamptz");
      const micros = new Date(Number(asOf / 1000n))
        .toISOString()
        .replace("Z", `${String(asOf % 1000n).padStart(3, "0")}Z`);
      return textRows(opened.database, view, `(\n${text}\n)`, [micros, ...compiled.parameters]);
    };
  });
}
