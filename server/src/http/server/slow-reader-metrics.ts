import { Counter, Gauge, type Registry } from "prom-client";
import type { SlowReaders } from "./slow-readers";

/** Registers the unsent bytes of responses, and the clients that were cut for not reading theirs. */
export function registerSlowReaderMetrics(registry: Registry, answers: Pick<SlowReaders, "unsentBytes" | "cut">): void {
  const registers = [registry];
  new Gauge({
    name: "featstore_unsent_bytes",
    help: "Bytes of responses that clients have not received yet",
    registers,
    collect() {
      this.set(answers.unsentBytes());
    },
  });
  new Counter({
    name: "featstore_slow_clients_cut_total",
    help: "Connections that were cut: one read nothing of its response for too long, or all together held too many bytes",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(answers.cut())) this.inc({ reason }, count);
    },
  });
}
