import fc from "fast-check";
import { castName as duckdbType } from "../../../src/compile/duckdb/types";
import { castName as sparkType } from "../../../src/compile/spark/types";
import { compileChangedEntities, compileLateEntities, dialects, type FeatureView } from "../../../src/compiler";
import { DAY, printInstant } from "../reference/time";
import { asOf } from "./arbitrary-cases";
import { withRows } from "./arbitrary-rows";
import type { SqlDatabase } from "./databases";
import { quoted, type ResultRow, runCompiled, runView, wholeText } from "./result-text";
import { type ViewCase, viewCasesOf } from "./view-law";

/*
 * The law of incremental runs by lateness: an entity whose row changes as time passes is late, and the rows of the late
 * entities, computed alone, are those of a full run.
 */

/** A random view with random rows, and the microseconds since its last run. */
export interface ChangeCase extends ViewCase {
  readonly passed: bigint;
}

type LakeEngine = "duckdb" | "spark";
const changedKeys = { schema: null, table: "changed_keys" } as const;
const typeNames = { duckdb: duckdbType, spark: sparkType };

/** Returns the random cases whose sources may promise a lateness. */
export function changeCasesOf(engine: LakeEngine): fc.Arbitrary<ChangeCase> {
  return fc
    .tuple(viewCasesOf(engine), fc.constantFrom(1n, DAY / 24n, DAY, 7n * DAY, 20n * DAY))
    .map(([each, passed]): ChangeCase => ({ ...each, view: punctual(each.view), passed }))
    .filter(({ view }) => compileLateEntities(dialects[engine], view, printInstant(asOf)) !== null);
}

function punctual(view: FeatureView): FeatureView {
  const { population } = view.entity;
  const entity =
    population === null ? view.entity : { ...view.entity, population: { ...population, latenessSeconds: 0 } };
  return { ...view, entity, source: { ...view.source, latenessSeconds: 0 } };
}

/** Throws what differs, with the texts that were run. */
export async function expectEqualChanges(database: SqlDatabase, engine: LakeEngine, each: ChangeCase): Promise<void> {
  const dialect = dialects[engine];
  const view = withRows(each.view, each.shape, each.rows, engine);
  const [since, now] = [printInstant(asOf - each.passed), printInstant(asOf)];
  const late = compileLateEntities(dialect, view, since);
  const changed = compileChangedEntities(dialect, view, { keys: changedKeys });
  const run = async () => {
    const keys = await lateKeys(database, view, late?.text ?? "", [now, ...(late?.parameters ?? [])]);
    await database.script(keysView(engine, view, keys));
    const [before, full, alone] = [
      await runView(database, view, since),
      await runView(database, view, now),
      await runCompiled(database, view, changed, now),
    ];
    const isLate = ({ key }: ResultRow): boolean => keys.some((found) => found.join("\0") === key.join("\0"));
    const texts = (rows: readonly ResultRow[]) => rows.map((row) => exactText(view, row)).sort();
    const [old, rest] = [texts(before.filter((row) => !isLate(row))), texts(full.filter((row) => !isLate(row)))];
    const [found, expected] = [texts(alone), texts(full.filter(isLate))];
    return [
      ...(old.join() === rest.join() ? [] : [`not late, but changed: ${old.join("\n")}\n-- to:\n${rest.join("\n")}`]),
      ...(found.join() === expected.join() ? [] : [`${found.join("\n")}\n-- instead of:\n${expected.join("\n")}`]),
    ];
  };
  const differences = await run().catch((error: unknown) => [String(error)]);
  if (differences.length > 0) throw new Error(`${differences.join("\n")}\n${late?.text}\n${changed.text}`);
}

async function lateKeys(
  database: SqlDatabase,
  { entity }: FeatureView,
  text: string,
  parameters: readonly (string | null)[],
): Promise<readonly (readonly string[])[]> {
  const { engine } = database;
  const items = entity.key.map(({ name }, index) => `${wholeText(quoted(name, engine), engine)} as k${index}`);
  const rows = await database.query(`select ${items.join(", ")} from (\n${text}\n) as late`, parameters);
  return rows.map((row) => entity.key.map((_key, index) => row[`k${index}`] ?? ""));
}

/** The statement that creates the table of keys, as a view of the session. Its first row has no key. */
function keysView(engine: LakeEngine, { entity }: FeatureView, keys: readonly (readonly string[])[]): string {
  const columns = entity.key.map((_key, index) => `c${index}`);
  const items = entity.key.map(
    ({ name, type }, index) => `cast(c${index} as ${typeNames[engine](type)}) as ${quoted(name, engine)}`,
  );
  const rows = [columns.map(() => "cast(null as varchar(9))"), ...keys.map((key) => key.map((text) => `'${text}'`))];
  const values = rows.map((row) => `(${row.join(", ")})`).join(", ");
  return `create or replace temporary view ${changedKeys.table} as
    select ${items.join(", ")} from (values ${values}) as t(${columns.join(", ")}) where c0 is not null`;
}

/** The row without the values of float64, whose last digits depend on the order of the rows. */
function exactText(view: FeatureView, { features, ...row }: ResultRow): string {
  const exact = features.map((text, index) =>
    view.features[index]?.type === "float64" && text !== null ? "a number" : text,
  );
  return JSON.stringify({ ...row, exact });
}
