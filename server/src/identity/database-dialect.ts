import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { Database, Value } from "../database/index";

/** Lets Better Auth run its statements on a `Database`, one by one: there are no transactions. */
export function createDatabaseDialect(database: Pick<Database, "query">): Dialect {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> {
      const { query, sql, parameters } = compiled;
      // The number of changed rows is only known from the rows themselves.
      const counts = (query.kind === "DeleteQueryNode" || query.kind === "UpdateQueryNode") && !query.returning;
      const rows = await database.query<Record<string, Value>>(
        { text: counts ? `${sql} returning 1` : sql, parameters: parameters.map(textOf) },
        { deadlineMs: DEADLINE_MS },
      );
      if (counts) return { rows: [], numAffectedRows: BigInt(rows.length) };
      return { rows: rows.map(withDates) as Row[] };
    },
    streamQuery: () => {
      throw new Error("Better Auth does not stream");
    },
  };
  const none = async () => undefined;
  const noTransactions = async () => {
    throw new Error("there are no transactions");
  };
  const driver: Driver = {
    init: none,
    acquireConnection: async () => connection,
    releaseConnection: none,
    beginTransaction: noTransactions,
    commitTransaction: noTransactions,
    rollbackTransaction: noTransactions,
    destroy: none,
  };
  return {
    createDriver: () => driver,
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  };
}

const DEADLINE_MS = 5000;

/** Parameters are sent as text. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Times arrive as PostgreSQL's text: `2026-01-31 12:00:00.5+01`. The columns of all its times end with "At". */
function withDates(row: Record<string, Value>): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]) => {
    if (!/At$/.test(name) || typeof value !== "string") return [name, value] as const;
    return [name, new Date(value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"))] as const;
  });
  return Object.fromEntries(entries);
}
