import { compileView, dialects, type FeatureView, type Statement } from "../../../src/compiler";
import type { ValueType } from "../../../src/ir/types";
import type { SqlDatabase } from "./databases";

/** A row of compiled SQL with every value as an exact text. */
export interface ResultRow {
  readonly tenant: string;
  readonly key: readonly string[];
  /** Microseconds. */
  readonly eventTime: string | null;
  readonly features: readonly (string | null)[];
  readonly unparsed: readonly string[];
}

type Engine = SqlDatabase["engine"];

/** The microseconds of an instant, as text. */
export function microseconds(column: string, engine: Engine = "postgres"): string {
  if (engine === "spark") return `unix_micros(${column})::string`;
  return engine === "duckdb" ? `epoch_us(${column})::text` : `(extract(epoch from ${column}) * 1000000)::bigint::text`;
}

/** Selects a text as it is: the binding of DuckDB drops a U+FEFF at the start of texts, but not of blobs. */
export function wholeText(column: string, engine: Engine): string {
  if (engine === "spark") return `${column}::string`;
  return engine === "duckdb" ? `encode(${column}::text)` : `${column}::text`;
}

export function textOf(column: string, type: ValueType, engine: Engine = "postgres"): string {
  if (type === "string") return wholeText(column, engine);
  if (type === "timestamp") return microseconds(column, engine);
  if (engine === "spark")
    return type === "string[]" || type === "float64[]" ? listText(column, engine) : `${column}::string`;
  if (type === "date") return engine === "duckdb" ? `${column}::text` : `to_char(${column}::timestamp, 'YYYY-MM-DD')`;
  return type === "string[]" || type === "float64[]" ? listText(column, engine) : `${column}::text`;
}

/** A list as JSON. */
export function listText(column: string, engine: Engine): string {
  return `to_json(${column})${engine === "spark" ? "" : "::text"}`;
}

/** Quotes a name in the texts of tests. */
export function quoted(name: string, engine: Engine): string {
  return engine === "spark" ? `\`${name}\`` : `"${name}"`;
}

/** Runs a view as of a time. */
export function runView(database: SqlDatabase, view: FeatureView, asOf: string): Promise<readonly ResultRow[]> {
  return runCompiled(database, view, compileView(dialects[database.engine], view), asOf);
}

/** Runs a statement for rows of a view as of a time. */
export async function runCompiled(
  database: SqlDatabase,
  view: FeatureView,
  compiled: Statement,
  asOf: string,
): Promise<readonly ResultRow[]> {
  const { engine } = database;
  const keys = view.entity.key.map(({ name }, index) => `${wholeText(quoted(name, engine), engine)} as k${index}`);
  const features = view.features.map(
    ({ name, type }, index) => `${textOf(quoted(name, engine), type, engine)} as f${index}`,
  );
  const unparsed = `${listText(quoted("_unparsed", engine), engine)} as unparsed`;
  const text = `select ${wholeText(quoted("_tenant", engine), engine)} as tenant, ${keys.join(", ")}, ${microseconds(quoted("_event_time", engine), engine)} as event_time, ${[...features, unparsed].join(", ")}\nfrom (\n${compiled.text}\n) as ${quoted("result", engine)}`;
  const rows = await database.query(text, [asOf, ...compiled.parameters]);
  return rows.map((row) => ({
    tenant: row.tenant ?? "",
    key: view.entity.key.map((_key, index) => row[`k${index}`] ?? ""),
    eventTime: row.event_time ?? null,
    features: view.features.map((_feature, index) => row[`f${index}`] ?? null),
    unparsed: row.unparsed == null ? [] : (JSON.parse(row.unparsed) as string[]),
  }));
}
