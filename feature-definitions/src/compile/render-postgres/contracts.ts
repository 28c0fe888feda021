import type { Feature, FeatureView } from "../../ir/nodes";
import type { ValueType } from "../../ir/types";
import { databaseType } from "./database-types";
import { quoteName, quoteText } from "./quote";
import { keyNames, quoteGeneration } from "./tables";

const EXAMPLES = 5;

/** `between` and `oneOf` are about each value, `maxNullFraction` about the share of rows without one. */
export type ContractRuleName = "between" | "oneOf" | "maxNullFraction";

/** One promise of a feature's contract that the rows of a generation must keep. */
export interface ContractRule {
  readonly feature: string;
  readonly rule: ContractRuleName;
  /** What was promised, as its author would write it: `between(0, 1)`. */
  readonly promise: string;
  /** SQL over a row: true where the row offends. */
  readonly offends: string;
  /** SQL over all rows: true where so many offend that the promise is broken. */
  readonly isBroken: string;
}

/** What `contractExamplesQuery` gives, a row for each rule asked for. */
export interface ContractExamplesRow {
  readonly feature: string;
  readonly rule: ContractRuleName;
  /** Rows that offend. */
  readonly rows: number;
  /** Up to five of them in key order: the key's texts and `_tenant`, and the value's text: null for `maxNullFraction` and where values are personal. */
  readonly examples: readonly {
    readonly key: Readonly<Record<string, string | number>>;
    readonly value: string | null;
  }[];
}

/** What is known of all rows of a generation where a query sees some of them: how many there are, and without a value. */
export interface WholeGeneration {
  readonly rows: number;
  /** By feature; those of `boundedNulls(view)`. */
  readonly nulls: Readonly<Record<string, number>>;
}

/** The features whose share of nulls the contract bounds. */
export function boundedNulls({ features }: FeatureView): readonly string[] {
  return features.filter(({ contract }) => contract.maximumNullFraction !== null).map(({ name }) => name);
}

/** The rules that the view's contracts make, in the order of its features. `whole`: by default, the rows seen are all. */
export function contractRules(view: FeatureView, whole?: WholeGeneration): readonly ContractRule[] {
  return view.features.flatMap((feature) =>
    [rangeRule(feature), valuesRule(feature), nullsRule(feature, whole)].filter((rule) => rule !== null),
  );
}

/** Counts the rows of a filled generation table that offend against the rules and gives examples; no parameters. */
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
  // A float32 is compared with what the bound is as a float32: 0.1 is within [0, 0.1].
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
    // As numeric, or 29 nulls of 100 rows would be more than 0.29 of them.
    isBroken: `${nulls} > ${quoteText(String(maximumNullFraction))}::numeric * ${rows}`,
  };
}
