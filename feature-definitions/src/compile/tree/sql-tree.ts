import type { AggregateName, AggregateWith } from "../../ir/aggregates";
import type { Expression } from "../../ir/expressions";
import type { Relation, ServiceInput } from "../../ir/nodes";
import type { ValueType } from "../../ir/types";
import type { Period } from "./period";

/*
 * Queries as data, without a dialect. Relations, grouping and windows are nodes of this tree; the scalar language is
 * the IR's own with its columns bound to fields, so that each portable expression is rendered in one place.
 */

/** A column of a relation in scope. `type` is set if the value already has that type and needs no conversion. */
export interface Field {
  readonly kind: "field";
  readonly relation: string;
  readonly name: string;
  readonly type: ValueType | null;
  /** The column of the relation whose value is a `record` with this field. Absent: the field is a column itself. */
  readonly record?: string;
}

export type SqlExpression =
  | Field
  /**
   * A source column with its declared type, converted from the database's type. `canLose`: a value that does not fit
   * becomes null, which counts as lost.
   */
  | {
      readonly kind: "read";
      readonly field: Field;
      readonly type: ValueType;
      readonly zone: string | null;
      readonly canLose?: true;
    }
  /** An instant from a time without a zone; `zone: null` means that the value is an instant already. */
  | { readonly kind: "instant"; readonly operand: SqlExpression; readonly zone: string | null }
  /**
   * The as-of time, or the time that many seconds before it, as an instant or as local time in a zone. `of` is the
   * column that holds it; null means the statement's first parameter.
   */
  | {
      readonly kind: "as_of";
      readonly of: SqlExpression | null;
      readonly secondsBefore: number;
      readonly zone: string | null;
    }
  /** An IR expression without aggregates; `fields` binds its columns by name. */
  | { readonly kind: "scalar"; readonly expression: Expression; readonly fields: Bindings }
  /** The input of a cast: the operand itself, or its text for JSON that is not cast to an array. */
  | { readonly kind: "cast_input"; readonly cast: CastOf; readonly fields: Bindings }
  /** The result of a cast, from its input. */
  | { readonly kind: "cast_value"; readonly cast: CastOf; readonly input: SqlExpression }
  /** A time; times so early that a window cannot be subtracted from them are replaced by a later one. */
  | { readonly kind: "within_reach"; readonly operand: SqlExpression }
  | { readonly kind: "convert"; readonly operand: SqlExpression; readonly type: ValueType }
  | { readonly kind: "integer"; readonly value: number }
  /** A constant of the definition, as text. */
  | { readonly kind: "constant"; readonly value: string; readonly type: ValueType }
  | { readonly kind: "shared_scope" }
  /** True, unless two rows have the same key: then the statement fails and names the key. */
  | {
      readonly kind: "one_row_per_key";
      readonly relation: Extract<Relation, { kind: "table" }>;
      readonly columns: readonly string[];
    }
  /** `type: null`: the null takes the type of its counterpart in a union. */
  | { readonly kind: "null"; readonly type: ValueType | null }
  | {
      readonly kind: "comparison";
      readonly operator: "=" | "<>" | "<" | "<=" | ">";
      readonly left: SqlExpression;
      readonly right: SqlExpression;
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly SqlExpression[] }
  | {
      readonly kind: "test";
      readonly test: "null" | "not_null" | "true" | "not_true" | "not_false";
      readonly operand: SqlExpression;
    }
  | {
      readonly kind: "case";
      readonly when: SqlExpression;
      readonly value: SqlExpression;
      readonly otherwise: SqlExpression | null;
    }
  | { readonly kind: "coalesce"; readonly operands: readonly SqlExpression[] }
  /** A JSON value; JSON null becomes null. */
  | { readonly kind: "not_json_null"; readonly operand: SqlExpression }
  /** A text, or null if it is one of these texts after trimming white space and without regard to the case of ASCII. */
  | { readonly kind: "not_missing"; readonly operand: SqlExpression; readonly missing: readonly string[] }
  /**
   * A digest of a text that is equal for texts that differ only in case, punctuation, white space or composition; null
   * for a text without other characters.
   */
  | { readonly kind: "text_digest"; readonly operand: SqlExpression }
  /** The text of a value as PostgreSQL exports it, or else the text of the value that it was made from. */
  | {
      readonly kind: "text_or_lost";
      readonly operand: SqlExpression;
      readonly type: ValueType;
      readonly lost: SqlExpression;
    }
  /** A text that sorts and groups by code point. */
  | { readonly kind: "by_code_point"; readonly operand: SqlExpression }
  /** The digest of a key, `featstore.key_digest` of the texts of its columns. */
  | { readonly kind: "key_digest"; readonly keys: readonly SqlExpression[] }
  /** A value of a service's input, from the text of a JSON object with the inputs; null if it has another type. */
  | { readonly kind: "input_value"; readonly operand: SqlExpression; readonly input: ServiceInput }
  | {
      readonly kind: "aggregate";
      readonly name: Exclude<AggregateName, AggregateWith<{ gives: "row" | "rows" }>>;
      readonly operand: SqlExpression | null;
      /** The operand's declared type; null for `count` of rows. */
      readonly operandType: ValueType | null;
      /** For `percentile` only; null for all other aggregates. */
      readonly fraction: SqlExpression | null;
      readonly filter: readonly SqlExpression[];
    }
  /** The largest time; null if there are no rows. */
  | { readonly kind: "last_time"; readonly operand: SqlExpression; readonly filter: readonly SqlExpression[] }
  /** True if the operand is true for at least one row. */
  | { readonly kind: "any_true"; readonly operand: SqlExpression }
  /** The operand's value in the first row that passes the filter, by `order` or else in input order. */
  | {
      readonly kind: "pick";
      readonly operand: SqlExpression;
      readonly type: ValueType;
      readonly filter: readonly SqlExpression[];
      readonly order: readonly Ordering[];
    }
  /**
   * The operand's values in the rows that pass the filter: by `order`, or else the first `limit` of them in input
   * order.
   */
  | {
      readonly kind: "gather";
      readonly operand: SqlExpression;
      readonly type: "string[]" | "float64[]";
      readonly filter: readonly SqlExpression[];
      readonly order: readonly Ordering[];
      readonly limit: number | null;
    }
  /** A list in reverse order. */
  | { readonly kind: "reversed"; readonly operand: SqlExpression }
  /** A list whose subscripts begin at 1: the text of any other says where they begin. */
  | { readonly kind: "counted_from_one"; readonly operand: SqlExpression }
  /** A list with the operand as its only item. */
  | { readonly kind: "list_of"; readonly operand: SqlExpression; readonly type: "string[]" | "float64[]" }
  /** A decimal without zeros at the end of its fraction, so that equal ones have the same text. */
  | { readonly kind: "trimmed"; readonly operand: SqlExpression }
  /** A float in its type, 0 in place of -0. */
  | { readonly kind: "unsigned_zero"; readonly operand: SqlExpression; readonly type: "float64" | "float32" }
  /** The number of distinct values that occur, out of a known complete set of values. */
  | {
      readonly kind: "count_values";
      readonly operand: SqlExpression;
      readonly values: readonly SqlExpression[];
      readonly filter: readonly SqlExpression[];
    }
  /** A sum divided by a count: as exact as the sum; null if there are no rows. */
  | { readonly kind: "mean"; readonly sum: SqlExpression; readonly count: SqlExpression }
  /** The number of distinct values, computed without sorting rows by value. */
  | { readonly kind: "count_listed"; readonly operand: SqlExpression; readonly filter: readonly SqlExpression[] }
  /**
   * 1 for the first row of the window. With a condition: 1 for the first row for which it is true, never 1 for others.
   */
  | { readonly kind: "rank"; readonly window: string; readonly condition: SqlExpression | null }
  /** An aggregate over each row's window frame. */
  | { readonly kind: "over"; readonly operand: SqlExpression; readonly window: string }
  /**
   * The items of the first or last row of a window that passes the filter, as one value; null without such a row. For
   * dialects whose windows skip nulls, as the operand of `over`. `order`: an ascending order that takes the place of the
   * window's, for dialects whose windows order rows themselves.
   */
  | {
      readonly kind: "record";
      readonly items: readonly Item[];
      readonly first: boolean;
      readonly filter: readonly SqlExpression[];
      readonly order: readonly Ordering[] | null;
    }
  /** The names whose condition is true; null if there are none. */
  | { readonly kind: "names"; readonly entries: readonly { readonly name: string; readonly when: SqlExpression }[] };

/** Bindings of IR columns, by name. */
export type Bindings = ReadonlyMap<string, SqlExpression>;

export type CastOf = Extract<Expression, { kind: "cast" }>;

export interface Item {
  readonly name: string;
  readonly expression: SqlExpression;
}

export interface Ordering {
  readonly expression: SqlExpression;
  readonly descending: boolean;
  /** Orders strings by code point. */
  readonly string: boolean;
}

export interface Window {
  readonly name: string;
  readonly partition: readonly SqlExpression[];
  readonly order: readonly Ordering[];
  /**
   * The frame of each row. Absent: the rows up to and including the current one, row by row. Otherwise the rows whose
   * time (the only ordering of the window) is not later than the current row's or lies in a trailing period; rows with
   * equal times are peers.
   */
  readonly frame?: "not_later" | Period;
}

export type FromRelation =
  | Relation
  | { readonly kind: "stage"; readonly name: string }
  | { readonly kind: "select"; readonly select: Select };

export interface From {
  readonly relation: FromRelation;
  readonly alias: string;
  readonly joins: readonly {
    /**
     * `semi`: keeps rows that have a match, each once; columns of the match cannot be read. `asof`, for dialects with
     * that trait: an inner join with the match whose time is the greatest; the last condition is that it is not later.
     */
    readonly kind: "left" | "inner" | "semi" | "asof";
    readonly relation: FromRelation;
    readonly alias: string;
    readonly on: readonly SqlExpression[];
  }[];
}

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  /** Keeps the first row of each group, by `orderBy`. */
  readonly distinctOn: readonly SqlExpression[];
  readonly items: readonly Item[];
  readonly from: From;
  readonly where: readonly SqlExpression[];
  readonly groupBy: readonly SqlExpression[];
  readonly windows: readonly Window[];
  readonly orderBy: readonly Ordering[];
  /** Computed row by row before anything reads it, so that an expression read twice is evaluated once. */
  readonly computedOnce: boolean;
}

export interface Union {
  readonly kind: "union_all";
  readonly selects: readonly Select[];
}

export interface Stage {
  readonly name: string;
  readonly query: Select | Union | Query;
  /** True if it is computed once and planned alone, although its readers could be merged with it. Default: false. */
  readonly isMaterialized?: boolean;
}

/** Named stages, each reading earlier ones, followed by the result. */
export interface Query {
  readonly kind: "query";
  readonly stages: readonly Stage[];
  readonly result: Select;
}

export type { Relation };

/** A select with defaults for every clause that is not specified. */
export function select(parts: Pick<Select, "items" | "from"> & Partial<Select>): Select {
  return {
    kind: "select",
    distinct: false,
    distinctOn: [],
    where: [],
    groupBy: [],
    windows: [],
    orderBy: [],
    computedOnce: false,
    ...parts,
  };
}

export function from(relation: FromRelation, alias: string, joins: From["joins"] = []): From {
  return { relation, alias, joins };
}

export function field(relation: string, name: string, type: ValueType | null = null): Field {
  return { kind: "field", relation, name, type };
}

/** Combines conditions with `and`; a single condition is returned as it is. */
export function allOf(conditions: readonly SqlExpression[]): SqlExpression | null {
  const [first, ...rest] = conditions;
  if (!first) return null;
  return rest.length === 0 ? first : { kind: "and", operands: conditions };
}

/** Combines conditions with `or`; null for an empty list. */
export function anyOf(conditions: readonly SqlExpression[]): SqlExpression | null {
  const [first, ...rest] = conditions;
  if (!first) return null;
  return rest.length === 0 ? first : { kind: "or", operands: conditions };
}

export function isNull(operand: SqlExpression): SqlExpression {
  return { kind: "test", test: "null", operand };
}

export function isNotNull(operand: SqlExpression): SqlExpression {
  return { kind: "test", test: "not_null", operand };
}
