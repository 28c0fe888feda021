import type { Expression } from "./expressions";
import { typeOf } from "./type-of";
import { childrenOf } from "./visit";

/** The reason that no expression of a kind is portable; null for portable kinds. */
const reasons: Readonly<Record<Expression["kind"], string | null>> = {
  column: null,
  literal: null,
  arithmetic: null,
  comparison: null,
  logic: null,
  not: null,
  in: null,
  null_test: null,
  case: null,
  coalesce: null,
  string_function: null,
  json_get: null,
  cast: null,
  date_part: null, // only in UTC
  time_between: null,
  vector_function: null, // except for the rounding of float32
  sql: "only PostgreSQL can run it",
  aggregate: "it reads many rows of a source, but only one row of values is available",
};

/** PostgreSQL and Node.js each include time zone rules, of different versions, so local times may differ. */
const zoneReason = "time zone rules differ between systems, so only UTC is portable";

function ownReason(expression: Expression): string | null {
  const isZoned = expression.kind === "date_part" && expression.zone !== "UTC";
  return isZoned && typeOf(expression.operand) !== "date" ? zoneReason : reasons[expression.kind];
}

/** A part of an expression that is not portable, with the reason. */
export interface UnportablePart {
  readonly expression: Expression;
  readonly reason: string;
}

/** Finds the first part of an expression, including itself, that is not portable; null if all of it is. */
export function unportablePart(expression: Expression): UnportablePart | null {
  const reason = ownReason(expression);
  if (reason !== null) return { expression, reason };
  for (const child of childrenOf(expression)) {
    const part = unportablePart(child);
    if (part) return part;
  }
  return null;
}

/** Returns whether the value of a feature's expression can be computed in process for an entity without source rows. */
export function isPortableOverNothing(expression: Expression): boolean {
  if (expression.kind === "aggregate") return true;
  if (expression.kind === "column" || ownReason(expression) !== null) return false;
  return [...childrenOf(expression)].every(isPortableOverNothing);
}

/** Returns whether an expression has the same value in SQL and in process (see `compileEvaluator`). */
export function isPortable(expression: Expression): boolean {
  return unportablePart(expression) === null;
}
