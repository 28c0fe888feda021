import { Counter, type Registry } from "prom-client";
import type { CacheReads } from "./read/response-cache";

/** Registers a counter of served entities, by whether they had to be read. */
export function registerCacheMetrics(registry: Registry, reads: () => CacheReads): void {
  new Counter({
    name: "featstore_online_cache_reads_total",
    help: "Entities served: from the cache of rendered responses, by a read, or by the read of another request",
    labelNames: ["outcome"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(reads())) this.inc({ outcome }, count);
    },
  });
}
