import { Counter, Gauge, type Registry } from "prom-client";
import type { OnlineStores } from "./online-store/open-online-stores";
import type { ServingRegistry } from "./serving-registry";
import { servedViews } from "./serving-states";

/** Registers the served registry and generations, and the state of the online stores. */
export function registerServingMetrics(
  metrics: Registry,
  registry: ServingRegistry,
  { memory, redisOutcomes }: OnlineStores,
): void {
  new Gauge({
    name: "featstore_registry_revision",
    help: "The registry revision that is served",
    aggregator: "min",
    registers: [metrics],
    collect() {
      this.set(registry.revision() ?? 0);
    },
  });
  new Gauge({
    name: "featstore_served_generation",
    help: "The generation of each feature view version that is served",
    labelNames: ["view", "version"],
    aggregator: "min",
    registers: [metrics],
    collect() {
      this.reset();
      if (registry.revision() === null) return;
      for (const { view, served } of servedViews(registry.current().snapshot)) {
        if (served !== null) this.set({ view: view.name, version: String(view.version) }, served.generation);
      }
    },
  });
  new Counter({
    name: "featstore_online_redis_reads_total",
    help: "Reads of one view from Redis, by outcome: PostgreSQL answered the absent, timeout, failed and skipped ones",
    labelNames: ["outcome"],
    registers: [metrics],
    collect() {
      this.reset();
      for (const [outcome, count] of redisOutcomes ?? []) this.inc({ outcome }, count);
    },
  });
  new Gauge({
    name: "featstore_online_memory_bytes",
    help: "Estimated contents of the in-memory online store",
    registers: [metrics],
    collect() {
      this.set(memory?.bytes() ?? 0);
    },
  });
}
