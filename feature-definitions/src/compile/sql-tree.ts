import type { AggregateName, Expression } from "../ir/expressions";
import type { Relation } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import type { Period } from "./period";

/*
 * Queries as data, without a dialect. Relations, grouping and windows are nodes of this tree; the scalar language is
 * the IR's own, its columns bound to fields, so that each portable expression is rendered in one place.
 */

/** A column of a relation in scope. `type` is set where the value already has that type, and no conversion is due. */
export interface Field {
  readonly kind: "field";
  readonly relation: string;
  readonly name: string;
  readonly type: ValueType | null;
}

export type SqlExpression =
  | Field
  /** A source column as its author typed it: converted from whatever the database has. */
  | { readonly kind: "read"; readonly field: Field; readonly type: ValueType; readonly zone: string | null }
  /** An instant from a zoneless time; `zone: null`: it is one already. */
  | { readonly kind: "instant"; readonly operand: SqlExpression; readonly zone: string | null }
  /**
   * The as-of time, or the time so many seconds before it, as an instant or as the time on a zone's clock. `of` is the
   * column that holds it; null: it is the statement's first parameter.
   */
  | {
      readonly kind: "as_of";
      readonly of: SqlExpression | null;
      readonly secondsBefore: number;
      readonly zone: string | null;
    }
  /** An aggregate-free IR expression; `fields` binds its columns by name. */
  | { readonly kind: "scalar"; readonly expression: Expression; readonly fields: Bindings }
  /** What a cast reads: the operand itself, the text in the case of JSON that is not cast to an array. */
  | { readonly kind: "cast_input"; readonly cast: CastOf; readonly fields: Bindings }
  /** What a cast makes of its input. */
  | { readonly kind: "cast_value"; readonly cast: CastOf; readonly input: SqlExpression }
  /** A time, those of prehistory as one from which a window can still be taken. */
  | { readonly kind: "within_reach"; readonly operand: SqlExpression }
  | { readonly kind: "convert"; readonly operand: SqlExpression; readonly type: ValueType }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "shared_scope" }
  /** True; where two rows have the same key, the statement fails and names it. */
  | {
      readonly kind: "one_row_per_key";
      readonly relation: Extract<Relation, { kind: "table" }>;
      readonly columns: readonly string[];
    }
  /** `type: null`: it gets the type of what it stands beside in a union. */
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
  | {
      readonly kind: "aggregate";
      readonly name: Exclude<AggregateName, "latest" | "first" | "last_n" | "collect">;
      readonly operand: SqlExpression | null;
      /** The operand's declared type; null for `count` of rows. */
      readonly operandType: ValueType | null;
      /** Of `percentile`; null for all others. */
      readonly fraction: SqlExpression | null;
      readonly filter: readonly SqlExpression[];
    }
  /** The largest time; null over nothing. */
  | { readonly kind: "last_time"; readonly operand: SqlExpression; readonly filter: readonly SqlExpression[] }
  /** True when the operand is true for a row. */
  | { readonly kind: "any_true"; readonly operand: SqlExpression }
  /** The operand's value in the first row that passes the filter: the first in `order`, or as the rows come. */
  | {
      readonly kind: "pick";
      readonly operand: SqlExpression;
      readonly type: ValueType;
      readonly filter: readonly SqlExpression[];
      readonly order: readonly Ordering[];
    }
  /** The operand's values in the rows that pass the filter: in `order`, or the first `limit` of them as the rows come. */
  | {
      readonly kind: "gather";
      readonly operand: SqlExpression;
      readonly type: "string[]" | "float64[]";
      readonly filter: readonly SqlExpression[];
      readonly order: readonly Ordering[];
      readonly limit: number | null;
    }
  /** A list from its end to its beginning. */
  | { readonly kind: "reversed"; readonly operand: SqlExpression }
  /** A list of the operand alone. */
  | { readonly kind: "list_of"; readonly operand: SqlExpression; readonly type: "string[]" | "float64[]" }
  /** How many of the values, which are all there are, occur. */
  | {
      readonly kind: "count_values";
      readonly operand: SqlExpression;
      readonly values: readonly SqlExpression[];
      readonly filter: readonly SqlExpression[];
    }
  /** A sum by a count: as exact as the sum; null over nothing. */
  | { readonly kind: "mean"; readonly sum: SqlExpression; readonly count: SqlExpression }
  /** How many different values occur, found without an order of rows by value. */
  | { readonly kind: "count_listed"; readonly operand: SqlExpression; readonly filter: readonly SqlExpression[] }
  /** 1 for the first row of the window; with a condition: 1 for the first row for which it is true, never 1 for others. */
  | { readonly kind: "rank"; readonly window: string; readonly condition: SqlExpression | null }
  /** An aggregate over a row's frame of a window. */
  | { readonly kind: "over"; readonly operand: SqlExpression; readonly window: string }
  /** The names whose condition is true; null when none is. */
  | { readonly kind: "names"; readonly entries: readonly { readonly name: string; readonly when: SqlExpression }[] };

/** IR columns by name, and what stands for them here. */
export type Bindings = ReadonlyMap<string, SqlExpression>;

export type CastOf = Extract<Expression, { kind: "cast" }>;

export interface Item {
  readonly name: string;
  readonly expression: SqlExpression;
}

export interface Ordering {
  readonly expression: SqlExpression;
  readonly descending: boolean;
  /** Strings order by code point. */
  readonly string: boolean;
}

export interface Window {
  readonly name: string;
  readonly partition: readonly SqlExpression[];
  readonly order: readonly Ordering[];
  /**
   * Which rows a row looks at. Absent: those before it and itself, row by row. Else those whose time, by which alone the
   * window is ordered, is not later than its own, or is in a period that trails it: those of equal time are together.
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
    /** `semi`: keeps rows that have a match, each once; nothing of the match can be read. */
    readonly kind: "left" | "inner" | "semi";
    readonly relation: FromRelation;
    readonly alias: string;
    readonly on: readonly SqlExpression[];
  }[];
}

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  /** Keeps the first row of each, in `orderBy`. */
  readonly distinctOn: readonly SqlExpression[];
  readonly items: readonly Item[];
  readonly from: From;
  readonly where: readonly SqlExpression[];
  readonly groupBy: readonly SqlExpression[];
  readonly windows: readonly Window[];
  readonly orderBy: readonly Ordering[];
  /** Computed row by row before anything reads it: an expression read twice is not evaluated twice. */
  readonly computedOnce: boolean;
}

export interface Union {
  readonly kind: "union_all";
  readonly selects: readonly Select[];
}

export interface Stage {
  readonly name: string;
  readonly query: Select | Union | Query;
}

/** Stages by name, each reading earlier ones, then the result. */
export interface Query {
  readonly kind: "query";
  readonly stages: readonly Stage[];
  readonly result: Select;
}

export type { Relation };

/** A select with nothing but what is given. */
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

/** The conjunction of conditions, the condition itself where there is one. */
export function allOf(conditions: readonly SqlExpression[]): SqlExpression | null {
  const [first, ...rest] = conditions;
  if (!first) return null;
  return rest.length === 0 ? first : { kind: "and", operands: conditions };
}

/** The disjunction of conditions, null for none. */
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
