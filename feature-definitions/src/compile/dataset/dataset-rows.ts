import type { ValueType } from "../../ir/types";
import type { Key } from "../source/source-rows";
import type { From, Item, SqlExpression } from "../tree/sql-tree";

/** A value that the expressions of a dataset read, by the name by which they read it. */
export interface Input extends Item {
  readonly type: ValueType;
}

/** The rows that a dataset is made of. */
export interface InputRows {
  readonly from: From;
  readonly where: readonly SqlExpression[];
  readonly keys: readonly Key[];
  /** Without key columns. */
  readonly inputs: readonly Input[];
  /** True if no two rows have the same key. */
  readonly hasUniqueKeys: boolean;
  /** Names that stages must not have: those of the tables that the rows come from. */
  readonly takenNames: ReadonlySet<string>;
}
