import {
  DEFAULT_ENGINE,
  type FilePartition,
  type History,
  type Relation,
  type Source,
  type SourceColumn,
  type TimeColumn,
} from "../ir/nodes";
import type { KeyType, ValueType } from "../ir/types";
import type { ColumnDefinition } from "./column";
import { extendedSource, keyedSource } from "./derived-source";
import type { Duration } from "./duration";
import { allOf, scalar } from "./scalar";
import type { Level, Scalar, Typed } from "./scalar-types";

export type ColumnSet = Readonly<Record<string, ColumnDefinition<ValueType, boolean>>>;
export type KeyColumnSet = Readonly<Record<string, ColumnDefinition<KeyType, boolean>>>;

/** A row of a source as expressions. Key columns are never null, since rows with a null key are ignored. */
export type Row<K extends KeyColumnSet, C extends ColumnSet> = {
  readonly [Name in keyof K]: Scalar<K[Name]["type"], false, "row">;
} & {
  readonly [Name in keyof C]: C[Name] extends ColumnDefinition<infer T, infer N> ? Scalar<T, N, "row"> : never;
};

/** A time column: its database or declared name, with a zone if it stores none. */
export type TimeColumnOption = string | { readonly column: string; readonly zone?: string };

/** A column that names of folders hold, as in `day=2026-01-31/part-0.parquet`. */
export type PartitionOption = Pick<FilePartition, "type" | "holds">;

type RelationOption =
  | {
      /**
       * The engine that reads the source, by its name in the settings `engines`. Default: `postgres`, the database of the
       * store.
       */
      readonly engine?: string;
      /**
       * `table` or `schema.table`; may be a view. With an engine of kind `duckdb`, of the PostgreSQL database in
       * `engines.<name>.url`; with one of kind `spark`, an Iceberg table: `catalog.schema.table`.
       */
      readonly table: string;
      readonly query?: never;
      readonly path?: never;
      readonly partitions?: never;
    }
  | {
      readonly engine?: string;
      /** A `select` statement, in the engine's SQL, whose result is the source. */
      readonly query: string;
      readonly table?: never;
      readonly path?: never;
      readonly partitions?: never;
    }
  | {
      readonly engine: string;
      /**
       * Parquet files: a path or a glob, `plays/*.parquet`, below the first of the engine's `roots`; or an absolute path or
       * `s3://bucket/…` below any of them. `**` stands for folders of any depth.
       */
      readonly path: string;
      /**
       * The columns that names of folders hold. `holds` says which part of the event time, in UTC, the column is: scans
       * then skip the folders that a statement cannot need.
       *
       * @example
       * partitions: { day: { type: "date", holds: "day" } } // day=2026-01-31/part-0.parquet
       */
      readonly partitions?: Readonly<Record<string, PartitionOption>>;
      readonly table?: never;
      readonly query?: never;
    };

export type SourceOptions<K extends KeyColumnSet, C extends ColumnSet> = RelationOption & {
  readonly name: string;
  /**
   * The columns that hold the entity key, under the entity's names. Rows with a null in one of them are ignored; so
   * are, and counted, rows whose key together with the tenant exceeds `MAX_KEY_BYTES` bytes.
   */
  readonly key: K;
  /** When a row became true. Required for windows, `latest` and `first`. */
  readonly eventTime?: TimeColumnOption;
  /** When the store could first have known a row, if the table records it. */
  readonly knownTime?: TimeColumnOption;
  /** The columns that order rows of equal event time. */
  readonly tieBreak?: string | readonly string[];
  /** The column that names the tenant; without it, all tenants share the rows. */
  readonly tenant?: string;
  /** `events`: append-only facts. `versions`: rows with a validity start. `current`: updated in place. */
  readonly history?: History;
  /**
   * A promise to incremental runs: no row appears or changes, including its commit, later than this after its known
   * time (or its event time, if no known time is declared). For a row whose time changes, this holds for both times.
   * Whole seconds, at least one. Absent: no promise.
   *
   * Views, queries and foreign tables need it for incremental materialization, because their rows do not record when
   * they were written: a run treats as changed all rows later than the last run's as-of time minus the lateness. Only
   * `--reconcile` finds deleted rows and rows that break the promise. Plain tables do not need a lateness and ignore
   * it.
   *
   * @example
   * source({ name: "plays", table: "plays_view", eventTime: "played_at", lateness: hours(2), … })
   */
  readonly lateness?: Duration;
  readonly columns: C;
};

/** How one source extends another. */
export interface ExtendOptions<EK extends KeyColumnSet, BaseName extends string, Name extends string> {
  /** The column that holds the other source's key; for a composite key, one column for each of its columns by name. */
  readonly by: BaseName | { readonly [Key in keyof EK]: BaseName };
  /** The columns to take from the other source, under their names. */
  readonly columns: readonly Name[];
}

/** The columns of an extended source; the added ones may be null. */
export type Extended<C extends ColumnSet, EC extends ColumnSet, Name extends keyof EC> = C & {
  readonly [N in Name]: ColumnDefinition<EC[N]["type"], true>;
};

/** The names of the columns that can hold a key. */
export type KeyName<A extends ColumnSet> = {
  readonly [N in keyof A & string]: A[N]["type"] extends KeyType ? N : never;
}[keyof A & string];

/** The columns that became the key. */
export type Keys<A extends ColumnSet, Name extends keyof A> = {
  readonly [N in Name]: ColumnDefinition<Extract<A[N]["type"], KeyType>, boolean>;
};

/** The columns that are not part of the new key, including the former key's. */
export type Others<K extends KeyColumnSet, C extends ColumnSet, Name extends PropertyKey> = {
  readonly [N in Exclude<keyof C, Name>]: C[N];
} & { readonly [N in Exclude<keyof K, Name>]: ColumnDefinition<K[N]["type"], true> };

/** A table, query or files with typed columns, as views read them. */
export interface SourceDefinition<K extends KeyColumnSet, C extends ColumnSet> {
  readonly kind: "source_definition";
  readonly ir: Source;
  /** Returns the source restricted to rows for which the condition is true. */
  where(condition: (row: Row<K, C>) => Typed<"bool", boolean, "row">): SourceDefinition<K, C>;
  /**
   * Returns the source with added columns of another source: those of the one row whose key the columns `by` hold, or
   * null if there is none. Of several such rows the last counts. If both sources name a tenant, the tenants match.
   *
   * A `.static()` column of the other source has its present value at past times too; for other columns, training sets
   * use the values materialized at the time.
   *
   * @example
   * analyses.extend(speeches, { by: "speech_id", columns: ["speaker"] })
   */
  extend<EK extends KeyColumnSet, EC extends ColumnSet, const Name extends keyof EC & string>(
    extension: SourceDefinition<EK, EC>,
    options: ExtendOptions<EK, keyof (K & C) & string, Name>,
  ): SourceDefinition<K, Extended<C, EC, Name>>;
  /**
   * Returns the source with another key: rows with the same value describe one entity. Rows in which it is null are
   * ignored.
   *
   * @example
   * speeches.keyedBy("speaker")
   */
  keyedBy<const Name extends KeyName<K & C>>(
    ...names: readonly Name[]
  ): SourceDefinition<Keys<K & C, Name>, Others<K, C, Name>>;
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

function relationOf({ engine, path, partitions, query, table = "" }: RelationOption): Relation {
  const named: { readonly engine?: string } = engine === undefined || engine === DEFAULT_ENGINE ? {} : { engine };
  if (path !== undefined) {
    const columns = Object.entries(partitions ?? {}).map(([name, { type, holds }]): FilePartition => {
      return { name, type, ...(holds === undefined ? {} : { holds }) };
    });
    const files = { kind: "files", engine: engine ?? DEFAULT_ENGINE, path } as const;
    return columns.length === 0 ? files : { ...files, partitions: columns };
  }
  if (query !== undefined) return { kind: "query", text: query, ...named };
  const [catalog = "", namespace = "", name = "", ...more] = table.split(".");
  if (named.engine !== undefined && name !== "" && more.length === 0)
    return { kind: "iceberg", engine: named.engine, catalog, schema: namespace, table: name };
  const dot = table.indexOf(".");
  if (dot === -1) return { kind: "table", schema: null, table, ...named };
  return { kind: "table", schema: table.slice(0, dot), table: table.slice(dot + 1), ...named };
}

/**
 * Creates a row whose properties are the source's columns.
 *
 * An unknown name also gives a column, for `checkDefinitions` to report with a suggestion: loaders run TypeScript
 * without checking types, and the author would otherwise see only "cannot read properties of undefined".
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
    extend: (extension, { by, columns }) => define(extendedSource(ir, extension.ir, by, columns)),
    keyedBy: (...names) => define(keyedSource(ir, names)),
  };
}

/**
 * Declares a source: a table, view, query, Iceberg table or Parquet files with typed columns.
 *
 * @example
 * const plays = source({
 *   name: "plays", table: "play_events", key: { song_id: int64() }, eventTime: "played_at", tieBreak: "id",
 *   history: "events", columns: { seconds: int32() },
 * });
 * const streams = source({
 *   name: "streams", engine: "lake", path: "streams/*.parquet", key: { song_id: int64() }, eventTime: "streamed_at",
 *   tieBreak: "id", history: "events", columns: { seconds: int32() },
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
    ...(options.lateness === undefined ? {} : { latenessSeconds: options.lateness.seconds }),
    filter: null,
  });
}
