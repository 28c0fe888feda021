import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Strategy } from "../../src/compile/source/entities";
import { compareViews, compileTrainingSet, dialects, type FeatureView, type Source } from "../../src/compiler";
import { printInstant } from "./reference/time";
import { anyShape, anyViewOf, asOf } from "./support/arbitrary-cases";
import { withRows } from "./support/arbitrary-rows";
import { createSpine, fillSpine, spineCasesOf, spineTables } from "./support/arbitrary-spines";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { runView } from "./support/result-text";

/*
 * The law: another name of a source or of the population, and another order of columns or of features, need no version. They may
 * change the text of statements, but no value. LAW_RUNS sets the number of cases; LAW_SEED repeats a run.
 */

type Change = (view: FeatureView) => FeatureView;

// Names of stages and of the source itself among them.
const anyName = fc.constantFrom("other", "wide", "members", "grouped", "latest", "rows", "ranked", "entities", "spine");
const reordered = (source: Source, isSorted: boolean): Source => {
  const columns = [...source.columns].reverse();
  return { ...source, columns: isSorted ? columns.sort((a, b) => (a.name < b.name ? -1 : 1)) : columns };
};
const ofPopulation = ({ entity }: FeatureView, change: (source: Source) => Source): FeatureView["entity"] => ({
  ...entity,
  population: entity.population && change(entity.population),
});

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  anyName.map(
    (name): Change =>
      (view) => ({ ...view, source: { ...view.source, name } }),
  ),
  anyName.map(
    (name): Change =>
      (view) => ({ ...view, entity: ofPopulation(view, (source) => ({ ...source, name })) }),
  ),
  fc.boolean().map(
    (isSorted): Change =>
      (view) => ({ ...view, source: reordered(view.source, isSorted) }),
  ),
  fc.boolean().map(
    (isSorted): Change =>
      (view) => ({ ...view, entity: ofPopulation(view, (source) => reordered(source, isSorted)) }),
  ),
  fc.constant<Change>((view) => ({ ...view, features: [...view.features].reverse() })),
);
const anyChanges = fc.array(anyChange, { minLength: 1, maxLength: 3 });
const changed = (view: FeatureView, changes: readonly Change[]): FeatureView =>
  changes.reduce((before, change) => change(before), view);

test("such changes need no version", () => {
  fc.assert(
    fc.property(anyShape.chain(anyViewOf), anyChanges, (view, changes) => {
      const { needsVersion, class: of } = compareViews(view, changed(view, changes));
      expect([needsVersion, of === "metadata" || of === "unchanged"]).toEqual([false, true]);
    }),
  );
});

for (const target of [...sqlTargets("main"), duckdbTarget]) {
  describe.skipIf(target.skip)(`names and orders on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open();
      await createSpine(database);
    });
    afterAll(() => database?.close());

    async function materialized(view: FeatureView): Promise<readonly string[]> {
      const rows = await runView(database, view, printInstant(asOf));
      return rows
        .map(({ features, unparsed, ...row }) => {
          const values = view.features.map(({ name }, index): [string, string | null] => [
            name,
            features[index] ?? null,
          ]);
          return JSON.stringify([row, values.sort(([a], [b]) => (a < b ? -1 : 1)), [...unparsed].sort()]);
        })
        .sort();
    }

    async function trained(view: FeatureView, strategy: Strategy): Promise<readonly unknown[]> {
      const features = view.features.map(({ name }) => name);
      const { statement, columns } = compileTrainingSet(dialects[target.engine], {
        views: [{ view, features, strategy }],
        spine: spineTables[target.engine],
      });
      const named = [...columns].sort((a, b) => (a.feature < b.feature ? -1 : 1));
      const items = named.map(({ name }) => `"${name}"::text as "${name}"`);
      const text = `select "_row"::text as _row, ${items.join(", ")} from (\n${statement.text}\n) as "result"`;
      const rows = await database.query(text, [...statement.parameters]);
      return rows.map((row) => [row._row, ...named.map(({ name, feature }) => [feature, row[name]])]);
    }

    test("leave runs and training sets as they were", { timeout: 300_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(spineCasesOf(target.engine), anyChanges, async ({ shape, views, rows, spine }, changes) => {
          const [first] = views;
          if (first === undefined) return;
          const before = withRows(first, shape, rows, target.engine);
          const after = changed(before, changes);
          expect(await materialized(after)).toEqual(await materialized(before));
          await fillSpine(database, spine);
          for (const strategy of ["join", "running"] as const) {
            expect(await trained(after, strategy)).toEqual(await trained(before, strategy));
          }
        }),
        { numRuns: Math.ceil(Number(process.env.LAW_RUNS) / 2), seed: Number(process.env.LAW_SEED) },
      );
    });
  });
}
