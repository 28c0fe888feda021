import type { History, Relation, Source, SourceColumn, TimeColumn } from "../ir/nodes";
import type { KeyType, ValueType } from "../ir/types";
import type { ColumnDefinition } from "./column";
import { allOf, scalar } from "./scalar";
import type { Level, Scalar, Typed } from "./scalar-types";

export type ColumnSet = Readonly<Record<string, ColumnDefinition<ValueType, boolean>>>;
export type KeyColumnSet = Readonly<Record<string, ColumnDefinition<KeyType, boolean>>>;

/** A row of a source as expressions; key columns are never null, since rows with a null key are ignored. */
export type Row<K extends KeyColumnSet, C extends ColumnSet> = {
  readonly [Name in keyof K]: Scalar<K[Name]["type"], false, "row">;
} & {
  readonly [Name in keyof C]: C[Name] extends ColumnDefinition<infer T, infer N> ? Scalar<T, N, "row"> : never;
};

/** A time column: its name, in the database or as declared, with a zone where it stores none. */
export type TimeColumnOption = string | { readonly column: string; readonly zone?: string };

type RelationOption =
  | {
      /** `table` or `schema.table`; a view serves as well. */
      readonly table: string;
      readonly query?: never;
    }
  | {
      /** A `select` statement whose result is the source. */
      readonly query: string;
      readonly table?: never;
    };

export type SourceOptions<K extends KeyColumnSet, C extends ColumnSet> = RelationOption & {
  readonly name: string;
  /**
   * The columns that hold the entity key, under the entity's names. Ignored are rows in which one is null, and, counted,
   * those whose key has more than `LONGEST_KEY_BYTES` bytes together with the tenant.
   */
  readonly key: K;
  /** When a row became true. Windows, `latest` and `first` need it. */
  readonly eventTime?: TimeColumnOption;
  /** When the store could first have known a row, where the table says so. */
  readonly knownTime?: TimeColumnOption;
  /** What orders rows of equal event time. */
  readonly tieBreak?: string | readonly string[];
  /** The column that names the tenant; without it the rows are everybody's. */
  readonly tenant?: string;
  /** `events`: append-only facts. `versions`: rows with a validity start. `current`: updated in place. */
  readonly history?: History;
  readonly columns: C;
};

/** A table or query with typed columns, as views read it. */
export interface SourceDefinition<K extends KeyColumnSet, C extends ColumnSet> {
  readonly kind: "source_definition";
  readonly ir: Source;
  /** The source of only those rows for which the condition is true. */
  where(condition: (row: Row<K, C>) => Typed<"bool", boolean, "row">): SourceDefinition<K, C>;
  /** Exists for the type checker only. */
  readonly "~columns"?: readonly [key: K, columns: C];
}

function columnsOf(columns: ColumnSet): SourceColumn[] {
  return Object.entries(columns).map(([name, column]) => ({
    name,
    column: column.databaseName ?? name,
    type: column.type,
    nullable: column.isNullable,
    zone: column.zone,
    ...(column.isStatic ? { static: true as const } : {}),
  }));
}

function relationOf(options: { readonly table?: string; readonly query?: string }): Relation {
  if (options.query !== undefined) return { kind: "query", text: options.query };
  const table = options.table ?? "";
  const dot = table.indexOf(".");
  if (dot === -1) return { kind: "table", schema: null, table };
  return { kind: "table", schema: table.slice(0, dot), table: table.slice(dot + 1) };
}

/**
 * A row whose properties are the source's columns.
 *
 * A name that is not among them gives a column all the same, for `checkDefinitions` to report with its suggestion:
 * loaders run TypeScript without checking types, and "cannot read properties of undefined" would be all one saw.
 */
export function rowOf<K extends KeyColumnSet, C extends ColumnSet>(source: Source): Row<K, C> {
  const columnOf = (name: string): Scalar<ValueType, boolean, Level> => {
    const inKey = source.key.find((column) => column.name === name);
    const declared = inKey ?? source.columns.find((column) => column.name === name);
    const type = declared?.type ?? "string";
    return scalar({ kind: "column", name, type, nullable: inKey ? false : (declared?.nullable ?? true) });
  };
  const row = new Proxy({}, { get: (_target, name) => (typeof name === "string" ? columnOf(name) : undefined) });
  return row as Row<K, C>;
}

function define<K extends KeyColumnSet, C extends ColumnSet>(ir: Source): SourceDefinition<K, C> {
  return {
    kind: "source_definition",
    ir,
    where: (condition) => define({ ...ir, filter: allOf([ir.filter, condition(rowOf<K, C>(ir)).expression]) }),
  };
}

/**
 * Declares a source: a table, view or query with typed columns.
 *
 * @example
 * const plays = source({
 *   name: "plays", table: "play_events", key: { track_id: int64() }, eventTime: "played_at", tieBreak: "id",
 *   history: "events", columns: { seconds: int32() },
 * });
 */
export function source<const K extends KeyColumnSet, const C extends ColumnSet>(
  options: SourceOptions<K, C>,
): SourceDefinition<K, C> {
  const key = columnsOf(options.key);
  const columns = columnsOf(options.columns);
  const declared = (name: string): SourceColumn | undefined =>
    [...key, ...columns].find((column) => column.name === name);
  const databaseName = (name: string): string => declared(name)?.column ?? name;
  const timeColumn = (option: TimeColumnOption | undefined): TimeColumn | null => {
    if (option === undefined) return null;
    const { column, zone } = typeof option === "string" ? { column: option, zone: undefined } : option;
    return { column: databaseName(column), zone: zone ?? declared(column)?.zone ?? null };
  };
  const tieBreak = typeof options.tieBreak === "string" ? [options.tieBreak] : (options.tieBreak ?? []);
  return define({
    kind: "source",
    name: options.name,
    relation: relationOf(options),
    key,
    columns,
    eventTime: timeColumn(options.eventTime),
    knownTime: timeColumn(options.knownTime),
    tieBreak: tieBreak.map(databaseName),
    tenant: options.tenant === undefined ? null : databaseName(options.tenant),
    history: options.history ?? null,
    filter: null,
  });
}
