import { DatabaseError } from "./database-error";

/** A statement that PostgreSQL refused because of its settings. */
export interface SettingFailure {
  readonly code: "search_path_changed" | "database_read_only" | "statement_timeout" | "lock_timeout" | "not_serialized";
  /** Names the setting, and quotes nothing from PostgreSQL. */
  readonly message: string;
}

/** Maps an error to the PostgreSQL setting that caused it; undefined if none did. */
export function settingFailure(error: unknown): SettingFailure | undefined {
  if (!(error instanceof DatabaseError)) return undefined;
  const { sqlState, message } = error;
  if (sqlState === "25006") {
    const why =
      "the database is a standby (pg_is_in_recovery()), or default_transaction_read_only is on for the role or the database";
    return { code: "database_read_only", message: `PostgreSQL accepts no writes: ${why}.` };
  }
  if (sqlState === "57014" && message.includes("statement timeout")) {
    const why = "the setting statement_timeout of the role, the database or the server is too short for it";
    return { code: "statement_timeout", message: `PostgreSQL cancelled a statement: ${why}.` };
  }
  if (sqlState === "55P03") {
    const why = "another transaction holds it for longer than the setting lock_timeout";
    return { code: "lock_timeout", message: `PostgreSQL did not get a lock in time: ${why}.` };
  }
  if (sqlState === "FS001" && message === "search_path_changed") {
    const why = "search_path has changed since a version was applied whose query names tables without their schema";
    return { code: "search_path_changed", message: `A source's query would mean something else: ${why}.` };
  }
  if (sqlState === "40001") {
    const why =
      "it reads through a connection or a server whose default_transaction_isolation or max_standby_streaming_delay lets others cancel it";
    return { code: "not_serialized", message: `PostgreSQL could not serialize a statement with others: ${why}.` };
  }
  return undefined;
}
