import { isByTime } from "../ir/aggregates";
import type { AggregateExpression, ColumnExpression, Expression } from "../ir/expressions";
import type { Source } from "../ir/nodes";
import { typeOf } from "../ir/type-of";
import { childrenOf } from "../ir/visit";
import { checkOperands } from "./check-operands";
import { nearestName } from "./nearest";
import type { Report } from "./report";

/** The context of an expression, which determines what it may read. */
type Position = "feature" | "aggregate" | "filter";

interface Context {
  readonly report: Report;
  readonly path: string;
  readonly source: Source;
  readonly position: Position;
}

function checkColumn({ report, path, source, position }: Context, column: ColumnExpression): boolean {
  const key = source.key.find(({ name }) => name === column.name);
  const declared = key ?? source.columns.find(({ name }) => name === column.name);
  if (!declared) {
    const known = [...source.key, ...source.columns].map(({ name }) => name);
    const nearest = nearestName(column.name, known);
    report("column_unknown", path, { name: column.name, source: source.name, nearest });
    return false;
  }
  const nullable = key ? false : declared.nullable;
  const describe = (type: string, isNullable: boolean): string => (isNullable ? `${type} or null` : type);
  // A condition may predate `keyedBy` with another column, which makes that column never null.
  const isNullAsRead = nullable === column.nullable || (position === "filter" && source.declaredKey !== undefined);
  if (declared.type !== column.type || !isNullAsRead) {
    report("column_type_differs", path, {
      name: column.name,
      found: describe(column.type, column.nullable),
      declared: describe(declared.type, nullable),
    });
  }
  if (position === "feature") report("column_outside_aggregate", path, { name: column.name });
  return true;
}

function checkPlacement({ report, path, source, position }: Context, aggregate: AggregateExpression): void {
  const { name, overSeconds, endingSecondsBefore } = aggregate;
  if (position === "aggregate") report("aggregate_nested", path, { name });
  if (position === "filter") report("aggregate_in_filter", path, { name });
  if (overSeconds !== null && (!Number.isSafeInteger(overSeconds) || overSeconds <= 0)) {
    report("window_not_positive", path, { seconds: overSeconds });
  }
  if (endingSecondsBefore !== undefined && (!Number.isSafeInteger(endingSecondsBefore) || endingSecondsBefore <= 0)) {
    report("window_end_not_positive", path, { seconds: endingSecondsBefore });
  }
  if (endingSecondsBefore !== undefined && overSeconds === null) report("window_end_without_window", path, {});
  if (source.eventTime === null) {
    if (overSeconds !== null) report("window_without_event_time", path, { source: source.name });
    if (isByTime(aggregate.name)) report("order_without_event_time", path, { name, source: source.name });
  }
}

/** Checks a node and its descendants; false if it reads an unknown column, whose type is unknown. */
function check(context: Context, expression: Expression): boolean {
  if (expression.kind === "column") return checkColumn(context, expression);
  const below: Context = expression.kind === "aggregate" ? { ...context, position: inner(context.position) } : context;
  const areKnown = childrenOf(expression)
    .map((child) => check(below, child))
    .every(Boolean);
  if (expression.kind === "aggregate") checkPlacement(context, expression);
  // Types of an expression over an unknown column are a guess: reporting them would only hide the cause.
  if (areKnown) checkOperands(context.report, context.path, expression);
  return areKnown || expression.kind === "cast" || expression.kind === "null_test";
}

function inner(position: Position): Position {
  return position === "filter" ? "filter" : "aggregate";
}

/** Checks a feature's expression. */
export function checkFeatureExpression(report: Report, path: string, source: Source, expression: Expression): void {
  check({ report, path, source, position: "feature" }, expression);
}

/** Checks a condition over a source's rows. */
export function checkFilter(report: Report, path: string, source: Source, filter: Expression | null): void {
  if (filter === null) return;
  const isKnown = check({ report, path, source, position: "filter" }, filter);
  const found = typeOf(filter);
  if (isKnown && found !== "bool") report("condition_not_bool", path, { found });
}
