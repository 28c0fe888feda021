import type { Expression } from "../../ir/expressions";
import type { ValueType } from "../../ir/types";
import type { CastOf, FromRelation, Ordering, SqlExpression } from "../tree/sql-tree";
import type { CastName, Parameters, Rendered } from "./rendered";

/** Renders an expression of the tree in the dialect at hand. */
export type Render = (expression: SqlExpression) => Rendered;

/** The columns of a scalar expression, and the place of its constants. */
export interface ScalarContext {
  readonly parameters: Parameters;
  /** The SQL bound to a column of this name. */
  readonly column: (name: string) => Rendered;
}

/** A relation that the engine reads: the author's, or a table of the statement's own. */
export type SourceRelation = Extract<FromRelation, { readonly kind: "table" | "query" | "files" }>;

/** The kinds of expressions that all dialects write alike, apart from names, types and scalars. */
type AlikeKind =
  | "field"
  | "read"
  | "instant"
  | "as_of"
  | "scalar"
  | "cast_input"
  | "cast_value"
  | "convert"
  | "integer"
  | "constant"
  | "null"
  | "comparison"
  | "and"
  | "or"
  | "test"
  | "case"
  | "coalesce"
  | "last_time"
  | "any_true"
  | "unsigned_zero"
  | "count_values"
  | "rank";

export type OwnExpression = Exclude<SqlExpression, { readonly kind: AlikeKind }>;

/** The parts of a query that a dialect writes in its own way; `query.ts` and `expression.ts` write the rest. */
export interface DialectParts {
  readonly castName: CastName;
  /** The value in the requested type, cast only if it may have another. */
  readonly inType: (rendered: Rendered, type: ValueType) => Rendered;
  readonly expression: (expression: OwnExpression, render: Render, parameters: Parameters) => Rendered;
  readonly scalar: (expression: Expression, context: ScalarContext) => Rendered;
  readonly castInput: (cast: CastOf, context: ScalarContext) => Rendered;
  readonly castValue: (cast: CastOf, input: Rendered) => Rendered;
  readonly orderings: (list: readonly Ordering[], render: Render) => string;
  /** A relation of the engine with its alias, as `from` names it. */
  readonly source: (relation: SourceRelation, alias: string) => string;
  /** Follows `select` in a subquery of `exists`, which has no columns to read: ` 1`, or nothing. */
  readonly existing: string;
  /** Whether the first row of each group is written as `distinct on`, or chosen by its rank with `qualify`. */
  readonly firstRows: "distinct on" | "qualify";
  /** Precedes a stage that is planned alone, and follows a select that must not be merged into its reader. */
  readonly fences: { readonly materialized: string; readonly computedOnce: string | null };
}
