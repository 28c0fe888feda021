import type { RunStore } from "../../stores/run-store";
import { parseQuery } from "../query-text";
import type { ServingRegistry } from "../serving-registry";
import { refuseStoreFault } from "../store-fault";
import { runDocument } from "./run-document";
import { runQuery } from "./run-query";

/** Runs for readers of the API. */
export interface RunReader {
  /**
   * A page of runs, newest first; `query` is the raw one. Errors: those of `runQuery` and `parseQuery`,
   * `store_unavailable`, `store_timeout`, `overloaded`.
   */
  list(query: string): Promise<object>;
}

const DEADLINE_MS = 5_000;

export function createRunReader(registry: ServingRegistry, store: RunStore): RunReader {
  return {
    async list(query) {
      const wanted = runQuery(registry.current().snapshot, parseQuery(query, ["view", "state", "limit", "before"]));
      // One more than is shown tells whether there is another page.
      const runs = await store
        .list({ ...wanted, limit: wanted.limit + 1 }, { deadlineMs: DEADLINE_MS })
        .catch(refuseStoreFault);
      const shown = runs.slice(0, wanted.limit);
      const next = runs.length > wanted.limit ? (shown.at(-1)?.runId ?? null) : null;
      return { materializations: shown.map(runDocument), next };
    },
  };
}
