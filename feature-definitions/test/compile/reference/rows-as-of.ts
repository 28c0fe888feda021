import type { AggregateExpression, Expression } from "../../../src/ir/expressions";
import type { FeatureView, Source } from "../../../src/ir/nodes";
import { typeOf } from "../../../src/ir/type-of";
import type { ValueType } from "../../../src/ir/types";
import { walk } from "../../../src/ir/visit";
import { addDecimals, type Decimal, decimalToNumber, trimDecimal } from "./decimal";
import { compare, convert, type Evaluated, evaluate } from "./evaluate";
import { SECOND } from "./time";
import type { Row, Value } from "./values";

/** A row of a source table: its columns by name, with the times, tenant and tie-break. */
export interface TableRow {
  readonly columns: Row;
  readonly eventTime: bigint | null;
  readonly knownTime: bigint | null;
  readonly tenant: string | null;
  readonly tieBreak: bigint | null;
}

/** The magnitude of numbers that are all zero: whether their sum or mean has a sign depends on the strategy. */
export const ONLY_ZEROS = Number.MIN_VALUE;

export interface ReferenceFeature {
  readonly value: Value;
  /** For sums, means and deviations of floats: the sum of the absolute values, the reference for the error. */
  readonly magnitude: number;
}

export interface ReferenceRow {
  readonly tenant: string;
  readonly key: readonly Value[];
  readonly eventTime: bigint | null;
  readonly features: readonly ReferenceFeature[];
  readonly unparsed: readonly string[];
}

/** Computes a view's rows at a time, one entity after another. */
export function referenceRows(
  view: FeatureView,
  sourceRows: readonly TableRow[],
  populationRows: readonly TableRow[],
  asOf: bigint,
): readonly ReferenceRow[] {
  const visible = sourceRows.filter((row) => isVisible(view.source, row, asOf) && holds(view.filter, row));
  const keyOf = (row: TableRow): readonly Value[] => view.entity.key.map(({ name }) => row.columns.get(name) ?? null);
  const owned = visible.filter((row) => keyOf(row).every((part) => part !== null));
  const identity = (tenant: string, key: readonly Value[]): string => JSON.stringify([tenant, ...key.map(String)]);
  const expectedKeys = new Map<string, { readonly tenant: string; readonly key: readonly Value[] }>();
  const expectKey = (tenant: string, key: readonly Value[]): void =>
    void expectedKeys.set(identity(tenant, key), { tenant, key });
  const { population } = view.entity;
  if (!population) {
    for (const row of owned) expectKey(tenantOf(view.source, row), keyOf(row));
  } else {
    const members = populationRows.filter((row) => isMember(population, row, asOf));
    for (const member of members) {
      const key = keyOf(member);
      if (key.some((part) => part === null)) continue;
      expectKey(tenantOf(population, member), key);
      if (population.tenant !== null || view.source.tenant === null) continue;
      for (const row of owned)
        if (identity("", keyOf(row)) === identity("", key)) expectKey(tenantOf(view.source, row), key);
    }
  }
  return [...expectedKeys.values()].map(({ tenant, key }) => {
    const rows = owned.filter(
      (row) => identity("", keyOf(row)) === identity("", key) && (view.source.tenant === null || row.tenant === tenant),
    );
    return entityRow(view, tenant, key, rows, asOf);
  });
}

/** Rows of a source without a tenant belong to all tenants. */
function tenantOf(source: Source, row: TableRow): string {
  return source.tenant === null ? "" : (row.tenant ?? "");
}

function holds(condition: Expression | null, row: TableRow): boolean {
  return condition === null || evaluate(condition, row.columns).value === true;
}

function hasOwner(source: Source, row: TableRow): boolean {
  return source.tenant === null || (row.tenant !== null && row.tenant !== "");
}

function isVisible(source: Source, row: TableRow, asOf: bigint): boolean {
  const past = (time: bigint | null): boolean => time !== null && time <= asOf;
  return (
    (source.eventTime === null || past(row.eventTime)) &&
    (source.knownTime === null || past(row.knownTime)) &&
    hasOwner(source, row) &&
    holds(source.filter, row)
  );
}

function isMember(source: Source, row: TableRow, asOf: bigint): boolean {
  const notLater = (time: bigint | null): boolean => time === null || time <= asOf;
  return (
    (source.eventTime === null || notLater(row.eventTime)) &&
    (source.knownTime === null || notLater(row.knownTime)) &&
    hasOwner(source, row) &&
    holds(source.filter, row)
  );
}

function entityRow(
  view: FeatureView,
  tenant: string,
  key: readonly Value[],
  rows: readonly TableRow[],
  asOf: bigint,
): ReferenceRow {
  const times = rows.flatMap((row) => (row.eventTime === null ? [] : [row.eventTime]));
  const lastTime = times.reduce<bigint | null>((last, time) => (last === null || time > last ? time : last), null);
  const evaluated = view.features.map(({ name, expression, type }) => {
    let magnitude = 0;
    const { value, lost } = evaluate(expression, new Map(), (aggregate) => {
      const result = aggregateOf(aggregate, rows, asOf);
      magnitude = Math.max(magnitude, result.magnitude);
      return result;
    });
    // Every aggregate is computed, even in a branch that is not taken.
    let lostInRows = false;
    walk(expression, (node) => {
      if (node.kind === "aggregate") lostInRows ||= aggregateOf(node, rows, asOf).lost;
    });
    return { name, value: convert(value, typeOf(expression), type), magnitude, lost: lost || lostInRows };
  });
  return {
    tenant,
    key,
    eventTime: view.source.eventTime === null && rows.length > 0 ? asOf : lastTime,
    features: evaluated.map(({ value, magnitude }) => ({ value, magnitude })),
    unparsed: evaluated.filter(({ lost }) => lost).map(({ name }) => name),
  };
}

function aggregateOf(
  aggregate: AggregateExpression,
  rows: readonly TableRow[],
  asOf: bigint,
): Evaluated & { readonly magnitude: number } {
  const { name, operand, where, ignoreNulls, overSeconds, endingSecondsBefore = 0 } = aggregate;
  const picks = name === "latest" || name === "first";
  let lost = false;
  const note = (evaluated: Evaluated): Value => {
    lost ||= evaluated.lost;
    return evaluated.value;
  };
  const end = asOf - BigInt(endingSecondsBefore) * SECOND;
  const inWindow = rows.filter(
    ({ eventTime }) =>
      overSeconds === null ||
      (eventTime !== null && eventTime <= end && eventTime > end - BigInt(overSeconds) * SECOND),
  );
  const candidates = inWindow.filter((row) => where === null || note(evaluate(where, row.columns)) === true);
  const result = (value: Value, magnitude = 0) => ({ value, lost, magnitude });
  if (picks) {
    const usable =
      ignoreNulls && operand ? candidates.filter((row) => note(evaluate(operand, row.columns)) !== null) : candidates;
    const ordered = [...usable].sort(byTime);
    const picked = name === "latest" ? ordered.at(-1) : ordered[0];
    return result(picked && operand ? note(evaluate(operand, picked.columns)) : null);
  }
  if (!operand) return result(BigInt(candidates.length));
  const type = typeOf(operand);
  const newestFirst = [...candidates].sort(byTime).reverse();
  const values = newestFirst
    .map((row) => note(evaluate(operand, row.columns)))
    .filter((value): value is Present => value !== null);
  switch (name) {
    case "count":
      return result(BigInt(values.length));
    case "count_distinct": {
      const different: Present[] = [];
      for (const value of values)
        if (different.every((other) => compare(value, other, type) !== 0)) different.push(value);
      return result(BigInt(different.length));
    }
    case "min":
    case "max": {
      const ordered = [...values].sort((a, b) => compare(a, b, type));
      return result(canonical((name === "min" ? ordered[0] : ordered.at(-1)) ?? null, type));
    }
    case "sum":
      return sumOf(values, type, result);
    case "avg":
    case "stddev":
    case "variance": {
      const numbers = numbersOf(values, type);
      const magnitude = numbers.reduce((sum, number) => sum + Math.abs(number), ONLY_ZEROS);
      if (numbers.length < (name === "avg" ? 1 : 2)) return result(null);
      const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
      if (name === "avg") return result(mean, magnitude);
      // Squares of larger numbers may exceed float64, which fails the run.
      if (numbers.some((number) => Math.abs(number) > 1e140)) return result(Number.NaN);
      const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
      const variance = squares / (numbers.length - 1);
      if (name === "stddev") return result(Math.sqrt(variance), magnitude);
      return result(
        variance,
        numbers.reduce((sum, number) => sum + number * number, 0),
      );
    }
    case "percentile":
      return result(canonical(percentileOf(numbersOf(values, type), aggregate.fraction ?? Number.NaN), "float64"));
    case "mode":
      return result(canonical(modeOf(values, type), type));
    case "any":
      return result(values.length === 0 ? null : values.includes(true));
    case "every":
      return result(values.length === 0 ? null : !values.includes(false));
    case "last_n":
    case "collect": {
      const newest = values.slice(0, aggregate.limit);
      if (newest.length === 0) return result(null);
      const list = name === "collect" ? newest.reverse() : newest;
      return result(type === "string" || type === "uuid" ? list.map(String) : list.map(Number));
    }
  }
}

type Present = Exclude<Value, null>;

function numbersOf(values: readonly Present[], type: string): readonly number[] {
  return values.map((value) => (type === "decimal" ? decimalToNumber(value as Decimal) : Number(value)));
}

/** One of values that compare equal: 0 in place of -0, a decimal without zeros at its end. */
function canonical(value: Value, type: ValueType): Value {
  if (value === 0) return 0;
  return type === "decimal" && value !== null ? trimDecimal(value as Decimal) : value;
}

function percentileOf(numbers: readonly number[], fraction: number): number | null {
  const ordered = [...numbers].sort((a, b) => a - b);
  const position = fraction * (ordered.length - 1);
  const [low, high] = [ordered[Math.floor(position)], ordered[Math.ceil(position)]];
  if (low === undefined || high === undefined) return null;
  return low + (position - Math.floor(position)) * (high - low);
}

function modeOf(values: readonly Present[], type: ValueType): Value {
  let max: { readonly value: Present; readonly times: number } | null = null;
  for (const value of [...values].sort((a, b) => compare(a, b, type))) {
    const times = values.filter((other) => compare(value, other, type) === 0).length;
    if (max === null || times > max.times) max = { value, times };
  }
  return max?.value ?? null;
}

function sumOf<R>(values: readonly Present[], type: string, result: (value: Value, magnitude?: number) => R): R {
  if (values.length === 0) return result(null);
  if (type === "int32") return result((values as readonly bigint[]).reduce((sum, value) => sum + value, 0n));
  if (type === "int64" || type === "decimal") {
    const decimals = values.map(
      (value): Decimal => (typeof value === "bigint" ? { units: value, scale: 0 } : (value as Decimal)),
    );
    return result(decimals.reduce(addDecimals, { units: 0n, scale: 0 }));
  }
  const numbers = values.map(Number);
  return result(
    numbers.reduce((sum, value) => sum + value, 0),
    numbers.reduce((sum, value) => sum + Math.abs(value), ONLY_ZEROS),
  );
}

/** Orders by event time, then by tie-break; unknown values come last. */
function byTime(a: TableRow, b: TableRow): number {
  const order = (x: bigint | null, y: bigint | null): number => {
    if (x === y) return 0;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y ? -1 : 1;
  };
  return order(a.eventTime, b.eventTime) || order(a.tieBreak, b.tieBreak);
}
