import type { Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import { walk } from "../../ir/visit";
import { identityOf, rewrite } from "../tree/rewrite";
import { canLose, canLoseAnywhere } from "./lost-values";
import type { Reading } from "./reading";

/**
 * The largest costly expressions that occur in the readings at least `minReadings` times, by identity: PostgreSQL
 * evaluates each occurrence of an expression separately. Excludes expressions with casts that lose values, which are
 * computed separately. 0 returns none.
 */
export function findShared(readings: readonly Reading[], minReadings: 0 | 1 | 2): ReadonlyMap<string, Reading> {
  const found = new Map<string, Reading>();
  if (minReadings === 0) return found;
  const counts = new Map<string, number>();
  for (const { expression } of readings) {
    walk(expression, (node) => {
      if (isCostly(node)) counts.set(identityOf(node), (counts.get(identityOf(node)) ?? 0) + 1);
    });
  }
  for (const reading of readings) {
    rewrite(reading.expression, (node) => {
      if (node.kind === "cast" && canLose(node)) return node;
      const identity = identityOf(node);
      if ((counts.get(identity) ?? 0) < minReadings || canLoseAnywhere(node)) return undefined;
      found.set(identity, { ...reading, expression: node });
      return node;
    });
  }
  return found;
}

/** Returns whether computing the expression costs more than storing its value in the row. */
export function isCostly(expression: Expression): boolean {
  switch (expression.kind) {
    case "case":
    case "string_function":
    case "sql":
      return true;
    case "cast":
    case "json_get":
      return typeOf(expression.operand) === "json";
    default:
      return false;
  }
}
