import { type FeatureView, type KeyType, type ValueType, vectorDimensions } from "@featstore/definitions";
import type { Statement } from "../database/database";
import { type EntityKey, KEY_SEPARATOR } from "./online-store";

const KEY_CASTS: Record<KeyType, string> = { int32: "integer", int64: "bigint", string: "text" };
const MICROSECONDS = "(extract(epoch from t._event_time) * 1000000)::float8";

/**
 * Rows of one generation by key: columns `position` (from 1, of the key), `event_time` (microseconds as float8), and
 * `v0`, `v1`, … with the JSON texts of the served features; of `vector` alone where one is named.
 */
export function rowsByKey(
  view: FeatureView,
  table: string,
  scope: string,
  keys: readonly EntityKey[],
  vector?: string,
): Statement {
  const columns = view.entity.key;
  const parts = keys.map((key) => (columns.length === 1 ? [key] : key.split(KEY_SEPARATOR)));
  const texts = columns.map((_, index) => JSON.stringify(parts.map((part) => part[index] ?? "")));
  const arrays = columns.map((_, index) => `json_array_elements_text($${index + 2}::text::json)`).join(", ");
  const names = columns.map((_, index) => `k${index}`).join(", ");
  const match = columns
    .map(({ name, type }, index) => `t.${quoted(name)} = k.k${index}::${KEY_CASTS[type]}`)
    .join(" and ");
  const values = vector === undefined ? valueColumns(view) : [`t.${quoted(vector)}::text as v0`];
  return {
    text: `select k.position::integer as position, ${[`${MICROSECONDS} as event_time`, ...values].join(", ")}
from rows from (${arrays}) with ordinality as k (${names}, position)
join features.${quoted(table)} as t on t._tenant = $1::text and ${match}`,
    parameters: [scope, ...texts],
  };
}

/** Every row of one generation: columns `scope`, `k0`, … (the key parts as text), and those of `rowsByKey` from `event_time` on. */
export function allRows(view: FeatureView, table: string): Statement {
  const keys = view.entity.key.map(({ name }, index) => `t.${quoted(name)}::text as k${index}`);
  const columns = ["t._tenant as scope", ...keys, `${MICROSECONDS} as event_time`, ...valueColumns(view)];
  return { text: `select ${columns.join(", ")} from features.${quoted(table)} as t` };
}

function valueColumns(view: FeatureView): string[] {
  return view.features
    .filter((feature) => vectorDimensions(feature.type) === undefined)
    .map((feature, index) => `coalesce(${jsonText(`t.${quoted(feature.name)}`, feature.type)}, 'null') as v${index}`);
}

/** The JSON text of a column. Never depends on the session's time zone or date style. */
function jsonText(column: string, type: ValueType): string {
  switch (type) {
    case "int64":
    case "decimal":
      return `'"' || ${column}::text || '"'`;
    case "timestamp":
      return `'"' || to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'`;
    case "date":
      return `'"' || to_char(${column}, 'YYYY-MM-DD') || '"'`;
    default:
      return `to_json(${column})::text`;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
