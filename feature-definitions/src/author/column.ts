import type { ValueType } from "../ir/types";

/** The declared type of a source's column; its record key is the column's name. */
export interface ColumnDefinition<T extends ValueType, N extends boolean> {
  readonly kind: "column_definition";
  readonly type: T;
  readonly isNullable: N;
  /** The name in the database; null: the same as the declared name. */
  readonly databaseName: string | null;
  readonly zone: string | null;
  readonly isStatic: boolean;
  /** Allows nulls in the column. Without it, a null found there is reported. */
  nullable(): ColumnDefinition<T, true>;
  /** Sets the column's name in the database, if it differs. */
  from(databaseName: string): ColumnDefinition<T, N>;
  /**
   * Declares that the value never changes once the row exists: a title, a date of birth. For a source that is updated
   * in place, training sets know only such columns at a past time; the others are null.
   */
  static(): ColumnDefinition<T, N>;
}

interface ColumnParts<T extends ValueType, N extends boolean> {
  readonly type: T;
  readonly isNullable: N;
  readonly databaseName: string | null;
  readonly zone: string | null;
  readonly isStatic: boolean;
}

function column<T extends ValueType, N extends boolean>(parts: ColumnParts<T, N>): ColumnDefinition<T, N> {
  return {
    kind: "column_definition",
    ...parts,
    nullable: () => column({ ...parts, isNullable: true }),
    from: (databaseName) => column({ ...parts, databaseName }),
    static: () => column({ ...parts, isStatic: true }),
  };
}

function required<T extends ValueType>(type: T, zone: string | null = null): ColumnDefinition<T, false> {
  return column({ type, isNullable: false, databaseName: null, zone, isStatic: false });
}

export const bool = (): ColumnDefinition<"bool", false> => required("bool");
export const int32 = (): ColumnDefinition<"int32", false> => required("int32");
export const int64 = (): ColumnDefinition<"int64", false> => required("int64");
export const float32 = (): ColumnDefinition<"float32", false> => required("float32");
export const float64 = (): ColumnDefinition<"float64", false> => required("float64");
export const decimal = (): ColumnDefinition<"decimal", false> => required("decimal");
export const string = (): ColumnDefinition<"string", false> => required("string");
export const date = (): ColumnDefinition<"date", false> => required("date");
/** Reads PostgreSQL's `uuid`. `string()` reads it too, but lookups then cannot use an index. */
export const uuid = (): ColumnDefinition<"uuid", false> => required("uuid");
export const json = (): ColumnDefinition<"json", false> => required("json");
export const stringArray = (): ColumnDefinition<"string[]", false> => required("string[]");
export const float64Array = (): ColumnDefinition<"float64[]", false> => required("float64[]");

/** An instant. A `timestamp without time zone` column needs the IANA zone of its values, `{ zone: "UTC" }`. */
export const timestamp = (options: { readonly zone?: string } = {}): ColumnDefinition<"timestamp", false> =>
  required("timestamp", options.zone ?? null);

/** A dense vector of `dimensions` float32 numbers. */
export const vector = <const D extends number>(dimensions: D): ColumnDefinition<`vector(${D})`, false> =>
  required(`vector(${dimensions})`);
