import type { AggregateName } from "./aggregates";
import type { ScalarType, ValueType } from "./types";

/** A column of the view's source, by the name its author gave it. */
export interface ColumnExpression {
  readonly kind: "column";
  readonly name: string;
  readonly type: ValueType;
  readonly nullable: boolean;
}

/** A constant. `int64` and `decimal` values are decimal strings, timestamps and dates ISO strings. */
export interface LiteralExpression {
  readonly kind: "literal";
  readonly type: ScalarType;
  readonly value: string | number | boolean | null;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/** Division by zero and overflow give null. `/` is float64 division unless an operand is decimal. */
export interface ArithmeticExpression {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** Three-valued, like SQL: null when an operand is null. Strings compare by code point. */
export interface ComparisonExpression {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface LogicExpression {
  readonly kind: "logic";
  readonly operator: "and" | "or";
  readonly operands: readonly Expression[];
}

export interface NotExpression {
  readonly kind: "not";
  readonly operand: Expression;
}

export interface InExpression {
  readonly kind: "in";
  readonly operand: Expression;
  readonly values: readonly LiteralExpression[];
}

export interface NullTestExpression {
  readonly kind: "null_test";
  readonly operand: Expression;
  readonly negated: boolean;
}

export interface CaseExpression {
  readonly kind: "case";
  readonly branches: readonly { readonly when: Expression; readonly value: Expression }[];
  readonly otherwise: Expression | null;
}

export interface CoalesceExpression {
  readonly kind: "coalesce";
  readonly operands: readonly Expression[];
}

/**
 * `lower`, `upper` map ASCII letters only; `length` counts code points; `substring` is (text, start from 1, length);
 * `trim` removes spaces at both ends; `contains` and `starts_with` give bool; `concat` is null when an operand is.
 */
export type StringFunctionName =
  | "lower"
  | "upper"
  | "trim"
  | "length"
  | "concat"
  | "substring"
  | "contains"
  | "starts_with"
  | "replace";

export interface StringFunctionExpression {
  readonly kind: "string_function";
  readonly name: StringFunctionName;
  readonly operands: readonly Expression[];
}

/** The JSON value at a path of object keys and array positions; null where absent or JSON null. Type `json`. */
export interface JsonGetExpression {
  readonly kind: "json_get";
  readonly operand: Expression;
  readonly path: readonly (string | number)[];
}

/** Text or JSON that does not parse gives null and is counted; `strict` fails the run instead. */
export interface CastExpression {
  readonly kind: "cast";
  readonly operand: Expression;
  readonly to: ValueType;
  readonly strict: boolean;
}

/** ISO parts: `day_of_week` is 1 (Monday) to 7. Type int32; `epoch_seconds` is float64. */
export type DatePart = "year" | "month" | "day" | "hour" | "day_of_week" | "day_of_year" | "epoch_seconds";

export interface DatePartExpression {
  readonly kind: "date_part";
  readonly part: DatePart;
  readonly operand: Expression;
  /** IANA zone in which a part of a timestamp is read; default "UTC"; no effect for a date. */
  readonly zone: string;
}

/** The time from `start` to `end`: whole days between dates (int32), seconds between timestamps (float64). */
export interface TimeBetweenExpression {
  readonly kind: "time_between";
  readonly unit: "days" | "seconds";
  readonly start: Expression;
  readonly end: Expression;
}

export type VectorFunctionName = "cosine_similarity" | "inner_product" | "l2_distance";

/**
 * A function of two vectors with equal dimensions, as float64. Null if the result is not a finite number: cosine
 * similarity with a zero vector, or a product beyond float32.
 */
export interface VectorFunctionExpression {
  readonly kind: "vector_function";
  readonly name: VectorFunctionName;
  readonly left: Expression;
  readonly right: Expression;
}

/** The escape hatch: PostgreSQL text with expressions between its pieces (`texts.length === operands.length + 1`). */
export interface SqlExpression {
  readonly kind: "sql";
  readonly texts: readonly string[];
  readonly operands: readonly Expression[];
  readonly type: ValueType;
  readonly nullable: boolean;
}

/**
 * One value per entity over its visible source rows. The operand (absent only for `count` of rows), `where` and the
 * operands below contain no other aggregate. `overSeconds` keeps event times in (t − d, t].
 */
export interface AggregateExpression {
  readonly kind: "aggregate";
  readonly name: AggregateName;
  readonly operand: Expression | null;
  readonly where: Expression | null;
  readonly overSeconds: number | null;
  /** The window ends this many seconds before t: event times in (t − o − d, t − o]. Absent: it ends at t. */
  readonly endingSecondsBefore?: number;
  /** Only for `latest` and `first`; the others always skip nulls. */
  readonly ignoreNulls: boolean;
  /** Only for `percentile`: 0 is the smallest value, 0.5 the median, 1 the largest. */
  readonly fraction?: number;
  /** Only for `last_n` and `collect`: the maximum number of values. */
  readonly limit?: number;
}

/** The expression of a feature: aggregates over the source's rows, and scalar expressions over aggregates. */
export type Expression =
  | ColumnExpression
  | LiteralExpression
  | ArithmeticExpression
  | ComparisonExpression
  | LogicExpression
  | NotExpression
  | InExpression
  | NullTestExpression
  | CaseExpression
  | CoalesceExpression
  | StringFunctionExpression
  | JsonGetExpression
  | CastExpression
  | DatePartExpression
  | TimeBetweenExpression
  | VectorFunctionExpression
  | SqlExpression
  | AggregateExpression;
