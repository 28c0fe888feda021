import { compileView } from "../../../src/compile/index";
import { postgresDialect } from "../../../src/compile/postgres/index";
import type { FeatureView } from "../../../src/ir/nodes";
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

export const microseconds = (column: string): string => `(extract(epoch from ${column}) * 1000000)::bigint::text`;

export function textOf(column: string, type: ValueType): string {
  if (type === "timestamp") return microseconds(column);
  if (type === "date") return `to_char(${column}::timestamp, 'YYYY-MM-DD')`;
  return type === "string[]" || type === "float64[]" ? `to_json(${column})::text` : `${column}::text`;
}

/** Runs a view as of a time. */
export async function runView(database: SqlDatabase, view: FeatureView, asOf: string): Promise<readonly ResultRow[]> {
  const compiled = compileView(postgresDialect, view);
  const keys = view.entity.key.map(({ name }, index) => `"${name}"::text as k${index}`);
  const features = view.features.map(({ name, type }, index) => `${textOf(`"${name}"`, type)} as f${index}`);
  const unparsed = `to_json("_unparsed")::text as unparsed`;
  const text = `select "_tenant" as tenant, ${keys.join(", ")}, ${microseconds('"_event_time"')} as event_time, ${[...features, unparsed].join(", ")}\nfrom (\n${compiled.text}\n) as "result"`;
  const rows = await database.query(text, [asOf, ...compiled.parameters]);
  return rows.map((row) => ({
    tenant: row.tenant ?? "",
    key: view.entity.key.map((_key, index) => row[`k${index}`] ?? ""),
    eventTime: row.event_time ?? null,
    features: view.features.map((_feature, index) => row[`f${index}`] ?? null),
    unparsed: row.unparsed == null ? [] : (JSON.parse(row.unparsed) as string[]),
  }));
}
