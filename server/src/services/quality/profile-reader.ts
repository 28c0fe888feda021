import { scopeOf } from "@featstore/definitions";
import { DatabaseError } from "../../database/database-error";
import { FeatstoreError } from "../../errors";
import type { QualityStore } from "../../stores/quality-store";
import { parseQuery } from "../query-text";
import type { ServingRegistry } from "../serving-registry";
import { findProfile, findVersion } from "./find-generation";
import { profileDocument } from "./profile-document";

/** Profiles for readers of the API. */
export interface ProfileReader {
  /**
   * A view's profile; `query` is the raw one, `tenant` the key's. Errors: those of finding a view, a version or a
   * generation, `invalid_parameter`, `profile_spans_tenants`, `store_unavailable`.
   */
  read(name: string, query: string, tenant: string | null): Promise<object>;
}

const DEADLINE_MS = 5_000;

export function createProfileReader(registry: ServingRegistry, quality: QualityStore): ProfileReader {
  const bounded: QualityStore = {
    ...quality,
    generation: (name) => quality.generation(name, { deadlineMs: DEADLINE_MS }).catch(refuse),
  };
  return {
    async read(name, query, tenant) {
      const { version, generation } = parseQuery(query, ["version", "generation"]);
      const registered = findVersion(registry.current().snapshot, name, version);
      // Extremes and frequent values may be another tenant's.
      if (tenant !== null && scopeOf(registered.view) === "tenant") {
        throw new FeatstoreError(
          "profile_spans_tenants",
          `The profile of "${name}" is of all tenants' rows; a key that is bound to no tenant reads it.`,
        );
      }
      return profileDocument(registered.view, await findProfile(bounded, registered, generation, null));
    },
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof DatabaseError) || error.code === "statement_failed") throw error;
  const again = { headers: { "retry-after": "1" }, cause: error };
  if (error.code === "overloaded") throw new FeatstoreError("overloaded", "Too much waits for the database.", again);
  if (error.code === "deadline_exceeded") {
    throw new FeatstoreError("store_timeout", "The database did not answer in time: try again.", again);
  }
  throw new FeatstoreError("store_unavailable", "The database cannot be reached: try again in a moment.", again);
}
