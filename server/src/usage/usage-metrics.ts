import { Counter, Gauge, type Registry } from "prom-client";

/** Registers the requests that are counted but not stored; returns the counter of failed flushes. */
export function registerUsageMetrics(registry: Registry, unstored: () => number): { readonly failed: () => void } {
  const registers = [registry];
  new Gauge({
    name: "featstore_usage_unstored_requests",
    help: "Requests that were counted for usage and quotas and are not stored yet",
    registers,
    collect() {
      this.set(unstored());
    },
  });
  const failures = new Counter({
    name: "featstore_usage_flush_failures_total",
    help: "Attempts to store usage that failed; they are repeated",
    registers,
  });
  return { failed: () => failures.inc() };
}
