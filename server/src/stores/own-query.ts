import type { CallOptions, Database, Statement, TransactionSettings } from "../database/database";
import { DatabaseError } from "../database/database-error";

const TRIES = 3;
const SERIALIZATION_FAILURE = "40001";

/**
 * Runs a statement of our own that writes, or that a run waits for, in a transaction that does not depend on the defaults of
 * role and database. It is atomic by itself, so one that could not be serialized with others is run again, three times in all.
 */
export async function ownQuery<Row extends object>(
  database: Pick<Database, "query">,
  statement: Statement,
  options: CallOptions = {},
  ownTransaction: TransactionSettings = {},
): Promise<Row[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.query<Row>(statement, { ...options, ownTransaction });
    } catch (error) {
      const isLost = error instanceof DatabaseError && error.sqlState === SERIALIZATION_FAILURE;
      if (!isLost || tries === TRIES) throw error;
    }
  }
}
