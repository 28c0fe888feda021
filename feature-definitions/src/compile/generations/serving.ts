import type { FeatureView } from "../../ir/nodes";
import type { KeyType, ValueType } from "../../ir/types";
import { quoteName } from "../text/quote";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { keyNames, quoteGeneration, servedFeatures, vectorFeatures } from "./tables";
import { timeText } from "./time-text";

const EVENT_TIME = '(extract(epoch from "row"."_event_time") * 1000000)::bigint::text as "_event_time"';

/** Queries that read a generation's table for serving. All results are texts, except `_position`, which is an int4. */
export interface ServingQueries {
  /**
   * Selected rows. `$1`: the tenant scope; `$2`: a JSON array of key arrays, values as texts or exact JSON numbers,
   * `[["7"],["8"]]`. Returns, unordered and only for keys that have a row, `_position` (from 1 in `$2`), `_event_time`
   * (microseconds since 1970 UTC, or null) and one JSON text per served feature, in name order; null is `null`.
   */
  readonly byKeys: string;
  /** Every row in (`_tenant`, key) order: `_tenant`, the key columns, then as in `byKeys`. */
  readonly all: string;
  /**
   * One query per vector feature, with the parameters of `byKeys`: `_position`, `_event_time`, `vector` (`[0.1,0.2]`,
   * or null).
   */
  readonly vectorsByKeys: Readonly<Record<string, string>>;
}

/**
 * Returns the queries that read one generation, which is complete and never changes.
 *
 * @example
 * const { byKeys } = servingQueries(view, "speech_sentiment_v2_g7");
 * await database.query({ text: byKeys, parameters: ["", '[["7"],["8"]]'] });
 */
export function servingQueries(view: FeatureView, table: string): ServingQueries {
  const keys = keyNames(view).map((name) => `"row".${quoteName(name)}`);
  const lookup = keyLookup(view, table);
  return {
    byKeys: `${selectList(['"wanted"."_position"', EVENT_TIME, ...valueItems(view)])}\n${lookup}`,
    all: [selectList(rowItems(view)), `from ${quoteGeneration(table)} as "row"`, `order by ${keys.join(", ")}`].join(
      "\n",
    ),
    vectorsByKeys: Object.fromEntries(
      vectorFeatures(view).map(({ name }) => [
        name,
        `${selectList(['"wanted"."_position"', EVENT_TIME, `"row".${quoteName(name)}::text as "vector"`])}\n${lookup}`,
      ]),
    ),
  };
}

/** Queries for the differences between a generation and an earlier one whose rows are in the same table. */
export interface ChangesQueries {
  /** The rows that the earlier generation does not have, columns as in `ServingQueries.all`, unordered. */
  readonly changed: string;
  /** The keys of removed rows: `_tenant` and the key columns, as texts. */
  readonly removed: string;
}

/**
 * Returns the queries that compare two generations, by their rows and the recorded changes of entities. For views whose
 * source has no event time, event times are the same in every generation.
 *
 * @example
 * const { changed, removed } = changesQueries(view, "speech_sentiment_v2_g5_rows", { after: 6, upTo: 8 });
 */
export function changesQueries(
  view: FeatureView,
  rowsTable: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): ChangesQueries {
  const rows = quoteGeneration(rowsTable);
  const changes = quoteGeneration(rowsTable.replace(/_rows$/, "_changes"));
  const keys = keyNames(view).map(quoteName);
  const same = (one: string, other: string, names: readonly string[]): string =>
    names.map((key) => `${one}.${key} = ${other}.${key}`).join(" and ");
  const isChanged = (row: string, from: string, to: number): string => `exists (
  select from ${changes} as "change"
  where ${same('"change"', row, keys.slice(1))} and "change"."_generation" > ${from} and "change"."_generation" <= ${to})`;
  const isNew = (row: string): string =>
    `${row}."_from" > ${after} and ${row}."_from" <= ${upTo} and not ${isChanged(row, `${row}."_from"`, upTo)}`;
  const wasThere = `"row"."_from" <= ${after} and not ${isChanged('"row"', '"row"."_from"', after)}`;
  return {
    changed: `${selectList(rowItems(view))}\nfrom ${rows} as "row"\nwhere ${isNew('"row"')}`,
    removed: `${selectList(keys.map((key) => `"row".${key}::text as ${key}`))}
from ${rows} as "row"
where ${wasThere} and ${isChanged('"row"', String(after), upTo)} and not exists (
  select from ${rows} as "newer"
  where ${same('"newer"', '"row"', keys)} and ${isNew('"newer"')})`,
  };
}

/** Tenant and key as texts, the event time, and the values. */
function rowItems(view: FeatureView): readonly string[] {
  return [
    ...keyNames(view).map((name) => `"row".${quoteName(name)}::text as ${quoteName(name)}`),
    EVENT_TIME,
    ...valueItems(view),
  ];
}

function valueItems(view: FeatureView): readonly string[] {
  return servedFeatures(view).map(
    ({ name, type }) => `${jsonText(`"row".${quoteName(name)}`, type)} as ${quoteName(name)}`,
  );
}

function selectList(items: readonly string[]): string {
  return `select\n  ${items.join(",\n  ")}`;
}

/** Keys that do not fit their type match no row, like any unknown key. */
function keyLookup(view: FeatureView, table: string): string {
  const keys = view.entity.key.map(
    ({ name, type }, index) => `${keyValue(`"key" ->> ${index}`, type)} as ${quoteName(name)}`,
  );
  const matching = view.entity.key.map(({ name }) => `"row".${quoteName(name)} = "wanted".${quoteName(name)}`);
  return `from (
  select "position"::integer as "_position", ${keys.join(", ")}
  from jsonb_array_elements($2::text::jsonb) with ordinality as "keys" ("key", "position")
  offset 0
) as "wanted"
join ${quoteGeneration(table)} as "row" on "row"."_tenant" = $1::text and ${matching.join(" and ")}`;
}

function keyValue(text: string, type: KeyType): string {
  // Requests admit only valid uuids, so every text can be cast.
  if (type === "uuid") return `(${text})::uuid`;
  return type === "string" ? `(${text}) collate "C"` : `${FUNCTIONS_SCHEMA}.to_${type}(${text})`;
}

/**
 * The JSON text of a value, independent of session settings. Only the digits of floats depend on a setting,
 * `extra_float_digits`, so it is checked; if it would round, a function with its own setting formats them.
 */
export function jsonText(value: string, type: ValueType): string {
  return `coalesce(${nullableJsonText(value, type)}, 'null')`;
}

function nullableJsonText(value: string, type: ValueType): string {
  switch (type) {
    case "bool":
    case "int32":
      return `${value}::text`;
    case "int64":
    case "decimal":
    case "uuid":
      return `'"' || ${value}::text || '"'`;
    case "float32":
    case "float64":
      return exactly(`${value}::text`, value);
    case "float64[]":
      return exactly(`pg_catalog.to_json(${value})::text`, value);
    case "string":
    case "string[]":
      return `pg_catalog.to_json(${value})::text`;
    case "timestamp":
    case "date":
      return `'"' || ${timeText(value, type)} || '"'`;
    default:
      return `${value}::text`;
  }
}

function exactly(text: string, value: string): string {
  const isExact = "(select current_setting('extra_float_digits')::integer > 0)";
  return `case when ${isExact} then ${text} else ${FUNCTIONS_SCHEMA}.exact_json(${value}) end`;
}
