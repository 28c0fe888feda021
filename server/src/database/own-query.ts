import type { CallOptions, Database, Statement, TransactionSettings } from "./database";
import { DatabaseError } from "./database-error";

const TRIES = 3;
const SERIALIZATION_FAILURE = "40001";

/**
 * Runs an internal statement in a transaction that does not depend on the defaults of the role and the database. A statement
 * that fails to serialize is retried, since it is atomic: three attempts in all.
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
