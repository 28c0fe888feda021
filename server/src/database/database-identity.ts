import { createHash } from "node:crypto";
import type { Database } from "./database";
import { DatabaseError } from "./database-error";

const CALL = { deadlineMs: 5000 };

/**
 * Reads an identity of a database and its timeline as twelve hexadecimal digits: after a restore or a lossy failover,
 * generation numbers are reused, so they identify nothing across timelines.
 */
export async function readDatabaseIdentity(database: Database): Promise<string> {
  const ask = async (timeline: string): Promise<string> => {
    const text = `select concat_ws('.', featstore.cluster_identity(), (${timeline}),
      (select oid from pg_catalog.pg_database where datname = current_database())) as identity`;
    const [row] = await database.query<{ identity: string }>({ text }, CALL);
    return createHash("sha256")
      .update(row?.identity ?? "")
      .digest("hex")
      .slice(0, 12);
  };
  try {
    return await ask("select timeline_id from pg_catalog.pg_control_checkpoint()");
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "statement_failed") throw error;
    return ask("''"); // the role lacks the privilege
  }
}
