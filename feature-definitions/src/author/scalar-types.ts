// Over 200 lines of types only: the static side of the expression language. `scalar.ts` has the implementation.
import type { DatePart, Expression } from "../ir/expressions";
import type { Feature, Metric } from "../ir/nodes";
import type { ComparableType, castTargets, NumericType, OrderedType } from "../ir/type-tables";
import type { ScalarType, ValueType, VectorType } from "../ir/types";
import type { RowValue } from "./values";

/** `row`: one value per source row. `entity`: one per entity, from aggregates. A constant fits either. */
export type Level = "row" | "entity";

/** An expression with its static type, nullability and level; recognised by its plain fields. */
export interface Typed<T extends ValueType, N extends boolean, L extends Level> {
  readonly kind: "scalar";
  readonly expression: Expression;
  /** Exists for the type checker only. */
  readonly "~types"?: readonly [type: T, nullable: N, level: L];
}

export type Or<A extends boolean, B extends boolean> = true extends A | B ? true : false;

export type TypeOf<O> = O extends Typed<infer T, boolean, Level> ? T : never;
export type NullabilityOf<O> = O extends Typed<ValueType, infer N, Level> ? N : false;
export type LevelOf<O> = O extends Typed<ValueType, boolean, infer L> ? L : never;

/** The operand levels allowed with an expression of level L: the same level, or any for a constant. */
type OperandLevel<L extends Level> = [L] extends [never] ? Level : L;

/** The operands an author may write for a value of type T in a comparison, `in`, `coalesce` or `when`. */
export type PlainValue<T extends ValueType> = T extends "bool"
  ? boolean
  : T extends "int32" | "float32" | "float64"
    ? number
    : T extends "int64"
      ? number | bigint
      : T extends "decimal"
        ? number | bigint | string
        : T extends "string" | "timestamp" | "date" | "uuid"
          ? string
          : never;

/** int64 arithmetic takes bigint constants only: `0.5` would silently make it float64. */
type ArithmeticValue<T extends NumericType> = T extends "int64" ? bigint : PlainValue<T>;

/** The type of a constant in JavaScript; `1` is int32, `0.5` and any number of unknown value float64. */
export type TypeOfValue<V> = V extends boolean
  ? "bool"
  : V extends bigint
    ? "int64"
    : V extends number
      ? `${V}` extends `${bigint}`
        ? "int32"
        : "float64"
      : V extends string
        ? "string"
        : never;

type Float = "float32" | "float64";

/** Decimals and floats do not mix; cast one of them first. */
export type MixesWith<T extends NumericType> = T extends "decimal"
  ? Exclude<NumericType, Float>
  : T extends Float
    ? Exclude<NumericType, "decimal">
    : NumericType;

/** Mirrors `arithmeticType` of `ir/type-of.ts`. */
export type ArithmeticType<
  T extends ValueType,
  U extends ValueType,
  Division extends boolean = false,
> = "decimal" extends T | U
  ? "decimal"
  : Float extends Exclude<Float, T | U>
    ? Division extends true
      ? "float64"
      : "int64" extends T | U
        ? "int64"
        : "int32"
    : "float64";

/** The type of a constant as an operand of an expression of type T. */
type ConstantType<T extends ValueType, V> = T extends "int32" ? TypeOfValue<V> : T;

type OperandType<T extends ValueType, O> = [TypeOf<O>] extends [never] ? ConstantType<T, O> : TypeOf<O>;

type ArithmeticOperand<T extends NumericType, L extends Level> =
  | ArithmeticValue<T>
  | Typed<MixesWith<T>, boolean, OperandLevel<L>>;

type ComparableWith<T extends ValueType> = T extends NumericType ? MixesWith<T> : T;

/** The other side of a comparison: a constant, or an expression of a type comparable with T. */
export type ComparisonOperand<T extends ValueType, L extends Level> =
  | PlainValue<T>
  | Typed<ComparableWith<T>, boolean, OperandLevel<L>>;

/** A value of exactly type T: a constant or an expression. */
export type SameTypeOperand<T extends ValueType, L extends Level> = PlainValue<T> | Typed<T, boolean, OperandLevel<L>>;

type Comparison<N extends boolean, L extends Level, O> = Scalar<"bool", Or<N, NullabilityOf<O>>, L | LevelOf<O>>;

interface NullTestMethods<L extends Level> {
  isNull(): Scalar<"bool", false, L>;
  isNotNull(): Scalar<"bool", false, L>;
}

interface EqualityMethods<T extends ValueType, N extends boolean, L extends Level> {
  eq<O extends ComparisonOperand<T, L>>(other: O): Comparison<N, L, O>;
  ne<O extends ComparisonOperand<T, L>>(other: O): Comparison<N, L, O>;
  /** Returns whether the value is one of these constants. */
  in(...values: PlainValue<T>[]): Scalar<"bool", N, L>;
}

interface OrderMethods<T extends ValueType, N extends boolean, L extends Level> {
  lt<O extends ComparisonOperand<T, L>>(other: O): Comparison<N, L, O>;
  lte<O extends ComparisonOperand<T, L>>(other: O): Comparison<N, L, O>;
  gt<O extends ComparisonOperand<T, L>>(other: O): Comparison<N, L, O>;
  gte<O extends ComparisonOperand<T, L>>(other: O): Comparison<N, L, O>;
}

type Arithmetic<T extends NumericType, L extends Level, O, Division extends boolean = false> = Scalar<
  ArithmeticType<T, OperandType<T, O>, Division>,
  true,
  L | LevelOf<O>
>;

/** Division by zero and overflow give null, so the result of arithmetic may always be null. */
interface ArithmeticMethods<T extends NumericType, L extends Level> {
  plus<const O extends ArithmeticOperand<T, L>>(other: O): Arithmetic<T, L, O>;
  minus<const O extends ArithmeticOperand<T, L>>(other: O): Arithmetic<T, L, O>;
  times<const O extends ArithmeticOperand<T, L>>(other: O): Arithmetic<T, L, O>;
  /** Quotient; float64 unless an operand is decimal. Whole numbers divide with a fraction. */
  dividedBy<const O extends ArithmeticOperand<T, L>>(other: O): Arithmetic<T, L, O, true>;
}

type Whole = Exclude<NumericType, Float>;

interface ModuloMethods<T extends Whole, L extends Level> {
  /** Remainder, with the sign of the dividend. Not for floats. */
  modulo<const O extends bigint | ArithmeticValue<T> | Typed<Whole, boolean, OperandLevel<L>>>(
    other: O,
  ): Arithmetic<T, L, O>;
}

/** The nullability of an operation with several operands: null if one of them is. */
type Joined<T extends ValueType, N extends boolean, L extends Level, O extends readonly unknown[]> = Scalar<
  T,
  Or<N, NullabilityOf<O[number]>>,
  L | LevelOf<O[number]>
>;

interface LogicMethods<N extends boolean, L extends Level> {
  and<O extends readonly Typed<"bool", boolean, OperandLevel<L>>[]>(...others: O): Joined<"bool", N, L, O>;
  or<O extends readonly Typed<"bool", boolean, OperandLevel<L>>[]>(...others: O): Joined<"bool", N, L, O>;
  not(): Scalar<"bool", N, L>;
}

interface StringMethods<N extends boolean, L extends Level> {
  /** Maps ASCII letters to lower case. */
  lower(): Scalar<"string", N, L>;
  /** Maps ASCII letters to upper case. */
  upper(): Scalar<"string", N, L>;
  /** Removes the spaces at both ends. */
  trim(): Scalar<"string", N, L>;
  /** Number of code points. */
  length(): Scalar<"int32", N, L>;
  /** Joins texts; null if an operand is null. */
  concat<O extends readonly SameTypeOperand<"string", L>[]>(...others: O): Joined<"string", N, L, O>;
  /** Returns a part of the text. `start` counts code points from 1; without a length, up to the end. */
  substring(start: number, length?: number): Scalar<"string", N, L>;
  contains<O extends SameTypeOperand<"string", L>>(text: O): Comparison<N, L, O>;
  startsWith<O extends SameTypeOperand<"string", L>>(text: O): Comparison<N, L, O>;
  replace(from: string, to: string): Scalar<"string", N, L>;
}

interface JsonMethods<L extends Level> {
  /** The value at a path of object keys and array positions (from 0); null if absent or JSON null. */
  get(...path: readonly [string | number, ...(string | number)[]]): Scalar<"json", true, L>;
}

interface CalendarMethods<N extends boolean, L extends Level> {
  year(zone?: string): Scalar<"int32", N, L>;
  month(zone?: string): Scalar<"int32", N, L>;
  day(zone?: string): Scalar<"int32", N, L>;
  /** 1 is Monday, 7 Sunday. */
  dayOfWeek(zone?: string): Scalar<"int32", N, L>;
  dayOfYear(zone?: string): Scalar<"int32", N, L>;
}

interface DateMethods<N extends boolean, L extends Level> {
  /** Number of days from `start` to this date. */
  daysSince<O extends SameTypeOperand<"date", L>>(start: O): Scalar<"int32", Or<N, NullabilityOf<O>>, L | LevelOf<O>>;
}

interface ClockMethods<N extends boolean, L extends Level> {
  hour(zone?: string): Scalar<"int32", N, L>;
  /** Seconds since 1970-01-01T00:00:00Z, with a fraction. */
  epochSeconds(): Scalar<"float64", N, L>;
  /** Seconds from `start` to this time, with a fraction. */
  secondsSince<O extends SameTypeOperand<"timestamp", L>>(
    start: O,
  ): Scalar<"float64", Or<N, NullabilityOf<O>>, L | LevelOf<O>>;
}

type Targets<T extends ScalarType> = (typeof castTargets)[T][number];

interface CastMethodTypes {
  readonly bool: "bool";
  readonly int32: "int32";
  readonly int64: "int64";
  readonly float32: "float32";
  readonly float64: "float64";
  readonly decimal: "decimal";
  readonly string: "string";
  readonly timestamp: "timestamp";
  readonly date: "date";
  readonly uuid: "uuid";
  readonly json: "json";
  readonly stringArray: "string[]";
  readonly float64Array: "float64[]";
}

/** Casts that lose no value; mirrors `isLosslessCast`, and a test compares both. */
type LosslessTargets<T extends ScalarType> = T extends "int64"
  ? Exclude<Targets<T>, "int32">
  : T extends "float32"
    ? Float
    : T extends "float64"
      ? "float64"
      : T extends "decimal"
        ? "decimal" | "string"
        : T extends "string" | "json"
          ? T
          : Targets<T>;

type CastNullability<T extends ScalarType, N extends boolean, To extends ValueType> =
  To extends LosslessTargets<T> ? N : true;

/** Casts that give null for a value that does not parse or fit, and count it; `.strict()` fails the run instead. */
export type Cast<From extends ScalarType, To extends ValueType, N extends boolean, L extends Level> = Scalar<
  To,
  CastNullability<From, N, To>,
  L
> & { strict(): Scalar<To, From extends "json" ? true : N, L> };

type CastMethods<T extends ScalarType, N extends boolean, L extends Level> = {
  readonly [M in keyof CastMethodTypes as CastMethodTypes[M] extends Targets<T> ? M : never]: () => Cast<
    T,
    CastMethodTypes[M],
    N,
    L
  >;
};

/**
 * The contract methods of a feature; each call returns a feature with the addition. `D` is true if it has a default.
 */
interface DescribedMethods<T extends ValueType, N extends boolean, V, D extends boolean> {
  describe(description: string): FeatureDefinition<T, N, V, D>;
  /** Unit for readers and generated documents: `"seconds"`, `"USD"`. */
  unit(unit: string): FeatureDefinition<T, N, V, D>;
  /** The maximum share of null values in a run, 0 to 1. */
  maxNullFraction(fraction: number): FeatureDefinition<T, N, V, D>;
  /** The feature's owner, if it is not the view's owner. */
  owner(owner: string): FeatureDefinition<T, N, V, D>;
  /** Marks the values as personal data, which logs and displays may omit. */
  pii(): FeatureDefinition<T, N, V, D>;
  tags(...tags: string[]): FeatureDefinition<T, N, V, D>;
}

interface DefaultMethods<T extends ValueType, N extends boolean, V> {
  /**
   * Sets the value to read instead of null, online and in training sets alike, also for an entity that is unknown,
   * without rows or expired. The stored value stays null.
   */
  default(value: V): FeatureDefinition<T, N, V, true>;
}

interface RangeMethods<T extends ValueType, N extends boolean, V, D extends boolean> {
  /** Range of values; both bounds are inclusive. */
  between(minimum: number, maximum: number): FeatureDefinition<T, N, V, D>;
}

interface ChoiceMethods<T extends ValueType, N extends boolean, D extends boolean> {
  /** The only values that the feature takes besides null; the row type becomes their union. */
  oneOf<const V extends PlainValue<T>>(...values: V[]): FeatureDefinition<T, N, V, D>;
}

interface VectorMethods<T extends ValueType, N extends boolean, V, D extends boolean> {
  /** Names the embedding space: vectors are comparable only within one space. The default metric is cosine. */
  space(space: string, options?: { readonly metric?: Metric }): FeatureDefinition<T, N, V, D>;
}

/** The contract methods of a feature of type T, nullable or not, whose value is V. */
export type ContractMethods<T extends ValueType, N extends boolean, V, D extends boolean = false> = DescribedMethods<
  T,
  N,
  V,
  D
> &
  (T extends Exclude<ScalarType, "json"> ? DefaultMethods<T, N, V> : unknown) &
  (T extends NumericType ? RangeMethods<T, N, V, D> : unknown) &
  (T extends "string" | "int32" ? ChoiceMethods<T, N, D> : unknown) &
  (T extends VectorType ? VectorMethods<T, N, V, D> : unknown);

/** An expression of type T with the methods that T has; at entity level it is also a feature. */
export type Scalar<T extends ValueType, N extends boolean, L extends Level> = Typed<T, N, L> &
  NullTestMethods<L> &
  (T extends ComparableType ? EqualityMethods<T, N, L> : unknown) &
  (T extends OrderedType ? OrderMethods<T, N, L> : unknown) &
  (T extends NumericType ? ArithmeticMethods<T, L> : unknown) &
  (T extends Whole ? ModuloMethods<T, L> : unknown) &
  (T extends "bool" ? LogicMethods<N, L> : unknown) &
  (T extends "string" ? StringMethods<N, L> : unknown) &
  (T extends "json" ? JsonMethods<L> : unknown) &
  (T extends "date" | "timestamp" ? CalendarMethods<N, L> : unknown) &
  (T extends "date" ? DateMethods<N, L> : unknown) &
  (T extends "timestamp" ? ClockMethods<N, L> : unknown) &
  (T extends ScalarType ? CastMethods<T, N, L> : unknown) &
  ([L] extends ["entity"] ? ContractMethods<T, N, RowValue<T>> : unknown);

export type DatePartMethod = "year" | "month" | "day" | "hour" | "dayOfWeek" | "dayOfYear" | "epochSeconds";

export const datePartMethods: Readonly<Record<DatePartMethod, DatePart>> = {
  year: "year",
  month: "month",
  day: "day",
  hour: "hour",
  dayOfWeek: "day_of_week",
  dayOfYear: "day_of_year",
  epochSeconds: "epoch_seconds",
};

/** The result type of each cast method. */
export const castMethods: Readonly<CastMethodTypes> = {
  bool: "bool",
  int32: "int32",
  int64: "int64",
  float32: "float32",
  float64: "float64",
  decimal: "decimal",
  string: "string",
  timestamp: "timestamp",
  date: "date",
  uuid: "uuid",
  json: "json",
  stringArray: "string[]",
  float64Array: "float64[]",
};

export type FeatureParts = Omit<Feature, "name">;

/** A feature without its name: an expression of entity level with a contract. V is its non-null value. */
export type FeatureDefinition<T extends ValueType, N extends boolean, V, D extends boolean = false> = ContractMethods<
  T,
  N,
  V,
  D
> & {
  readonly kind: "feature_definition";
  readonly parts: FeatureParts;
  /** Exists for the type checker only. */
  readonly "~feature"?: readonly [type: T, nullable: N, value: V, hasDefault: D];
};
