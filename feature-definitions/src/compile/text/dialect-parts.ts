import type { Expression } from "../../ir/expressions";
import type { ValueType } from "../../ir/types";
import type { FromRelation, Ordering, SqlExpression } from "../tree/sql-tree";
import type { Parameters, Rendered, ValueText } from "./rendered";

/** Renders an expression of the tree in the dialect at hand. */
export type Render = (expression: SqlExpression) => Rendered;

/** The columns of a scalar expression, and the place of its constants. */
export interface ScalarContext {
  readonly parameters: Parameters;
  /** The SQL bound to a column of this name. */
  readonly column: (name: string) => Rendered;
}

/** A relation that the engine reads: the author's, or a table of the statement's own. */
export type SourceRelation = Extract<FromRelation, { readonly kind: "table" | "query" | "files" | "iceberg" }>;

/** The kinds of expressions that only datasets have. */
type DatasetKind = "not_missing" | "text_digest" | "text_or_lost" | "by_code_point" | "key_digest" | "counted_from_one";

/** The kinds of expressions that each dialect writes in its own way, besides aggregates and what a scalar contains. */
type OwnKind = "pick" | "record" | "gather" | "reversed" | "trimmed" | "mean" | "count_listed" | "one_row_per_key";

export type DatasetExpression = Extract<SqlExpression, { readonly kind: DatasetKind }>;
export type OwnExpression = Extract<SqlExpression, { readonly kind: OwnKind }>;
export type AggregateCall = Extract<SqlExpression, { readonly kind: "aggregate" }>;

/** Renders an operand of a scalar expression in the type. */
export type Typed = (inner: Expression, type: ValueType) => Rendered;

/** Renders the expressions of a kind; operands with `typed`. */
type Scalar<Kind extends Expression["kind"]> = (
  expression: Extract<Expression, { readonly kind: Kind }>,
  typed: Typed,
  parameters: Parameters,
) => Rendered;

type Path = readonly (string | number)[];

/** The parts of scalar expressions, which mean the same in every dialect; `scalar.ts` writes the rest. */
export interface ScalarParts {
  readonly literal: (value: string, type: ValueType, parameters: Parameters) => Rendered;
  readonly arithmetic: Scalar<"arithmetic">;
  readonly stringFunction: Scalar<"string_function">;
  readonly datePart: Scalar<"date_part">;
  readonly timeBetween: Scalar<"time_between">;
  readonly vectorFunction: Scalar<"vector_function">;
  readonly sql: Scalar<"sql">;
  /** A value of type `from` in another type, or null if it does not parse or fit. */
  readonly cast: (value: Rendered, from: ValueType, to: ValueType) => Rendered;
  /** The JSON at a path; null for JSON null. */
  readonly jsonAt: (json: Rendered, path: Path, parameters: Parameters) => Rendered;
  /** The text of the JSON at a path, to be cast to a type: a string's own text; null for JSON null. */
  readonly jsonText: (json: Rendered, path: Path, to: ValueType, parameters: Parameters) => Rendered;
  /** The JSON of a text, which is an object with the inputs of a service. */
  readonly parsedInputs: (text: string) => Rendered;
}

/** The parts of a query that a dialect writes in its own way; `query.ts`, `expression.ts` and `scalar.ts` write the rest. */
export interface DialectParts extends ValueText {
  /** Quotes a name so that the engine reads it literally. */
  readonly quoteName: (name: string) => string;
  /** Indents every line, except lines that begin inside a constant, a quoted name or a comment. */
  readonly indent: (text: string) => string;
  /** The value in the requested type, cast only if it may have another. */
  readonly inType: (rendered: Rendered, type: ValueType) => Rendered;
  readonly scalars: ScalarParts;
  /** An aggregate of the rows that pass its filter; `over` names the window, or is empty. */
  readonly aggregate: (expression: AggregateCall, render: Render, over: string) => Rendered;
  readonly expression: (expression: OwnExpression, render: Render) => Rendered;
  /** Null for a dialect without datasets. */
  readonly dataset: ((expression: DatasetExpression, render: Render) => Rendered) | null;
  readonly orderings: (list: readonly Ordering[], render: Render) => string;
  /** A relation of the engine with its alias, as `from` names it. */
  readonly source: (relation: SourceRelation, alias: string) => string;
  /** A text constant that is known to be a text. */
  readonly textConstant: (text: string) => string;
  readonly listOf: (items: string) => string;
  readonly withoutNulls: (list: string) => string;
  /** The instant of a local time; `zone` is the zone's text. Of two instants the later one, as in PostgreSQL. */
  readonly instantOf: (local: Rendered, zone: string) => Rendered;
  /** The local time of an instant. */
  readonly localOf: (instant: Rendered, zone: string) => Rendered;
  /** The period of a frame's bound; one that excludes its start is a microsecond shorter. */
  readonly framePeriod: (seconds: number, excludesStart: boolean) => string;
  /** True if an aggregate over a window can have a filter. */
  readonly filtersWindows: boolean;
  /** JSON null. */
  readonly jsonNull: string;
  /** The earliest time from which every window can be subtracted. */
  readonly earliestTime: string;
  /** Follows a comparison by the order of texts. */
  readonly byCodePoint: string;
  /** Follows `select` in a subquery of `exists`, which has no columns to read: ` 1`, or nothing. */
  readonly existing: string;
  /**
   * The clause that keeps the first row of each group: `distinct on`, or a condition on its rank, after `qualify` or, as
   * `where`, around the select.
   */
  readonly firstRows: "distinct on" | "qualify" | "where";
  /** Precedes a stage that is planned alone, and follows a select that must not be merged into its reader. */
  readonly fences: { readonly materialized: string; readonly computedOnce: string | null };
}
