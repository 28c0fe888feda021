import { Counter, type Registry } from "prom-client";
import type { Grant } from "./token-buckets";

/** Counts decisions by where they were made; returns what counts one. */
export function countDecisions(metrics: Registry): (by: Grant["by"]) => void {
  const counter = new Counter({
    name: "featstore_limit_decisions_total",
    help: "Requests for tokens of keys and organisations, by where they were decided: redis, or process",
    labelNames: ["by"],
    registers: [metrics],
  });
  const redis = counter.labels("redis");
  const process = counter.labels("process");
  return (by) => (by === "redis" ? redis : process).inc();
}
