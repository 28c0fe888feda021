import type { ValueType } from "../../ir/types";
import type { Key } from "../source/source-rows";
import { type Bindings, type Field, field, type Item, type Ordering, type SqlExpression } from "../tree/sql-tree";
import type { InputRows } from "./dataset-rows";

/* The columns that the stages of a dataset carry, and small expressions over them. */

/** Names of more bytes would be cut off. */
const MAX_NAME_BYTES = 63;

export const ONE: SqlExpression = { kind: "integer", value: 1 };

/** Groups as `keyOrder` sorts, so that one sort serves both. */
export function groupKey({ expression, type }: Key): SqlExpression {
  return type === "string" ? { kind: "by_code_point", operand: expression } : expression;
}

export function keysIn({ keys }: InputRows, stage: string): readonly Key[] {
  return keys.map(({ name, type }) => ({ name, type, expression: field(stage, name, type) }));
}

export function inputsIn(rows: InputRows, stage: string): readonly (Item & { readonly expression: Field })[] {
  return rows.inputs.map(({ type }, index) => {
    const name = inputName(rows, index);
    return { name, expression: field(stage, name, type) };
  });
}

/** The column of an input in the stages; names that begin with `_` are those of the stages. */
export function inputName({ inputs }: InputRows, index: number): string {
  const name = inputs[index]?.name ?? "";
  const isUsable = !name.startsWith("_") && new TextEncoder().encode(name).length <= MAX_NAME_BYTES;
  return isUsable ? name : `_value_${index + 1}`;
}

export function bindingsOver(rows: InputRows, stage: string): Bindings {
  const values = inputsIn(rows, stage).map(
    ({ expression }, index) => [rows.inputs[index]?.name ?? "", expression] as const,
  );
  return new Map<string, SqlExpression>([
    ...keysIn(rows, stage).map(({ name, expression }) => [name, expression] as const),
    ...values,
  ]);
}

export function numbered(name: string, window: string): Item {
  return { name, expression: { kind: "rank", window, condition: null } };
}

export function reason(when: SqlExpression, name: string): SqlExpression {
  return { kind: "case", when, value: { kind: "constant", value: name, type: "string" }, otherwise: null };
}

export function firstOf(operands: readonly SqlExpression[]): SqlExpression {
  const [first, ...rest] = operands;
  if (first === undefined) return { kind: "null", type: "string" };
  return rest.length === 0 ? first : { kind: "coalesce", operands };
}

export function ascending(expression: SqlExpression, string = false): Ordering {
  return { expression, descending: false, string };
}

const EXACTLY_ORDERED: readonly ValueType[] = ["bool", "int32", "int64", "timestamp", "date", "uuid"];

/** Orders by the text of types whose equal values may differ: 1.0 and 1.00, 0 and -0. */
export function exactly(value: Field): Ordering {
  return ascending(value, value.type === null || !EXACTLY_ORDERED.includes(value.type));
}

export function keyOrder(rows: InputRows, stage: string): readonly Ordering[] {
  return keysIn(rows, stage).map(({ expression, type }) => ascending(expression, type === "string"));
}
