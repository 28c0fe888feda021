import { type Database, DatabaseError, type Value } from "../../database/index";
import type { RegisteredView } from "../../registry/index";
import type { ChangesLoader, GenerationLoader } from "./memory-online-store";
import {
  KEY_SEPARATOR,
  type OnlineReadRequest,
  type OnlineRow,
  type OnlineStore,
  OnlineStoreError,
  type OnlineVector,
} from "./online-store";
import { packRow } from "./packed-row";
import type { LoadedRow } from "./packed-rows";
import { type ChangesSql, createChangesSql, createServingSql, type ServingSql } from "./serving-sql";

const LOADING = { deadlineMs: 600_000, chunkRows: 250 };
const MAX_REMEMBERED = 500;

/** Reads from the tables of the generations, which exist as long as the registry names them. */
export function createPostgresOnlineStore(database: Database): OnlineStore {
  // Cached by table, since building the texts costs more than sending them.
  const remembered = new Map<string, ServingSql>();
  const sqlOf = ({ registered, table }: OnlineReadRequest): ServingSql => {
    const known = remembered.get(table);
    if (known !== undefined) return known;
    const made = createServingSql(registered.view, table);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(table, made);
    return made;
  };
  return {
    name: "postgres",
    async read(request) {
      const sql = sqlOf(request);
      const options = { deadlineMs: request.deadlineMs, isRepeatable: true };
      const found = await asStoreError(database.query(sql.rows(request.scope, request.keys), options));
      const rows: (OnlineRow | undefined)[] = request.keys.map(() => undefined);
      for (const row of found) rows[Number(row.position) - 1] = packRow(eventTimeOf(row), textsOf(row, sql.valueNames));
      return rows;
    },
    async readVectors(request) {
      const { scope, keys, feature, deadlineMs } = request;
      const options = { deadlineMs, isRepeatable: true };
      const found = await asStoreError(database.query(sqlOf(request).vectors(scope, keys, feature), options));
      const vectors: (OnlineVector | undefined)[] = keys.map(() => undefined);
      for (const row of found) {
        const text = row.v0;
        vectors[Number(row.position) - 1] = {
          eventTime: eventTimeOf(row),
          text: typeof text === "string" ? text : null,
        };
      }
      return vectors;
    },
    close: async () => undefined,
  };
}

/** Streams every row of a generation into another store. */
export function createGenerationLoader(database: Database): GenerationLoader {
  return async function* load({ view }, table) {
    const sql = createServingSql(view, table);
    for await (const chunk of database.stream(sql.all, LOADING)) yield chunk.map((row) => loadedRow(row, sql));
  };
}

/** Streams the changes of incremental runs into a store that has an earlier generation. */
export function createChangesLoader(database: Database): ChangesLoader {
  const sqlOf = ({ view, served }: RegisteredView, since: number): ChangesSql | undefined =>
    served?.shared && createChangesSql(view, served.shared.table, { after: since, upTo: served.generation });
  return {
    async *changed(registered, since) {
      const sql = sqlOf(registered, since);
      if (sql === undefined) return;
      for await (const chunk of database.stream(sql.changed, LOADING)) yield chunk.map((row) => loadedRow(row, sql));
    },
    async *removed(registered, since) {
      const sql = sqlOf(registered, since);
      if (sql === undefined) return;
      for await (const chunk of database.stream(sql.removed, LOADING)) yield chunk.map((row) => rowKey(row, sql));
    },
  };
}

/** Checks whether a generation in another store belongs to this database's history. */
export function createGenerationCheck(
  database: Database,
): (registered: RegisteredView, generation: number, asOf: bigint) => Promise<boolean> {
  return async ({ view, served }, generation, asOf) => {
    const [row] = await database.query<{ found: boolean }>(
      {
        text: `select exists (
          select from featstore.generations as g
          join featstore.generations as s on s.view = g.view and s.version = g.version and s.base_generation = g.base_generation
          where g.view = $1 and g.version = $2::text::integer and g.generation = $3::text::integer
            and featstore.epoch_microseconds(g.as_of) = $4::text::bigint and s.generation = $5::text::integer) as found`,
        parameters: [
          view.name,
          String(view.version),
          String(generation),
          String(asOf),
          String(served?.generation ?? 0),
        ],
      },
      { deadlineMs: LOADING.deadlineMs },
    );
    return row?.found === true;
  };
}

function loadedRow(row: Row, sql: ServingSql | ChangesSql): LoadedRow {
  return { ...rowKey(row, sql), eventTime: eventTimeOf(row), values: textsOf(row, sql.valueNames) };
}

function rowKey(row: Row, { keyNames }: ServingSql | ChangesSql): { readonly scope: string; readonly key: string } {
  return { scope: String(row.scope), key: textsOf(row, keyNames).join(KEY_SEPARATOR) };
}

type Row = Record<string, Value>;

function eventTimeOf(row: Row): number | null {
  return row.event_time === null || row.event_time === undefined ? null : Number(row.event_time);
}

function textsOf(row: Row, names: readonly string[]): string[] {
  return names.map((name) => String(row[name]));
}

/** Awaits a query and maps database failures to `OnlineStoreError`. */
export async function asStoreError<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    throw storeError(error);
  }
}

const CODES = {
  deadline_exceeded: "timeout",
  aborted: "timeout",
  overloaded: "overloaded",
  unreachable: "unavailable",
  closed: "unavailable",
} as const;

/** Maps a database failure to `OnlineStoreError`; a failed statement is a bug and stays as it is. */
function storeError(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code !== "statement_failed")
    return new OnlineStoreError(CODES[error.code], error.message, { cause: error });
  const state = error.sqlState ?? "";
  if (state === "42P01") return new OnlineStoreError("gone", error.message, { cause: error });
  if (state.startsWith("08") || state.startsWith("57P")) {
    return new OnlineStoreError("unavailable", error.message, { cause: error });
  }
  if (state.startsWith("53")) return new OnlineStoreError("overloaded", error.message, { cause: error });
  return error;
}
