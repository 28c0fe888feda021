import fc from "fast-check";
import { compileView, dialects, type FeatureView } from "../../../src/compiler";
import { referenceRows } from "../reference/rows-as-of";
import { printInstant } from "../reference/time";
import { anyShape, anyViewOf, asOf, type CaseShape } from "./arbitrary-cases";
import { anyRowsOf, type CaseRows, withRows } from "./arbitrary-rows";
import type { SqlDatabase } from "./databases";
import { difference } from "./differences";
import { holdsDecimals, isEqualOn } from "./engine-cases";
import { runView } from "./result-text";

/** A random view with random rows. */
export interface ViewCase {
  readonly shape: CaseShape;
  readonly view: FeatureView;
  readonly rows: CaseRows;
}

export const anyViewCase: fc.Arbitrary<ViewCase> = anyShape.chain((shape) =>
  fc.record({ shape: fc.constant(shape), view: anyViewOf(shape), rows: anyRowsOf(shape) }),
);

/** Lists every difference between the database's rows and the reference's. */
export async function differencesOfView(
  database: SqlDatabase,
  { shape, view, rows }: ViewCase,
): Promise<readonly string[]> {
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

/** Returns the random cases that an engine computes as the reference does. */
export function viewCasesOf(engine: SqlDatabase["engine"]): fc.Arbitrary<ViewCase> {
  return anyViewCase.filter(({ view, rows }) => isEqualOn(engine, view) && holdsDecimals(engine, view, rows.source));
}

/** Throws what differs, with the text that was run. */
export async function expectEqualView(database: SqlDatabase, each: ViewCase): Promise<void> {
  const differences = await differencesOfView(database, each).catch((error: unknown) => [String(error)]);
  if (differences.length === 0) return;
  const view = withRows(each.view, each.shape, each.rows, database.engine);
  throw new Error(`${differences.join("\n")}\n${compileView(dialects[database.engine], view).text}`);
}
