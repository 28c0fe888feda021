import type { Feature, FeatureView } from "../../ir/nodes";
import type { ValueType } from "../../ir/types";
import { databaseType } from "../postgres/database-types";
import { quoteName, quoteText } from "../text/quote";
import { keyNames, quoteGeneration } from "./tables";

const EXAMPLES = 5;

/** `between` and `oneOf` apply to each value, `maxNullFraction` to the share of rows without one. */
export type ContractRuleName = "between" | "oneOf" | "maxNullFraction";

/** One rule of a feature's contract that the rows of a generation must satisfy. */
export interface ContractRule {
  readonly feature: string;
  readonly rule: ContractRuleName;
  /** The rule as its author would write it: `between(0, 1)`. */
  readonly promise: string;
  /** SQL over a row: true if the row breaks the rule. */
  readonly offends: string;
  /** SQL over all rows: true if so many rows break the rule that the contract is violated. */
  readonly isBroken: string;
}

/** A row of `contractExamplesQuery`, one for each requested rule. */
export interface ContractExamplesRow {
  readonly feature: string;
  readonly rule: ContractRuleName;
  /** The number of rows that break the rule. */
  readonly rows: number;
  /**
   * Up to five of them in key order, with the key's texts, `_tenant` and the value's text; the value is null for
   * `maxNullFraction` and for personal data.
   */
  readonly examples: readonly {
    readonly key: Readonly<Record<string, string | number>>;
    readonly value: string | null;
  }[];
}

/**
 * Totals over all rows of a generation, for a query that sees only some of them: the number of rows, and of those
 * without a value.
 */
export interface WholeGeneration {
  readonly rows: number;
  /** By feature, for the features of `boundedNulls(view)`. */
  readonly nulls: Readonly<Record<string, number>>;
}

/** The features with a bound on their share of nulls. */
export function boundedNulls({ features }: FeatureView): readonly string[] {
  return features.filter(({ contract }) => contract.maximumNullFraction !== null).map(({ name }) => name);
}

/** The rules of the view's contracts, in the order of its features. By default (`whole`), the query sees all rows. */
export function contractRules(view: FeatureView, whole?: WholeGeneration): readonly ContractRule[] {
  return view.features.flatMap((feature) =>
    [rangeRule(feature), valuesRule(feature), nullsRule(feature, whole)].filter((rule) => rule !== null),
  );
}

/**
 * Returns the query that counts the rows of a filled generation table that break the rules, with examples; it has no
 * parameters.
 */
export function contractExamplesQuery(view: FeatureView, table: string, rules: readonly ContractRule[]): string {
  const keys = keyNames(view);
  const key = keys.map((name) => `${quoteText(name)}, ${quoteName(name)}`).join(", ");
  return rules
    .map(({ feature, rule, offends }) => {
      const isPersonal = view.features.some(({ name, contract }) => name === feature && contract.pii === true);
      const value = isPersonal ? "null::text" : `left(${quoteName(feature)}::text, 100)`;
      const rows = `${quoteGeneration(table)} where ${offends}`;
      return `select ${quoteText(feature)} as "feature", ${quoteText(rule)} as "rule", (select count(*) from ${rows}) as "rows", (
  select coalesce(jsonb_agg(jsonb_build_object('key', "_key", 'value', "_value")), '[]') from (
    select jsonb_build_object(${key}) as "_key", ${value} as "_value"
    from ${rows} order by ${keys.map(quoteName).join(", ")} limit ${EXAMPLES}
  ) as "_examples"
) as "examples"`;
    })
    .join("\nunion all\n");
}

function rangeRule({ name, type, contract }: Feature): ContractRule | null {
  const { minimum, maximum } = contract;
  const column = quoteName(name);
  const [min, max] = [minimum, maximum].map((bound) => (bound === null ? null : boundOf(bound, type)));
  const offends =
    min != null && max != null
      ? `${column} not between ${min} and ${max}`
      : min != null
        ? `${column} < ${min}`
        : max != null
          ? `${column} > ${max}`
          : null;
  if (offends === null) return null;
  const promise = `between(${minimum ?? "-Infinity"}, ${maximum ?? "Infinity"})`;
  return { feature: name, rule: "between", promise, offends, isBroken: `bool_or(${offends})` };
}

function boundOf(bound: number, type: ValueType): string {
  // A float32 is compared with the bound rounded to float32: 0.1 is within [0, 0.1].
  if (type === "float32" || type === "float64") return `'${bound}'::${databaseType(type)}`;
  return Number.isSafeInteger(bound) && bound >= 0 ? String(bound) : `'${bound}'::numeric`;
}

function valuesRule({ name, type, contract }: Feature): ContractRule | null {
  const { allowedValues } = contract;
  if (allowedValues === null) return null;
  const values = allowedValues.map((value) => (typeof value === "string" ? quoteText(value) : String(value)));
  const offends = `${quoteName(name)} <> all (array[${values.join(", ")}]::${databaseType(type)}[])`;
  const promise = `oneOf(${allowedValues.map((value) => JSON.stringify(value)).join(", ")})`;
  return { feature: name, rule: "oneOf", promise, offends, isBroken: `bool_or(${offends})` };
}

function nullsRule({ name, contract }: Feature, whole: WholeGeneration | undefined): ContractRule | null {
  const { maximumNullFraction } = contract;
  if (maximumNullFraction === null) return null;
  const offends = `${quoteName(name)} is null`;
  const [nulls, rows] = whole
    ? [String(whole.nulls[name] ?? 0), String(whole.rows)]
    : [`count(*) filter (where ${offends})`, "count(*)"];
  return {
    feature: name,
    rule: "maxNullFraction",
    promise: `maxNullFraction(${maximumNullFraction})`,
    offends,
    // As numeric; otherwise 29 nulls in 100 rows would exceed 0.29 of them.
    isBroken: `${nulls} > ${quoteText(String(maximumNullFraction))}::numeric * ${rows}`,
  };
}
