import { Counter, Gauge, type Registry } from "prom-client";
import { type Admission, lanes, refusals } from "./admission";

/** Registers the load of this process: reads in progress, waiting and rejected, by lane. */
export function registerLoadMetrics(registry: Registry, admission: Admission): void {
  const registers = [registry];
  new Gauge({
    name: "featstore_reads_in_flight",
    help: "Requests that are reading from the stores",
    labelNames: ["lane"],
    registers,
    collect() {
      for (const lane of lanes) this.set({ lane }, admission.counts(lane).inFlight);
    },
  });
  new Gauge({
    name: "featstore_reads_waiting",
    help: "Requests that wait for a slot to read from the stores",
    labelNames: ["lane"],
    registers,
    collect() {
      for (const lane of lanes) this.set({ lane }, admission.counts(lane).waiting);
    },
  });
  new Counter({
    name: "featstore_reads_refused_total",
    help: "Requests that admission rejected: the queue was full, the deadline could not be met, it passed while waiting, or the client disconnected",
    labelNames: ["lane", "reason"],
    registers,
    collect() {
      this.reset();
      for (const lane of lanes) {
        const { refused } = admission.counts(lane);
        for (const reason of refusals) this.inc({ lane, reason }, refused[reason]);
      }
    },
  });
}
