import type { Feature, FeatureView } from "../../ir/nodes";
import { vectorDimensions } from "../../ir/types";
import { jsonText } from "../generations/serving";
import { keyNames } from "../generations/tables";
import { quoteName } from "../text/quote";
import type { Statement } from "../tree/statement";

/** A view with the SQL that computes it, from `compileView` or the registry: `$1` is the as-of time. */
export interface ComparedView extends Statement {
  readonly view: FeatureView;
}

/** The result of `comparisonQuery` for each entity; all columns are texts except `before` and `after`. */
export interface ComparisonRow {
  /** A JSON array: the tenant scope, then the key's parts as texts. */
  readonly key: string;
  /** True if the earlier or later version has a row. */
  readonly before: boolean;
  readonly after: boolean;
  /**
   * JSON arrays of JSON texts by feature, in name order, or null if there is no row. Vectors are represented by
   * digests.
   */
  readonly values_before: string | null;
  readonly values_after: string | null;
}

/**
 * Returns one query that computes two views of one entity key as of `$1` and returns both values for a sample of
 * entities: the `size` entities with the smallest key hashes, among those below `fraction` of the hash range. It writes
 * nothing.
 */
export function comparisonQuery(
  before: ComparedView,
  after: ComparedView,
  sample: { readonly size: number; readonly fraction: number },
): Statement {
  const keys = keyNames(after.view).map(quoteName);
  const key = keys.map((name) => `coalesce("before".${name}, "after".${name})`);
  const text = `with ${sampled("before", before, before.text, sample)},
${sampled("after", after, shiftParameters(after.text, before.parameters.length), sample)}
select
  jsonb_build_array(${key.map((value) => `${value}::text`).join(", ")})::text as "key",
  "before"."_tenant" is not null as "before",
  "after"."_tenant" is not null as "after",
  "before"."_values" as "values_before",
  "after"."_values" as "values_after"
from "before"
full join "after" on ${keys.map((name) => `"before".${name} = "after".${name}`).join(" and ")}
order by coalesce("before"."_hash", "after"."_hash"), ${key.join(", ")}
limit ${sample.size}`;
  return { text, parameters: [...before.parameters, ...after.parameters] };
}

/** The hash covers the row's key alone, so that PostgreSQL can filter out the other entities early. */
function sampled(
  name: "before" | "after",
  { view }: ComparedView,
  text: string,
  { size, fraction }: { readonly size: number; readonly fraction: number },
): string {
  const keys = keyNames(view).map((key) => `"row".${quoteName(key)}`);
  const texts = new Set([
    "_tenant",
    ...view.entity.key.flatMap(({ name: key, type }) => (type === "string" ? key : [])),
  ]);
  // The two queries may give a text different collations, which cannot be compared.
  const selected = keyNames(view).map((key) => {
    const value = `"row".${quoteName(key)}`;
    return texts.has(key) ? `${value} collate "C" as ${quoteName(key)}` : value;
  });
  const hash = `(hashtextextended(concat_ws(chr(31), ${keys.map((key) => `${key}::text`).join(", ")}), 0) & ${HIGHEST_HASH})`;
  const threshold = (BigInt(Math.round(fraction * FRACTIONS)) * (HIGHEST_HASH / BigInt(FRACTIONS))).toString();
  const values = view.features.map((feature) => comparedText(feature)).join(", ");
  return `"${name}" as materialized (
  select ${selected.join(", ")}, ${hash} as "_hash", jsonb_build_array(${values})::text as "_values"
  from (
${text}
  ) as "row"${fraction < 1 ? `\n  where ${hash} <= ${threshold}` : ""}
  order by "_hash", ${keys.join(", ")}
  limit ${size}
)`;
}

const HIGHEST_HASH = 9_223_372_036_854_775_807n;
const FRACTIONS = 1_000_000_000;

function comparedText({ name, type }: Feature): string {
  const value = `"row".${quoteName(name)}`;
  if (vectorDimensions(type) === undefined) return jsonText(value, type);
  return `coalesce('"' || md5(${value}::text) || '"', 'null')`;
}

/** Renumbers the placeholders from `$2` on by an offset; `$1` stays. Ignores texts, names and comments. */
function shiftParameters(text: string, by: number): string {
  const tokens =
    /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w$])\$([a-zA-Z_]\w*)?\$[\s\S]*?\$\1\$|(?<![\w$])\$(\d+)/g;
  return text.replaceAll(tokens, (token: string, _tag: string | undefined, number: string | undefined) =>
    number === undefined || number === "1" ? token : `$${Number(number) + by}`,
  );
}
