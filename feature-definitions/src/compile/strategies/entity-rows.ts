import type { AggregateExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { Rows } from "../source/source-rows";
import type { SqlExpression, Stage } from "../tree/sql-tree";
import type { Guard, Reading } from "./reading";

/** One aggregate of the view, read from the entity's row. */
export interface AggregateReading {
  /** The identity of the aggregate's expression, by `identityOf`. */
  readonly identity: string;
  readonly aggregate: AggregateExpression;
  /** The values of the entity's row for it. */
  readonly reading: Reading;
  /** Computes the aggregate's value from the values read. */
  readonly finish: (value: SqlExpression) => SqlExpression;
  /** True if rows that contribute to it lost a value to a cast; null if they cannot. */
  readonly lost: SqlExpression | null;
}

/** One row per entity and tenant, over which every aggregate of the view is a reading. */
export interface EntityRows {
  readonly stages: readonly Stage[];
  readonly rows: Rows;
  readonly aggregates: readonly AggregateReading[];
  /** True if every member of the population already has a row. */
  readonly hasMembers: boolean;
}

/** Returns the reading of a value that is a column of the entity's row. */
export function readColumn(aggregate: AggregateExpression, name: string, value: SqlExpression, guard: Guard): Reading {
  return {
    expression: { kind: "column", name, type: typeOf(aggregate), nullable: true },
    bindings: new Map([[name, value]]),
    guard,
    name,
  };
}

export const asItIs = (value: SqlExpression): SqlExpression => value;
