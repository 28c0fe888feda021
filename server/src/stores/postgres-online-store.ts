import type { Database, Value } from "../database/database";
import { DatabaseError } from "../database/database-error";
import type { GenerationLoader } from "./memory-online-store";
import {
  type EntityKey,
  KEY_SEPARATOR,
  type OnlineRow,
  type OnlineStore,
  OnlineStoreError,
  type OnlineVector,
} from "./online-store";
import { packRow } from "./packed-row";
import { allRows, rowsByKey } from "./serving-sql";

const LOAD_DEADLINE_MS = 600_000;
const CHUNK_ROWS = 2000;

/** Reads straight from the tables of the generations, which are there as long as the registry names them. */
export function createPostgresOnlineStore(database: Database): OnlineStore {
  return {
    name: "postgres",
    async read({ registered, table, scope, keys, deadlineMs }) {
      const count = valueCount(registered.view);
      const found = await told(database.query(rowsByKey(registered.view, table, scope, keys), { deadlineMs }));
      const rows: (OnlineRow | undefined)[] = keys.map(() => undefined);
      for (const row of found) rows[Number(row.position) - 1] = packRow(eventTimeOf(row), valuesOf(row, count));
      return rows;
    },
    async readVectors({ registered, table, scope, keys, deadlineMs, feature }) {
      const statement = rowsByKey(registered.view, table, scope, keys, feature);
      const found = await told(database.query(statement, { deadlineMs }));
      const vectors: (OnlineVector | undefined)[] = keys.map(() => undefined);
      for (const row of found) {
        const text = row.v0;
        vectors[Number(row.position) - 1] = { eventTime: eventTimeOf(row), text: typeof text === "string" ? text : null };
      }
      return vectors;
    },
    close: async () => undefined,
  };
}

/** Streams every row of a generation, for a store that keeps them elsewhere. */
export function createGenerationLoader(database: Database): GenerationLoader {
  return async function* load({ view }, table) {
    const count = valueCount(view);
    const chunks = database.stream(allRows(view, table), { deadlineMs: LOAD_DEADLINE_MS, chunkRows: CHUNK_ROWS });
    for await (const chunk of chunks) {
      yield chunk.map((row) => ({
        scope: String(row.scope),
        key: keyOf(row, view.entity.key.length),
        eventTime: eventTimeOf(row),
        values: valuesOf(row, count),
      }));
    }
  };
}

type Row = Record<string, Value>;

function valueCount(view: { readonly features: readonly { readonly type: string }[] }): number {
  return view.features.filter((feature) => !feature.type.startsWith("vector(")).length;
}

function keyOf(row: Row, parts: number): EntityKey {
  if (parts === 1) return String(row.k0);
  return Array.from({ length: parts }, (_, index) => String(row[`k${index}`])).join(KEY_SEPARATOR);
}

function eventTimeOf(row: Row): number | null {
  return row.event_time === null || row.event_time === undefined ? null : Number(row.event_time);
}

function valuesOf(row: Row, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(row[`v${index}`]));
}

async function told<Result>(result: Promise<Result>): Promise<Result> {
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

function storeError(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code !== "statement_failed") return new OnlineStoreError(CODES[error.code], error.message, { cause: error });
  const state = error.sqlState ?? "";
  if (state === "42P01") return new OnlineStoreError("gone", error.message, { cause: error });
  if (state.startsWith("08") || state.startsWith("57P")) {
    return new OnlineStoreError("unavailable", error.message, { cause: error });
  }
  if (state.startsWith("53")) return new OnlineStoreError("overloaded", error.message, { cause: error });
  return error;
}
