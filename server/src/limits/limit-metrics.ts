import { Counter, type Registry } from "prom-client";
import type { Grant } from "./token-buckets";

/** Counts decisions by where they were made; returns what counts one. */
export function countDecisions(metrics: Registry): (by: Grant["by"]) => void {
  // Read by the registry, because the library's counter looks up its labels at every request.
  const counts = { redis: 0, process: 0 };
  new Counter({
    name: "featstore_limit_decisions_total",
    help: "Requests for tokens of keys and organisations, by where they were decided: redis, or process",
    labelNames: ["by"],
    registers: [metrics],
    collect() {
      this.reset();
      for (const [by, count] of Object.entries(counts)) this.inc({ by }, count);
    },
  });
  return (by) => {
    counts[by] += 1;
  };
}
