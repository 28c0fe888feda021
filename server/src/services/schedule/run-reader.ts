import type { ListedRun, RunStore } from "../../stores/run-store";
import { hidesCounts } from "../catalog";
import { parseQuery } from "../query-text";
import type { ServingRegistry } from "../serving-registry";
import { refuseStoreFault } from "../store-fault";
import { runDocument, runDocumentWithoutCounts } from "./run-document";
import { runQuery } from "./run-query";

/** Runs for readers of the API. */
export interface RunReader {
  /**
   * A page of runs, newest first; `query` is the raw one. With a `tenant`, runs of views with tenants have no counts,
   * which are over all tenants. Errors: those of `runQuery` and `parseQuery`,
   * `store_unavailable`, `store_timeout`, `overloaded`.
   */
  list(query: string, tenant: string | null): Promise<object>;
}

const DEADLINE_MS = 5_000;

export function createRunReader(registry: ServingRegistry, store: RunStore): RunReader {
  return {
    async list(query, tenant) {
      const { snapshot } = registry.current();
      const wanted = runQuery(snapshot, parseQuery(query, ["view", "state", "limit", "before"]));
      // One more than is shown tells whether there is another page.
      const runs = await store
        .list({ ...wanted, limit: wanted.limit + 1 }, { deadlineMs: DEADLINE_MS })
        .catch(refuseStoreFault);
      const shown = runs.slice(0, wanted.limit);
      const next = runs.length > wanted.limit ? (shown.at(-1)?.runId ?? null) : null;
      const documentOf = (run: ListedRun) => {
        const registered = snapshot.featureViews.get(run.view)?.versions.get(run.version);
        // Of a version that was removed nobody knows whether it had tenants.
        const isHidden = registered === undefined ? tenant !== null : hidesCounts(registered.view, tenant);
        return isHidden ? runDocumentWithoutCounts(run) : runDocument(run);
      };
      return { runs: shown.map(documentOf), next };
    },
  };
}
