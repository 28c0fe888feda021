import { Gauge } from "prom-client";
import type { Platform } from "../platform/index";
import type { ServedRegistry } from "../registry/index";
import { createProfileReader } from "./profile-reader";
import { createQualityStore } from "./quality-store";

const DEADLINE_MS = 1000;

/** Creates the reader of profiles and drift, and the metric of failed runs. */
export function createQuality({ config, database, metrics }: Platform, registry: ServedRegistry) {
  const store = createQualityStore(database);
  const failedViews = () => store.failedViews({ deadlineMs: DEADLINE_MS });
  const differingViews = () => store.differingViews({ deadlineMs: DEADLINE_MS });
  new Gauge({
    name: "featstore_last_run_failed",
    help: "1 for each feature view version whose last run failed or died, with the code of the failure",
    labelNames: ["view", "version", "code"],
    aggregator: "max",
    registers: [metrics],
    async collect() {
      // If the database does not answer, this metric is absent and the others are still reported.
      const failed = await failedViews().catch(() => []);
      this.reset();
      for (const { view, version, code } of failed) this.set({ view, version: String(version), code }, 1);
    },
  });
  new Gauge({
    name: "featstore_served_values_differ",
    help: "1 for each feature view version whose values were served differently from its table when they were last compared",
    labelNames: ["view", "version"],
    aggregator: "max",
    registers: [metrics],
    async collect() {
      const differing = await differingViews().catch(() => []);
      this.reset();
      for (const { view, version } of differing) this.set({ view, version: String(version) }, 1);
    },
  });
  return { quality: store, failedViews, differingViews, profiles: createProfileReader(registry, store, config.drift) };
}
