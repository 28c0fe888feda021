import { type Feature, type FeatureView, scopeOf } from "../../ir/nodes";
import { type ValueType, vectorDimensions } from "../../ir/types";
import { quoteName, quoteText } from "../text/quote";
import { quoteGeneration } from "./tables";
import { timeText } from "./time-text";

const TOP_VALUES = 10;
const MAX_SCOPES = 100;
const MAX_TEXT_LENGTH = 200;
const FEW_VALUES = 1_000;
/** The group statistics of a counted feature without values. */
const NO_VALUES = `'{"distinct": 0, "minimum": null, "maximum": null, "top": []}'`;
const FRACTIONS = Array.from({ length: 101 }, (_, index) => index / 100);

/**
 * Statistics of a feature's numbers: its values, the seconds since 1970 UTC of its times, or the lengths of its arrays.
 */
export interface NumberProfile {
  /** Null if there are no values, or if one is so large that float64 cannot hold the squares. */
  readonly mean: number | null;
  /** Sample standard deviation (n − 1); null for fewer than two values, and whenever `mean` is null. */
  readonly deviation: number | null;
  /**
   * 101 values: the smallest, then the value at the end of each hundredth of the ordered values, so that the last is
   * the largest; null if there are no values.
   */
  readonly quantiles: readonly number[] | null;
}

export interface FeatureProfile {
  readonly nulls: number;
  /**
   * Number of distinct non-null values. For vectors an estimate by fingerprints; null for JSON and arrays, which are
   * not counted.
   */
  readonly distinct: number | null;
  /**
   * In the feature's JSON form, texts cut after 200 characters; for arrays the length. Null if there are no values, and
   * for JSON and vectors.
   */
  readonly minimum: number | string | null;
  readonly maximum: number | string | null;
  /** Null for texts, booleans, JSON and vectors. */
  readonly numbers: NumberProfile | null;
  /**
   * Up to ten values that occur in more than one row, the most frequent first, texts cut after 200 characters. Null for
   * types other than text, boolean and int32, and for int32 without a contract bound.
   */
  readonly top: readonly { readonly value: string; readonly rows: number }[] | null;
  /** Euclidean lengths of vectors; null for other types, and if there are no values. */
  readonly norms: { readonly minimum: number; readonly mean: number; readonly maximum: number } | null;
}

/** Profile of a generation's rows, over all scopes or for one. */
export interface Profile {
  readonly rows: number;
  /**
   * For a view with tenants: the number of scopes with rows, and the up to 100 largest; `""` is the shared scope. Null
   * for other views and for the profile of one scope.
   */
  readonly scopes: {
    readonly count: number;
    readonly largest: readonly { readonly tenant: string; readonly rows: number }[];
  } | null;
  readonly features: Readonly<Record<string, FeatureProfile>>;
}

/**
 * Returns the query that computes a generation's profile: one row, `profile` jsonb, which is a `Profile`. It has no
 * parameters.
 *
 * It reads the table twice, however many features there are: once for the aggregates of all features, once to group by
 * each feature whose values are counted. The profile stores quantiles rather than counts between a generation's own
 * bounds, because any two lists of quantiles can be compared, even after the tables are dropped.
 *
 * `tenant` restricts it to the rows of one scope.
 *
 * @example
 * await database.query({ text: profileQuery(view, "speech_sentiment_v2_g7") });
 */
export function profileQuery(view: FeatureView, generation: string, tenant?: string): string {
  const scoped = scopeOf(view) === "tenant" && tenant === undefined;
  const whole = quoteGeneration(generation);
  const table =
    tenant === undefined ? whole : `(select * from ${whole} where "_tenant" = ${quoteText(tenant)}) as "_of_scope"`;
  const counted = [...(scoped ? ["_tenant"] : []), ...view.features.filter(isCounted).map(({ name }) => name)];
  const stages = [aggregated(view, table), ...(counted.length > 0 ? [grouped(counted, table)] : [])];
  const profile =
    counted.length > 0 ? `coalesce("_grouped"."_profile", ${NO_VALUES}) || "_each"."_profile"` : `"_each"."_profile"`;
  const join = counted.length > 0 ? `\n    left join "_grouped" on "_grouped"."_feature" = "_each"."_name"` : "";
  const scopes = scoped
    ? `coalesce((select "_profile" -> 'scopes' from "_grouped" where "_feature" = '_tenant'), '{"count": 0, "largest": []}')`
    : "null";
  return `with ${stages.join(", ")}
select jsonb_build_object(
  'rows', "_rows",
  'scopes', ${scopes},
  'features', (
    select jsonb_object_agg("_each"."_name", ${profile})
    from jsonb_each(to_jsonb("_all") - '_rows') as "_each" ("_name", "_profile")${join}
  )
) as "profile"
from "_aggregated" as "_all"`;
}

/** One row, with a column for each feature. */
function aggregated(view: FeatureView, table: string): string {
  const prints = view.features.flatMap(({ name, type }) => fingerprint(name, type));
  // The offset makes PostgreSQL compute vector expressions once, however many aggregates read them.
  const from = prints.length > 0 ? `(select *, ${prints.join(", ")} from ${table} offset 0) as "row"` : table;
  const columns = view.features.map((feature) => `${aggregates(feature)} as ${quoteName(feature.name)}`);
  return `"_aggregated" as (
  select
    count(*) as "_rows",
    ${columns.join(",\n    ")}
  from ${from}
)`;
}

/** One row for each counted column that has values. */
function grouped(counted: readonly string[], table: string): string {
  const names = counted.map(quoteName);
  const own = counted.map((name) => `when grouping(${quoteName(name)}) then ${quoteText(name)}`);
  return `"_grouped" as (
  select
    "_feature",
    case when "_feature" = '_tenant' then jsonb_build_object('scopes', jsonb_build_object(
      'count', count(*), 'largest', ${frequent("tenant", MAX_SCOPES, `"_feature" = '_tenant'`)}
    )) else jsonb_build_object(
      'distinct', count(*),
      'minimum', left(min("_value"), ${MAX_TEXT_LENGTH}), 'maximum', left(max("_value"), ${MAX_TEXT_LENGTH}),
      -- Sorting all values of a name or a title would cost as much as all the rest.
      'top', ${frequent("value", TOP_VALUES, `"_feature" <> '_tenant' and "_rows" > 1`)}
    ) end as "_profile"
  from (
    select
      case 0 ${own.join(" ")} end as "_feature",
      coalesce(${names.map((name) => `${name}::text`).join(", ")}) collate "C" as "_value",
      count(*) as "_rows"
    from ${table}
    group by grouping sets (${names.map((name) => `(${name})`).join(", ")})
  ) as "_values"
  where "_value" is not null
  group by "_feature"
)`;
}

/** The most frequent values, as objects under this name. */
function frequent(name: string, limit: number, filter: string): string {
  const value = `jsonb_build_object('${name}', left("_value", ${MAX_TEXT_LENGTH}), 'rows', "_rows")`;
  return `coalesce(to_jsonb((array_agg(${value} order by "_rows" desc, "_value") filter (where ${filter}))[1:${limit}]), '[]')`;
}

/**
 * Returns whether the feature's values are counted individually; for numbers, only if the contract limits them to few
 * values.
 */
function isCounted({ type, contract }: Feature): boolean {
  if (type === "string" || type === "uuid" || type === "bool") return true;
  if (type !== "int32") return false;
  const { allowedValues, minimum, maximum } = contract;
  return allowedValues !== null || (minimum !== null && maximum !== null && maximum - minimum <= FEW_VALUES);
}

/** The feature's part of a profile; the group statistics are omitted if there are no values. */
function aggregates(feature: Feature): string {
  const { name, type } = feature;
  const column = quoteName(name);
  const nulls = `'nulls', count(*) - count(${column})`;
  const object = (...parts: readonly string[]): string => `jsonb_build_object(${[nulls, ...parts].join(", ")})`;
  const ends = (value: (end: string) => string): string =>
    `'minimum', ${value(`min(${column})`)}, 'maximum', ${value(`max(${column})`)}`;
  const distinct = `'distinct', count(distinct ${column})`;
  const text = (end: string): string => `${end}::text`;
  const itself = (end: string): string => end;
  const numbers = (number: string, mayBeVast = false): string => `'numbers', ${numbersOf(number, mayBeVast)}`;
  const nothing = { ends: "'minimum', null, 'maximum', null", numbers: "'numbers', null", norms: "'norms', null" };
  const uncounted = "'distinct', null, 'top', null";
  switch (type) {
    case "string":
    case "uuid":
    case "bool":
      return object(nothing.numbers, nothing.norms);
    case "int32":
      return object(
        ...(isCounted(feature) ? [] : [distinct, "'top', null"]),
        ends(itself),
        numbers(`${column}::float8`),
        nothing.norms,
      );
    case "int64":
      return object(distinct, ends(text), numbers(`${column}::float8`), "'top', null", nothing.norms);
    case "float32":
    case "float64":
      return object(distinct, ends(itself), numbers(`${column}::float8`, true), "'top', null", nothing.norms);
    case "decimal":
      // Nearly all decimals in practice fit float64; casting one beyond its range would fail.
      return object(
        distinct,
        ends(text),
        numbers(`case when abs(${column}) < 1e300 then ${column}::float8 end`, true),
        "'top', null",
        nothing.norms,
      );
    case "timestamp":
    case "date":
      return object(
        distinct,
        ends((end) => timeText(end, type)),
        numbers(`date_part('epoch', ${column})`),
        "'top', null",
        nothing.norms,
      );
    case "json":
      return object(uncounted, nothing.ends, nothing.numbers, nothing.norms);
    case "string[]":
    case "float64[]": {
      const length = `cardinality(${column})`;
      return object(
        uncounted,
        `'minimum', min(${length}), 'maximum', max(${length})`,
        numbers(`${length}::float8`),
        nothing.norms,
      );
    }
    default:
      return object(nothing.ends, nothing.numbers, "'top', null", ...vectorParts(name));
  }
}

/** `mayBeVast`: beyond 1e140 the sum of squares does not fit a float64, and the aggregates would fail. */
function numbersOf(number: string, mayBeVast: boolean): string {
  const moment = (aggregate: string): string =>
    mayBeVast
      ? `case when min(${number}) >= -1e140 and max(${number}) <= 1e140 then ${aggregate}(${number}) filter (where ${number} between -1e140 and 1e140) end`
      : `${aggregate}(${number})`;
  return `jsonb_build_object(
      'mean', ${moment("avg")},
      'deviation', ${moment("stddev_samp")},
      'quantiles', percentile_disc('{${FRACTIONS.join(",")}}'::float8[]) within group (order by ${number}))`;
}

function normName(name: string): string {
  return quoteName(`_norm_${name}`);
}

function printName(name: string): string {
  return quoteName(`_print_${name}`);
}

function vectorParts(name: string): readonly string[] {
  const norm = normName(name);
  return [
    `'distinct', count(distinct ${printName(name)})`,
    `'norms', case when count(${norm}) > 0 then jsonb_build_object(
      'minimum', min(${norm}), 'mean', avg(${norm}), 'maximum', max(${norm})) end`,
  ];
}

/**
 * A vector's length, and a hash of the length and of the vector's product with an irregular one; comparing the vectors
 * themselves takes 80 times as long. Equal vectors have equal hashes; different vectors almost never do.
 */
function fingerprint(name: string, type: ValueType): readonly string[] {
  const dimensions = vectorDimensions(type);
  if (dimensions === undefined) return [];
  const column = quoteName(name);
  const norm = `vector_norm(${column})`;
  const product = `inner_product(${column}, '[${irregular(dimensions).join(",")}]'::${type})`;
  return [
    `${norm} as ${normName(name)}`,
    `hashfloat8extended(${norm}, hashfloat8extended(${product}, 0)) as ${printName(name)}`,
  ];
}

/** Numbers between 0 and 1 without a pattern that a vector could match, from the minimal standard generator. */
function irregular(count: number): readonly string[] {
  const numbers: string[] = [];
  let state = 1;
  for (let index = 0; index < count; index += 1) {
    state = (state * 48_271) % 2_147_483_647;
    numbers.push((state / 2_147_483_647).toFixed(6));
  }
  return numbers;
}
