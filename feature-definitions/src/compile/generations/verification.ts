import type { Feature, FeatureView } from "../../ir/nodes";
import { some } from "../../ir/visit";
import { quoteName, quoteText } from "../text/quote";
import { boundedNulls, contractRules, type WholeGeneration } from "./contracts";
import { keyNames, quoteGeneration } from "./tables";

const EXAMPLES = 3;

/** The result of `verificationQuery`: one row, its JSON as text. */
export interface VerificationRow {
  /** Decimal text. */
  readonly rows: string;
  /** JSON object, feature or `_event_time` → number of NaN and infinite values; those without any are absent. */
  readonly non_finite: string;
  /** JSON object, feature → `UnparsedValues`; features whose casts parsed every value are absent. */
  readonly unparsed: string;
  /** JSON array with the index of each broken rule in `contractRules(view)`. */
  readonly broken: string;
  /** JSON object, feature → rows without a value, for the features of `boundedNulls(view)`. */
  readonly nulls: string;
}

/** Source values that a cast could not convert, so that they became null. */
export interface UnparsedValues {
  readonly rows: number;
  /** Up to three keys, the smallest in key order: `{"_tenant": "", "speech_id": 7}`. */
  readonly examples: readonly Readonly<Record<string, string | number>>[];
  /** True if the feature has a strict cast: then the run fails. */
  readonly strict: boolean;
}

/** Returns whether a cast of the feature is strict, so that a run in which the feature loses a value fails. */
export function isStrictFeature(feature: Feature): boolean {
  return some(feature.expression, (node) => node.kind === "cast" && node.strict);
}

/**
 * Returns one query that checks whether a filled generation table may be published; it has no parameters. If the
 * table has only the rows that an incremental run recomputed, pass `whole`, which describes the complete generation.
 */
export function verificationQuery(view: FeatureView, table: string, whole?: WholeGeneration): string {
  const strict = view.features.filter(isStrictFeature).map(({ name }) => quoteText(name));
  const conditions = [
    { name: "_event_time", condition: `not isfinite("_event_time")` },
    ...view.features.flatMap((feature) => {
      const condition = nonFinite(feature);
      return condition ? [{ name: feature.name, condition }] : [];
    }),
  ];
  const counts = conditions.map(
    ({ name, condition }) => `nullif(count(*) filter (where ${condition}), 0) as ${quoteName(name)}`,
  );
  const key = keyNames(view).map((name) => `${quoteText(name)}, "row".${quoteName(name)}`);
  const keys = keyNames(view).map((name) => `"row".${quoteName(name)}`);
  const broken = contractRules(view, whole).map(
    ({ isBroken }, position) => `case when ${isBroken} then ${position} end`,
  );
  const nulls = boundedNulls(view).map(
    (name) => `${quoteText(name)}, count(*) filter (where ${quoteName(name)} is null)`,
  );
  // `_feature` and `_position` cannot be columns of the key: names of columns may not begin with an underscore.
  return `with "unparsed" as (
  select
    "_feature" as "feature",
    count(*) as "rows",
    jsonb_agg(jsonb_build_object(${key.join(", ")}) order by "_position") filter (where "_position" <= ${EXAMPLES}) as "examples"
  from (
    select ${keys.join(", ")}, "_feature", row_number() over (partition by "_feature" order by ${keys.join(", ")}) as "_position"
    from ${quoteGeneration(table)} as "row"
    cross join unnest("row"."_unparsed") as "lost" ("_feature")
    where "row"."_unparsed" is not null
  ) as "row"
  group by "_feature"
)
select
  count(*)::text as "rows",
  case
    when bool_or(
      ${conditions.map(({ condition }) => condition).join("\n      or ")}
    )
    -- Counted only if a value is not finite: a run that succeeds needs no counts.
    then (
      select jsonb_strip_nulls(to_jsonb("counts"))::text
      from (
        select
          ${counts.join(",\n          ")}
        from ${quoteGeneration(table)}
      ) as "counts"
    )
    else '{}'
  end as "non_finite",
  (
    select coalesce(jsonb_object_agg("feature", jsonb_build_object(
      'rows', "rows", 'examples', "examples", 'strict', "feature" = any (array[${strict.join(", ")}]::text[])
    )), '{}')::text
    from "unparsed"
  ) as "unparsed",
  pg_catalog.to_json(array_remove(array[${broken.join(", ")}]::integer[], null))::text as "broken",
  jsonb_build_object(${nulls.join(", ")})::text as "nulls"
from ${quoteGeneration(table)}`;
}

/** Comparing with the bounds of the type is the cheapest test: NaN sorts above every number in PostgreSQL. */
function nonFinite({ name, type }: Feature): string | null {
  const column = quoteName(name);
  if (type === "float64") return `not ${column} between '-1.7976931348623157e308' and '1.7976931348623157e308'`;
  if (type === "float32") return `not ${column} between '-3.4028235e38' and '3.4028235e38'`;
  if (type === "decimal") return `${column} in ('NaN', 'Infinity', '-Infinity')`;
  if (type === "timestamp" || type === "date") return `not isfinite(${column})`;
  if (type === "float64[]") return `${column} && array['NaN', 'Infinity', '-Infinity']::double precision[]`;
  // JSON has no such numbers, and pgvector rejects them itself.
  return null;
}
