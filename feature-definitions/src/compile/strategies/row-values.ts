import { isByTime, isGathering } from "../../ir/aggregates";
import type { AggregateExpression, Expression, LiteralExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import { bindingsOf, type Rows, type SourceRows } from "../source/source-rows";
import { type Names, stageRows } from "../source/stages";
import { type Period, periodOf } from "../tree/period";
import type { FoundAggregate } from "../tree/rewrite";
import {
  allOf,
  anyOf,
  field,
  type Item,
  type Ordering,
  type Select,
  type SqlExpression,
  type Stage,
} from "../tree/sql-tree";
import { type ComputedReading, computeReadings } from "./computed-readings";
import { domainOf } from "./domain";
import { canLoseAnywhere } from "./lost-values";
import { always, type Reading } from "./reading";

/** The row of an entity that `latest` or `first` takes: the first in some order for which a condition is true. */
export interface Rank {
  readonly identity: string;
  readonly first: boolean;
  readonly where: Expression | null;
  /** The operand that must not be null. */
  readonly present: Expression | null;
  /**
   * The window to search. For a window that ends at the as-of time, its latest row is the overall latest row if that
   * one lies in the window.
   */
  readonly within: Period | null;
}

function rankOf(aggregate: AggregateExpression): Rank | null {
  if (!isByTime(aggregate.name)) return null;
  const first = aggregate.name === "first";
  const present = aggregate.ignoreNulls || isGathering(aggregate.name) ? aggregate.operand : null;
  const period = periodOf(aggregate);
  const within = aggregate.name === "latest" && period?.endingSecondsBefore === 0 ? null : period;
  const identity = JSON.stringify([first, aggregate.where, present, within]);
  return { identity, first, where: aggregate.where, present, within };
}

/** The type of an aggregate that gathers values. */
export function listType(aggregate: AggregateExpression): "string[]" | "float64[]" {
  return typeOf(aggregate) === "string[]" ? "string[]" : "float64[]";
}

export interface Planned {
  readonly aggregate: AggregateExpression;
  readonly identity: string;
  readonly name: string;
  readonly rank: Rank | null;
  /** All values that the operand of a `count_distinct` can have, if there are few. */
  readonly domain: readonly LiteralExpression[] | null;
}

export function planAggregate(found: FoundAggregate, filters: readonly (Expression | null)[]): Planned {
  const { name, operand } = found.aggregate;
  const isSimple = operand?.kind === "column" || (operand?.kind === "case" && !canLoseAnywhere(operand));
  const domain = name === "count_distinct" && operand && isSimple ? domainOf(operand, filters) : null;
  return { ...found, rank: rankOf(found.aggregate), domain };
}

/** The values that a row contributes to an aggregate, and whether evaluating them lost a value. */
type RowValue = ComputedReading | null;

export interface RowValues extends Planned {
  readonly where: RowValue;
  /** Null if a row is picked first and its columns are evaluated afterwards. */
  readonly operand: RowValue;
}

/**
 * Returns whether a row loses a value that the aggregate reads: in its condition, or in its operand if the condition
 * holds.
 */
export function lostInRow({ where, operand }: Pick<RowValues, "where" | "operand">): SqlExpression | null {
  const inOperand = operand?.lost ? allOf([...(where ? [where.value] : []), operand.lost]) : null;
  return anyOf([where?.lost ?? null, inOperand].filter((condition) => condition !== null));
}

export interface PreparedRows {
  readonly stages: readonly Stage[];
  readonly rows: SourceRows;
  readonly aggregates: readonly RowValues[];
}

/**
 * Evaluates the inputs of the aggregates for every row. If an order is specified, the rows come in it, and expressions
 * that make rows narrower are computed before sorting: a number instead of the JSON that contains it.
 */
export function evaluateRows(
  source: SourceRows,
  planned: readonly Planned[],
  orderBy: readonly Ordering[],
  names: Names,
): PreparedRows {
  const readings: Reading[] = [];
  const read = (expression: Expression, name: string): number =>
    readings.push({ expression, bindings: source.bindings, guard: always, name }) - 1;
  const indexes = planned.map(({ aggregate, name, rank }) => ({
    where: aggregate.where && read(aggregate.where, name),
    operand: aggregate.operand && (rank === null || rank.present) ? read(aggregate.operand, name) : null,
  }));
  const isSorted = orderBy.length > 0;
  const later = [...pickedFields(planned, source), ...(isSorted ? [] : tieBreakOf(source))];
  const computed = computeReadings(source, readings, later, names, { shareFrom: isSorted ? 1 : 2, orderBy });
  const at = (index: number | null | undefined): RowValue =>
    index == null ? null : (computed.readings[index] ?? null);
  return {
    stages: computed.stages,
    rows: rebindRows(isSorted ? { ...source, tieBreak: [] } : source, computed.rows, computed.rebind),
    aggregates: planned.map((each, index) => {
      const known = each.aggregate.operand && computed.columnOf(each.aggregate.operand);
      return {
        ...each,
        where: at(indexes[index]?.where),
        operand: at(indexes[index]?.operand) ?? (known ? { value: known, lost: null } : null),
        // Comparing the operand with each value must not evaluate it each time.
        domain: each.aggregate.operand?.kind === "column" || known ? each.domain : null,
      };
    }),
  };
}

function tieBreakOf(rows: SourceRows): readonly SqlExpression[] {
  return rows.tieBreak.map((ordering) => ordering.expression);
}

/** The columns that are read from picked rows. */
function pickedFields(planned: readonly Planned[], { bindings }: SourceRows): readonly SqlExpression[] {
  return planned.flatMap(({ rank, aggregate }) =>
    rank && !rank.present && aggregate.operand ? [...bindingsOf(aggregate.operand, bindings).values()] : [],
  );
}

function rebindRows(old: SourceRows, rows: Rows, rebind: (expression: SqlExpression) => SqlExpression): SourceRows {
  return {
    ...rows,
    bindings: new Map([...old.bindings].map(([name, bound]) => [name, rebind(bound)])),
    tieBreak: old.tieBreak.map((ordering) => ({ ...ordering, expression: rebind(ordering.expression) })),
  };
}

/**
 * Puts the rows into a stage with computed columns and everything that the aggregates need. Expressions are computed
 * before rows are sorted, to make the rows narrow: a number instead of the JSON that contains it.
 */
export function restage(
  prepared: PreparedRows,
  name: string,
  computed: readonly Item[],
  parts: Partial<Select>,
  names: Names,
): PreparedRows {
  const { rows, aggregates } = prepared;
  const survivors = [
    ...pickedFields(
      aggregates.filter(({ operand }) => operand === null),
      rows,
    ),
    ...aggregates.flatMap(({ where, operand }) => [where, operand].flatMap(readLater)),
  ];
  const columns = new Map<SqlExpression, Item>();
  for (const { name: preferred, where, operand } of aggregates) {
    for (const value of [where?.value, operand?.value]) {
      if (value?.kind === "scalar") columns.set(value, { name: names(preferred), expression: value });
    }
  }
  const staged = stageRows(name, rows, [...columns.values(), ...computed], survivors, parts);
  const rebindValue = (value: RowValue): RowValue => {
    if (!value) return null;
    const column = columns.get(value.value);
    return {
      value: column ? field(name, column.name) : staged.rebind(value.value),
      lost: value.lost && staged.rebind(value.lost),
    };
  };
  return {
    stages: [...prepared.stages, staged.stage],
    rows: rebindRows({ ...rows, tieBreak: [] }, staged.rows, staged.rebind),
    aggregates: aggregates.map((each) => ({
      ...each,
      where: rebindValue(each.where),
      operand: rebindValue(each.operand),
    })),
  };
}

function readLater(value: RowValue): readonly SqlExpression[] {
  if (!value) return [];
  const { value: expression, lost } = value;
  return [...(expression.kind === "scalar" ? [] : [expression]), ...(lost ? [lost] : [])];
}
