import type { ValueType } from "./types";

/** Properties of an aggregate that the language and the compiler need, besides its SQL. */
interface AggregateTraits {
  /**
   * - `row`: the value of a row that it chooses by time; `rows`: a list of the values of such rows
   * - `count`: a number of rows, 0 without any; all others are null without rows
   * - `sum`: a sum or mean, which for floats depends on the order of rows; `deviation`: also null for one value
   * - `choice`: one of its values, or one between two of them; equal values may have different texts
   * - `combination`: any other value, the same in every order of rows
   */
  readonly gives: "row" | "rows" | "count" | "sum" | "deviation" | "choice" | "combination";
  /** The type of its value, perhaps by its operand's type, which is null for `count` of rows. */
  readonly type: ValueType | ((operand: ValueType | null) => ValueType);
  /** The types of values that it takes. */
  readonly takes: "any" | "gathered" | "bool" | "comparable" | "ordered" | "number";
  /** True if it can be computed over the moving frame of a window, as the running strategy does. */
  readonly mergeable: boolean;
  /** Says when it can read rows that are sorted by recency, without a sort of its own; `scalars`: if they hold no arrays. */
  readonly sortable: "always" | "scalars" | "never";
  /** True if a wider type of its values only widens the type of its own. */
  readonly widens: boolean;
}

const same = (operand: ValueType | null): ValueType => operand ?? "string";

const list = (operand: ValueType | null): ValueType =>
  operand === null || operand === "string" || operand === "uuid" ? "string[]" : "float64[]";

const total = (operand: ValueType | null): ValueType => {
  if (operand === "int32") return "int64";
  return operand === "int64" || operand === "decimal" ? "decimal" : "float64";
};

/** The aggregates of the language. The author's functions mirror their types, and a test compares both. */
const aggregates = {
  latest: { gives: "row", type: same, takes: "any", mergeable: false, sortable: "scalars", widens: true },
  first: { gives: "row", type: same, takes: "any", mergeable: false, sortable: "never", widens: true },
  last_n: { gives: "rows", type: list, takes: "gathered", mergeable: false, sortable: "always", widens: false },
  collect: { gives: "rows", type: list, takes: "gathered", mergeable: false, sortable: "always", widens: false },
  count: { gives: "count", type: "int32", takes: "any", mergeable: true, sortable: "always", widens: false },
  count_distinct: {
    gives: "count",
    type: "int32",
    takes: "comparable",
    mergeable: false,
    sortable: "scalars",
    widens: false,
  },
  sum: { gives: "sum", type: total, takes: "number", mergeable: true, sortable: "always", widens: false },
  avg: { gives: "sum", type: "float64", takes: "number", mergeable: true, sortable: "always", widens: false },
  min: { gives: "choice", type: same, takes: "ordered", mergeable: true, sortable: "always", widens: true },
  max: { gives: "choice", type: same, takes: "ordered", mergeable: true, sortable: "always", widens: true },
  stddev: { gives: "deviation", type: "float64", takes: "number", mergeable: true, sortable: "always", widens: false },
  variance: {
    gives: "deviation",
    type: "float64",
    takes: "number",
    mergeable: true,
    sortable: "always",
    widens: false,
  },
  percentile: { gives: "choice", type: "float64", takes: "number", mergeable: false, sortable: "never", widens: false },
  mode: { gives: "choice", type: same, takes: "comparable", mergeable: false, sortable: "never", widens: false },
  any: { gives: "combination", type: "bool", takes: "bool", mergeable: true, sortable: "always", widens: false },
  every: { gives: "combination", type: "bool", takes: "bool", mergeable: true, sortable: "always", widens: false },
} as const satisfies Record<string, AggregateTraits>;

export type AggregateName = keyof typeof aggregates;

/** The names of the aggregates whose row in the table has these entries. */
export type AggregateWith<Entries> = {
  [Name in AggregateName]: (typeof aggregates)[Name] extends Entries ? Name : never;
}[AggregateName];

export const aggregateNames = Object.keys(aggregates) as readonly AggregateName[];

export function traitsOf(name: AggregateName): AggregateTraits {
  return aggregates[name];
}

export function aggregateType(name: AggregateName, operand: ValueType | null): ValueType {
  const { type } = traitsOf(name);
  return typeof type === "function" ? type(operand) : type;
}

/** Returns whether an aggregate is a number of rows, which is 0 without any. */
export function isCount(name: AggregateName): name is AggregateWith<{ gives: "count" }> {
  return traitsOf(name).gives === "count";
}

/** Returns whether an aggregate gives a list of values. */
export function isGathering(name: AggregateName): name is AggregateWith<{ gives: "rows" }> {
  return traitsOf(name).gives === "rows";
}

/** Returns whether an aggregate's value depends on the order of rows in time. */
export function isByTime(name: AggregateName): name is AggregateWith<{ gives: "row" | "rows" }> {
  return traitsOf(name).gives === "row" || isGathering(name);
}

export function isMergeable(name: AggregateName): name is AggregateWith<{ mergeable: true }> {
  return traitsOf(name).mergeable;
}

/** Returns whether an aggregate adds its values up, so that a sum of floats depends on the order of rows. */
export function isSum(name: AggregateName): boolean {
  const { gives } = traitsOf(name);
  return gives === "sum" || gives === "deviation";
}
