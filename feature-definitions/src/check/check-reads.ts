import type { ColumnExpression, Expression } from "../ir/expressions";
import { unportablePart } from "../ir/portable";
import type { ValueType } from "../ir/types";
import { childrenOf } from "../ir/visit";
import { checkOperands } from "./check-operands";
import type { Report } from "./report";

/** A value that an expression may read. */
export interface Declared {
  readonly type: ValueType;
  readonly nullable: boolean;
}

export interface Reads {
  readonly report: Report;
  readonly path: string;
  /** Returns the value that a column reads; undefined, with a diagnostic, if there is none. */
  readonly declarationOf: (name: string) => Declared | undefined;
}

function checkColumn({ report, path, declarationOf }: Reads, { name, type, nullable }: ColumnExpression): boolean {
  const declared = declarationOf(name);
  if (!declared) return false;
  const describe = (each: Declared): string => (each.nullable ? `${each.type} or null` : each.type);
  const [read, known] = [describe({ type, nullable }), describe(declared)];
  if (read !== known) report("column_type_differs", path, { name, found: read, declared: known });
  return true;
}

/** Checks an expression over declared values; false if it reads an unknown column, whose type is unknown. */
export function checkReads(reads: Reads, expression: Expression): boolean {
  if (expression.kind === "column") return checkColumn(reads, expression);
  const areKnown = childrenOf(expression)
    .map((child) => checkReads(reads, child))
    .every(Boolean);
  if (areKnown) checkOperands(reads.report, reads.path, expression);
  return areKnown || expression.kind === "cast" || expression.kind === "null_test";
}

const nodeNames: Partial<Record<Expression["kind"], string>> = {
  sql: "`sql`",
  aggregate: "an aggregate",
  date_part: "a part of a date in a time zone",
};

/** Describes the first part of an expression that is not portable; null if all of it is. */
export function unportableNode(expression: Expression): { readonly node: string; readonly reason: string } | null {
  const part = unportablePart(expression);
  if (!part) return null;
  const { kind } = part.expression;
  const name = part.expression.kind === "aggregate" ? `the aggregate \`${part.expression.name}\`` : nodeNames[kind];
  return { node: name ?? kind, reason: part.reason };
}
