import type { Expression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import { walk } from "../ir/visit";
import type { Reading } from "./computed-casts";
import { canLoseAnywhere } from "./lost-values";
import { identityOf, rewrite } from "./rewrite";
import { bindingsOf, type Rows, scalar } from "./source-rows";
import { type Field, field, type SqlExpression, type Stage } from "./sql-tree";
import { type Names, stageRows } from "./stages";

export interface SharedExpressions {
  readonly stages: readonly Stage[];
  readonly rows: Rows;
  /** The readings over the new rows. */
  readonly readings: readonly Reading[];
  /** The column that holds an expression's value, if it was computed. */
  readonly columnOf: (expression: Expression) => Field | undefined;
  readonly rebind: (expression: SqlExpression) => SqlExpression;
}

/**
 * Computes what several readings have in common once per row: PostgreSQL evaluates an expression anew wherever it
 * stands. Expressions with casts that lose values are left to `computeReadings`.
 */
export function shareExpressions(
  rows: Rows,
  readings: readonly Reading[],
  later: readonly SqlExpression[],
  names: Names,
): SharedExpressions {
  const shared = findShared(readings);
  if (shared.size === 0) return { stages: [], rows, readings, columnOf: () => undefined, rebind: (same) => same };
  const items = [...shared.values()].map(({ expression, reading }) => ({
    identity: identityOf(expression),
    name: names(`${reading.name}_shared`),
    expression: scalar(expression, reading.bindings),
    type: typeOf(expression),
  }));
  const rest = readings.map((reading) => ({
    ...reading,
    expression: rewrite(reading.expression, (node) =>
      shared.has(identityOf(node))
        ? { kind: "column", name: identityOf(node), type: typeOf(node), nullable: true }
        : undefined,
    ),
  }));
  const surviving = rest.flatMap(({ expression, bindings }) => [...bindingsOf(expression, bindings).values()]);
  const staged = stageRows(names("shared"), rows, items, [...surviving, ...later]);
  const columns = new Map(items.map(({ identity, name, type }) => [identity, field(staged.stage.name, name, type)]));
  return {
    stages: [staged.stage],
    rows: staged.rows,
    readings: rest.map((reading) => ({
      ...reading,
      bindings: new Map<string, SqlExpression>([
        ...[...reading.bindings].map(([name, bound]) => [name, staged.rebind(bound)] as const),
        ...columns,
      ]),
    })),
    columnOf: (expression) => columns.get(identityOf(expression)),
    rebind: staged.rebind,
  };
}

interface Occurrence {
  readonly expression: Expression;
  readonly reading: Reading;
}

/** The largest costly expressions that stand in the readings more than once. */
function findShared(readings: readonly Reading[]): ReadonlyMap<string, Occurrence> {
  const counts = new Map<string, number>();
  for (const { expression } of readings) {
    walk(expression, (node) => {
      if (isCostly(node)) counts.set(identityOf(node), (counts.get(identityOf(node)) ?? 0) + 1);
    });
  }
  const found = new Map<string, Occurrence>();
  for (const reading of readings) {
    rewrite(reading.expression, (node) => {
      const identity = identityOf(node);
      if ((counts.get(identity) ?? 0) < 2 || canLoseAnywhere(node)) return undefined;
      found.set(identity, { expression: node, reading });
      return node;
    });
  }
  return found;
}

/** Whether to compute an expression costs more than to carry its value through a sort. */
function isCostly(expression: Expression): boolean {
  return expression.kind === "case" || expression.kind === "string_function" || expression.kind === "sql";
}
