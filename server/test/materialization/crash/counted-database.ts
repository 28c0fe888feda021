import type { Database } from "../../../src/database/database";

export interface Statements {
  count: number;
  /** The statements (from 1) that change something. */
  readonly writes: number[];
}

const WRITING =
  /featstore\.(apply|begin_run|begin_backfill|begin_chunks|find_changes|fill|fill_changed|fill_chunk|end_chunks|inspect|profile|publish|drop_changes|sweep|sweep_backfills)\(/;

/** A database that counts its statements and has `around` send each. */
export function countedDatabase(
  database: Database,
  statements: Statements,
  around: <Rows>(statement: number, send: () => Promise<Rows>) => Promise<Rows> = (_, send) => send(),
): Database {
  return {
    ...database,
    async query(statement, options) {
      statements.count += 1;
      if (WRITING.test(statement.text)) statements.writes.push(statements.count);
      return around(statements.count, () => database.query(statement, options));
    },
  };
}
