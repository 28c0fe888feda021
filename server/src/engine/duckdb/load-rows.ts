import {
  boundedNulls,
  changedKeysTable,
  columnsOf,
  type FeatureView,
  MAX_KEY_BYTES,
  relationName,
} from "@featstore/definitions/compiler";
import { type CallOptions, type Database, DatabaseError } from "../../database/index";
import { keyColumns } from "../applied-view";
import { callFunction, HOUR_MS } from "../call-function";
import { EngineError } from "../engine-error";
import type { LocatedTable } from "../located-table";
import type { FilledChanges, FilledTable, FullReason, Run } from "../view-fills";
import type { ReadFiles } from "./read-files";

/** Rows in PostgreSQL's CSV format. Each load begins when the one before has ended. */
export type RowLoads = Iterable<AsyncIterable<Uint8Array>>;

/** The engine of a run, and the files and tables that it read. */
export interface EngineReads {
  readonly engine: string;
  /** Null if the sources are no files. */
  readonly files: ReadFiles | null;
  /** The Iceberg tables that it read. Default: none. */
  readonly tables?: readonly LocatedTable[];
}

/** The changes that an engine found for an incremental run. */
export interface EngineChanges extends EngineReads {
  /** The as-of time of the served generation, as ISO text. */
  readonly since: string;
  /** How many entities have to be computed. */
  readonly keys: number;
}

export interface RunLoader {
  /**
   * Creates the run's table, loads the rows as they come from the engine, and completes the table. If it fails, the table is dropped
   * when the run ends.
   *
   * @throws RegistryError `lease_lost`, `run_already_loads`, `duplicate_key`
   */
  loadRows(reads: EngineReads, loads: RowLoads): Promise<FilledTable>;
  /** Creates the tables of an incremental run. Returns the reason if the run has to be full, and records it. */
  beginChanges(changes: EngineChanges | { readonly full: FullReason }): Promise<FullReason | null>;
  /** Loads the keys of the entities that were computed, and their rows, and completes the run's table. */
  loadChanges(changes: EngineChanges, keys: AsyncIterable<Uint8Array>, loads: RowLoads): Promise<FilledChanges>;
}

/** The class of SQLSTATEs for values that a type does not take. */
const DATA_EXCEPTION = "22";

function notStorable({ name, version }: FeatureView, cause: DatabaseError): EngineError {
  return new EngineError(
    "engine_value_not_storable",
    `PostgreSQL cannot store a value that the engine computed for ${name}@${version}: ${cause.message}. Texts may not contain the null character, and times may not be before 4713 BC.`,
    { cause },
  );
}

/** The tables as the run stores them; null if there are none. */
function readTables(tables: readonly LocatedTable[]) {
  return tables.length === 0
    ? null
    : tables.map(({ relation, snapshot }) => ({ table: relationName(relation), snapshot }));
}

/** Loads what an engine has computed for a run into PostgreSQL. */
export function createRunLoader(database: Database, run: Run, view: FeatureView, callOptions: CallOptions): RunLoader {
  const options = { deadlineMs: HOUR_MS, ...callOptions };
  const call = <Result extends string>(text: string, parameters: readonly string[]) =>
    callFunction<Result>(database, `featstore.${text}`, [run.runId, run.token, ...parameters], options);
  const columns = columnsOf(view).map(({ name }) => name);
  const keysTable = changedKeysTable(view);
  const keysColumns = keyColumns(view);

  async function load(table: string, loads: RowLoads): Promise<number> {
    let rows = 0;
    try {
      for (const chunks of loads)
        rows += await database.copyFrom({ table: `features.${table}`, columns }, chunks, options);
    } catch (error) {
      throw error instanceof DatabaseError && error.sqlState?.startsWith(DATA_EXCEPTION)
        ? notStorable(view, error)
        : error;
    }
    return rows;
  }

  return {
    async loadRows({ engine, files, tables = [] }, loads) {
      const begin = "begin_load($1::text::bigint, $2::text::bigint, $3::text::jsonb)";
      const rows = await load(
        await call(begin, [JSON.stringify({ engine, files, tables: readTables(tables) })]),
        loads,
      );
      const end = "end_load($1::text::bigint, $2::text::bigint, $3::text::integer, $4::text::bigint)::text";
      return JSON.parse(await call(end, [String(MAX_KEY_BYTES), String(rows)])) as FilledTable; // the function's documented result
    },

    async beginChanges(changes) {
      const tables = "full" in changes ? null : readTables(changes.tables ?? []);
      const request = { ...changes, tables, keysTable, keysColumns, nulls: boundedNulls(view) };
      const reason = await call<FullReason | "">("begin_changes($1::text::bigint, $2::text::bigint, $3::text::jsonb)", [
        JSON.stringify(request),
      ]);
      return reason === "" ? null : reason;
    },

    async loadChanges(changes, keys, loads) {
      const names = keysColumns.map(({ name }) => name);
      await database.copyFrom({ table: `features.${keysTable}`, columns: names }, keys, options);
      await load(run.table, loads);
      const request = { keysTable, nulls: boundedNulls(view) };
      const text = await call(
        "end_changes($1::text::bigint, $2::text::bigint, $3::text::jsonb, $4::text::bigint)::text",
        [JSON.stringify(request), String(changes.keys)],
      );
      return JSON.parse(text) as FilledChanges; // the function's documented result
    },
  };
}
