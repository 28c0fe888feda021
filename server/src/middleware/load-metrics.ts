import { Counter, Gauge, type Registry } from "prom-client";
import { type Admission, lanes, refusals } from "../services/admission";

/** What is known of clients that are slow to take their answers. */
export interface UnsentAnswers {
  unsentBytes(): number;
  cut(): { readonly stalled: number; readonly crowded: number };
}

/** How loaded this process is: reads under way, waiting and refused, by lane; answers that are not taken. */
export function registerLoadMetrics(registry: Registry, admission: Admission, answers: UnsentAnswers): void {
  const registers = [registry];
  new Gauge({
    name: "featstore_reads_in_flight",
    help: "Requests that read from the stores",
    labelNames: ["lane"],
    registers,
    collect() {
      for (const lane of lanes) this.set({ lane }, admission.counts(lane).inFlight);
    },
  });
  new Gauge({
    name: "featstore_reads_waiting",
    help: "Requests that wait until they may read from the stores",
    labelNames: ["lane"],
    registers,
    collect() {
      for (const lane of lanes) this.set({ lane }, admission.counts(lane).waiting);
    },
  });
  new Counter({
    name: "featstore_reads_refused_total",
    help: "Requests that were refused the stores: the queue was full, they would have come too late, their time ran out as they waited, or their client went away",
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
    help: "Bytes of answers that clients did not take yet",
    registers,
    collect() {
      this.set(answers.unsentBytes());
    },
  });
  new Counter({
    name: "featstore_slow_clients_cut_total",
    help: "Connections that were cut: one took nothing of its answer for too long, or all together held too much",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(answers.cut())) this.inc({ reason }, count);
    },
  });
}
