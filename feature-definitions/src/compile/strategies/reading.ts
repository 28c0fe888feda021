import type { Expression } from "../../ir/expressions";
import type { Bindings, SqlExpression } from "../tree/sql-tree";

/**
 * Condition under which a reading applies; otherwise the reading is null and loses nothing. Equal `identity` means
 * equal conditions.
 */
export interface Guard {
  readonly identity: string;
  readonly conditions: readonly SqlExpression[];
}

export const always: Guard = { identity: "", conditions: [] };

/** An expression over rows, with the bindings of its columns. */
export interface Reading {
  readonly expression: Expression;
  readonly bindings: Bindings;
  readonly guard: Guard;
  /** Prefix for the columns of its casts. */
  readonly name: string;
}
