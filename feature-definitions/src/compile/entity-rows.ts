import type { AggregateExpression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import type { Guard, Reading } from "./computed-readings";
import type { Rows } from "./source-rows";
import type { SqlExpression, Stage } from "./sql-tree";

/** One aggregate of the view, as something to be read from the entity's row. */
export interface AggregateReading {
  /** As `identityOf` gives it for the aggregate's expression. */
  readonly identity: string;
  readonly aggregate: AggregateExpression;
  /** What the entity's row holds for it. */
  readonly reading: Reading;
  /** From what was read to the aggregate's value. */
  readonly finish: (value: SqlExpression) => SqlExpression;
  /** Whether rows that went into it lost a value to a cast; null where they cannot. */
  readonly lost: SqlExpression | null;
}

/** One row per entity and tenant, over which every aggregate of the view is a reading. */
export interface EntityRows {
  readonly stages: readonly Stage[];
  readonly rows: Rows;
  readonly aggregates: readonly AggregateReading[];
  /** True when every member of the population is among the rows already. */
  readonly hasMembers: boolean;
}

/** The reading of a value that is a column of the entity's row as it is. */
export function readColumn(aggregate: AggregateExpression, name: string, value: SqlExpression, guard: Guard): Reading {
  return {
    expression: { kind: "column", name, type: typeOf(aggregate), nullable: true },
    bindings: new Map([[name, value]]),
    guard,
    name,
  };
}

export const asItIs = (value: SqlExpression): SqlExpression => value;
