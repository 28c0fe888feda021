import { FeatstoreError, settingLabel } from "../core/index";
import { DatabaseError } from "./database-error";

/** Throws a database fault as a refusal that says to try again, and anything else unchanged. */
export function refuseStoreFault(error: unknown): never {
  if (!(error instanceof DatabaseError) || error.code === "statement_failed") throw error;
  const again = { headers: { "retry-after": "1" }, cause: error };
  if (error.code === "overloaded") {
    const limit = settingLabel("database.pool_size");
    throw new FeatstoreError(
      "overloaded",
      `Too many requests wait for the database: try again. The limit is ${limit}.`,
      again,
    );
  }
  if (error.code === "deadline_exceeded") {
    throw new FeatstoreError("store_timeout", "The database did not answer in time: try again.", again);
  }
  throw new FeatstoreError("store_unavailable", "The database cannot be reached: try again in a moment.", again);
}
