import type { FeatureView } from "@featstore/definitions/compiler";
import type { Database } from "../../../src/database/database";

/** Rows of a generation, or of a query with its columns, in key order, as texts; floats have twelve digits. */
export async function textRows(
  database: Database,
  view: FeatureView,
  relation: string,
  parameters: readonly (string | null)[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const columns = [
    '"_tenant"::text as tenant',
    ...view.entity.key.map(({ name }, index) => `"${name}"::text as k${index}`),
    '(extract(epoch from "_event_time") * 1000000)::bigint::text as event_time',
    ...view.features.map(({ name, type }, index) => `${textOf(`"${name}"`, type)} as f${index}`),
    'to_json("_unparsed")::text as unparsed',
  ];
  const order = ['"_tenant"', ...view.entity.key.map(({ name }) => `"${name}"`)].join(", ");
  return database.query({ text: `select ${columns.join(", ")} from ${relation} as r order by ${order}`, parameters });
}

function textOf(column: string, type: string): string {
  // Sums of floats depend on the order of rows.
  if (type === "float64") return `to_char(${column}, '9.99999999999EEEE')`;
  return type === "string[]" || type === "float64[]" ? `to_json(${column})::text` : `${column}::text`;
}
