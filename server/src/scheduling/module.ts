import { instantText } from "@featstore/definitions/compiler";
import type { Logger } from "../core/index";
import { isSurelyDead, thisProcess } from "../database/index";
import type { Engine } from "../engine/index";
import { createRunLog, type MaterializeDependencies } from "../materialization/index";
import type { Platform } from "../platform/index";
import { type QualityStore, recordDrift } from "../quality/index";
import type { RegistrySnapshot, RegistryStore } from "../registry/index";
import { createScheduledRuns } from "./run-view";
import { registerScheduleMetrics } from "./schedule-metrics";
import { createScheduleStore } from "./schedule-store";
import { createScheduler, type ScheduledRunEnd, type Scheduler, type SchedulerEvent } from "./scheduler";
import { viewAges } from "./view-status";

const TICK_MS = 2000;

export interface SchedulingDependencies {
  readonly engine: Engine;
  readonly registryStore: RegistryStore;
  readonly quality: QualityStore;
  readonly readBack: NonNullable<MaterializeDependencies["readBack"]>;
  /** Returns the newest registry. */
  readonly newest: () => Promise<RegistrySnapshot>;
  /** Returns the served registry; undefined before the first. */
  readonly served: () => RegistrySnapshot | undefined;
}

/** Creates and starts the scheduler, unless the configuration turns it off or the role only reads, and its metrics. */
export async function createScheduling(
  { config, database, clock, logger, metrics, materializes, onClose }: Platform,
  { engine, registryStore, quality, readBack, newest, served }: SchedulingDependencies,
): Promise<Scheduler | null> {
  const schedules = createScheduleStore(database);
  const holder = await thisProcess();
  const now = () => BigInt(Math.trunc(clock()));
  const scheduler =
    config.scheduler === "off" || !materializes
      ? null
      : createScheduler({
          snapshot: newest,
          store: schedules,
          run: createScheduledRuns({
            registry: registryStore,
            offline: createRunLog(database),
            engine,
            holder,
            isDead: isSurelyDead,
            readBack,
            onProfiled: (registered, generation) => recordDrift(quality, registered, generation, config.drift),
          }),
          holder,
          isDead: isSurelyDead,
          clock: now,
          // The embedded database has a single backend, which two runs would share.
          maxRuns: database.kind === "postgres" ? 2 : 1,
          onEvent: (event) => logEvent(logger, event),
        });
  if (scheduler !== null) onClose(startScheduler(scheduler, TICK_MS, config.deadlines.drainMs));
  const ages = () => {
    const snapshot = served();
    return snapshot === undefined ? [] : viewAges(snapshot, now());
  };
  registerScheduleMetrics(metrics, { ages, schedules, scheduler, clock: now });
  return scheduler;
}

function warningsOf(end: ScheduledRunEnd) {
  return end.kind === "published" ? end.warnings : [];
}

function levelOf(end: ScheduledRunEnd): "info" | "warn" | "error" {
  if (warningsOf(end).some(({ code }) => code === "served_values_differ")) return "error";
  return end.kind === "failed" || warningsOf(end).length > 0 ? "warn" : "info";
}

function logEvent(logger: Logger, event: SchedulerEvent): void {
  switch (event.kind) {
    case "elected":
      logger.info({}, "this server starts scheduled runs");
      return;
    case "stepped_down":
      logger.info({}, "this server no longer starts scheduled runs");
      return;
    case "begun":
      logger.info({ view: event.view, version: event.version, reason: event.reason }, "scheduled run started");
      return;
    case "ended":
      // The failure's message may hold a key; `featstore runs` shows it.
      logger[levelOf(event.end)](
        {
          view: event.view,
          version: event.version,
          end: event.end.kind,
          ...(event.end.kind === "failed" ? { code: event.end.code } : {}),
          ...(warningsOf(event.end).length > 0 ? { warnings: warningsOf(event.end) } : {}),
        },
        "scheduled run ended",
      );
      return;
    case "skipped":
      logger.warn(
        { view: event.view, version: event.version, scheduled_at: instantText(event.at) },
        "scheduled time skipped: a run of the view is still going",
      );
      return;
    case "invalid":
      logger.error({ view: event.view, version: event.version, err: event.error }, "a schedule cannot be read");
      return;
    case "fault":
      logger.warn({ err: event.error }, "schedules could not be processed");
      return;
    default:
      event satisfies never;
  }
}

/** Ticks every `everyMs` milliseconds. The returned function stops this and waits for runs as `close` does. */
export function startScheduler(scheduler: Scheduler, everyMs: number, drainMs: number): () => Promise<void> {
  const timer = setInterval(() => void scheduler.tick(), everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return scheduler.close(drainMs);
  };
}
