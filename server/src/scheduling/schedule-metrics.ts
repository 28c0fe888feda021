import { Gauge, type Registry } from "prom-client";
import { createCronReader } from "../core/index";
import type { RegisteredView } from "../registry/index";
import type { ScheduleStore } from "./schedule-store";
import type { Scheduler } from "./scheduler";
import { type ViewAge, viewDue } from "./view-status";

const DEADLINE_MS = 1000;

export interface ScheduleMetricsOptions {
  /** Returns the ages of the served views. */
  readonly ages: () => readonly ViewAge[];
  readonly schedules: ScheduleStore;
  readonly scheduler: Scheduler | null;
  /** Microseconds since 1970 UTC. */
  readonly clock: () => bigint;
}

/** Registers the ages of served generations against their promises, and the delays of overdue runs. */
export function registerScheduleMetrics(
  metrics: Registry,
  { ages, schedules, scheduler, clock }: ScheduleMetricsOptions,
): void {
  const labelNames = ["view", "version"];
  const read = createCronReader();
  const labelsOf = ({ view }: RegisteredView) => ({ view: view.name, version: String(view.version) });
  new Gauge({
    name: "featstore_view_age_seconds",
    help: "Seconds since the as-of time of the served generation of each feature view version",
    labelNames,
    aggregator: "max",
    registers: [metrics],
    collect() {
      this.reset();
      for (const { registered, ageSeconds } of ages()) {
        if (ageSeconds !== null) this.set(labelsOf(registered), ageSeconds);
      }
    },
  });
  new Gauge({
    name: "featstore_view_stale",
    help: "1 for each feature view version that is older than its freshness promises, 0 for one that is not",
    labelNames,
    aggregator: "max",
    registers: [metrics],
    collect() {
      this.reset();
      for (const { registered, promiseSeconds, isStale } of ages()) {
        if (promiseSeconds !== null) this.set(labelsOf(registered), isStale ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: "featstore_schedule_lag_seconds",
    help: "Seconds by which the next scheduled run of each feature view version is overdue",
    labelNames,
    aggregator: "max",
    registers: [metrics],
    async collect() {
      // If the database does not answer, this metric is absent and the others are still reported.
      const states = await schedules.states({ deadlineMs: DEADLINE_MS }).catch(() => null);
      this.reset();
      if (states === null) return;
      for (const { registered } of ages()) {
        const { name, version } = registered.view;
        const state = states.find((each) => each.view === name && each.version === version);
        const { next, lagSeconds } = viewDue(registered, state, clock(), read);
        if (next !== null) this.set(labelsOf(registered), lagSeconds);
      }
    },
  });
  new Gauge({
    name: "featstore_scheduler_is_leader",
    help: "1 if this server starts the scheduled runs",
    aggregator: "max",
    registers: [metrics],
    collect() {
      this.set(scheduler?.leaderToken() == null ? 0 : 1);
    },
  });
}
