import { Counter, Gauge, type Registry } from "prom-client";
import { type Admission, lanes, refusals } from "./admission";

/** Measurements of clients that are slow to read their responses. */
export interface UnsentAnswers {
  unsentBytes(): number;
  cut(): { readonly stalled: number; readonly crowded: number };
}

/** Registers the load of this process: reads in progress, waiting and rejected, by lane; unsent responses. */
export function registerLoadMetrics(registry: Registry, admission: Admission, answers: UnsentAnswers): void {
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
