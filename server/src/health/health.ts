import { type CronReader, createCronReader, type OutsideFault, outsideFaultText } from "../core/index";
import { DatabaseError } from "../database/index";
import type { FailedView } from "../quality/index";
import type { RegistrySnapshot } from "../registry/index";
import { unreadableSchedules, viewAges } from "../scheduling/index";
import type { ServingRegistry } from "../serving/index";
import type { OutsideChecks, OutsideResults } from "./outside-checks";

export interface HealthReport {
  readonly status: "ok" | "degraded" | "unavailable";
  readonly registry_revision: number | null;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

export interface HealthCheck {
  readonly ok: boolean;
  readonly detail: string;
  /** Why the database or another outside part cannot be used. Absent if it can, and in the other checks. */
  readonly code?: DatabaseFault | OutsideFault["code"];
}

export type DatabaseFault = keyof typeof databaseFaults;

export interface HealthService {
  report(): Promise<HealthReport>;
  /** Reports the server as not ready from now on, so that it gets no new traffic. */
  drain(): void;
}

export interface HealthOptions {
  readonly registry: ServingRegistry;
  /** View versions whose last run failed. Rejects if the database cannot be used; the error is not shown. */
  readonly failedViews: () => Promise<readonly FailedView[]>;
  /** Returns whether every served view can be read without the database. */
  readonly holdsAll: () => boolean;
  /** Redis, the bucket of datasets and the mail server, as far as they are configured. */
  readonly outside: OutsideChecks;
  /** Microseconds since 1970 UTC. */
  readonly clock: () => bigint;
}

const ASK_EVERY_MS = 500;

const databaseFaults = {
  database_unreachable: "does not answer",
  database_schema_missing:
    "answers, but tables of the schema featstore are missing: restore them from a backup, or run featstore apply and featstore materialize, which start from scratch",
  database_refuses: "answers, but rejects statements of the server: featstore doctor shows the reason",
} as const;

/** PostgreSQL's SQLSTATEs for an undefined schema, table and function. */
const NOT_THERE: readonly (string | undefined)[] = ["3F000", "42P01", "42883"];

function databaseFaultOf(error: unknown): DatabaseFault {
  if (!(error instanceof DatabaseError) || error.code !== "statement_failed") return "database_unreachable";
  return NOT_THERE.includes(error.sqlState) ? "database_schema_missing" : "database_refuses";
}

/**
 * `ok`: everything answers. `degraded`: reads work, but nothing new becomes visible: the database cannot be used, the
 * last run of a view failed, so its older generation is still served, a view is older than its freshness promise, or
 * Redis, S3 or the mail server cannot be used.
 * `unavailable`: starting, draining, or no store answers.
 */
export function createHealthService(options: HealthOptions): HealthService {
  const { registry, failedViews, holdsAll, outside, clock } = options;
  let draining = false;
  const read = createCronReader();
  let lastAnswer: { readonly at: number; readonly answer: Promise<readonly FailedView[] | DatabaseFault> } | undefined;
  // The endpoint is public, so requests must not put load on the database.
  const askDatabase = (): Promise<readonly FailedView[] | DatabaseFault> => {
    const now = performance.now();
    if (lastAnswer === undefined || now - lastAnswer.at > ASK_EVERY_MS) {
      lastAnswer = { at: now, answer: failedViews().catch(databaseFaultOf) };
    }
    return lastAnswer.answer;
  };
  return {
    async report() {
      const revision = registry.revision();
      const [answer, parts] = await Promise.all([askDatabase(), outside.read()]);
      const fault = typeof answer === "string" ? answer : null;
      const failed = typeof answer === "string" ? null : answer;
      const database = fault === null;
      const following = registry.fault() === null;
      const held = revision !== null && holdsAll();
      const late = revision === null ? [] : lateTexts(registry.current().snapshot, clock(), read);
      const usable = !draining && revision !== null && (database || held);
      const whole = following && failed?.length === 0 && late.length === 0 && !hasFault(parts);
      return {
        status: usable ? (whole ? "ok" : "degraded") : "unavailable",
        registry_revision: revision,
        checks: {
          server: { ok: !draining, detail: draining ? "draining before it stops" : "running" },
          registry: {
            ok: revision !== null && following,
            detail: revision === null ? "not read yet" : following ? `revision ${revision}` : "cannot be read",
          },
          database:
            fault === null
              ? { ok: true, detail: "answers" }
              : { ok: false, code: fault, detail: databaseFaults[fault] },
          materialization: { ok: failed?.length === 0, detail: materializationText(failed) },
          freshness: {
            ok: late.length === 0,
            detail: late.length === 0 ? "every view is as fresh as it promises" : firstOf(late),
          },
          online_store: {
            ok: held || database,
            detail: held
              ? "holds every served view"
              : database
                ? "falls through to the database"
                : "cannot read every view",
          },
          ...outsideCheckResults(parts),
        },
      };
    },
    drain() {
      draining = true;
    },
  };
}

const hasFault = (parts: OutsideResults): boolean => [...parts.values()].some((fault) => fault !== undefined);

function outsideCheckResults(parts: OutsideResults): Record<string, HealthCheck> {
  const checks = [...parts].map(([name, fault]): [string, HealthCheck] => [
    name,
    fault === undefined
      ? { ok: true, detail: "answers" }
      : { ok: false, code: fault.code, detail: outsideFaultText(fault) },
  ]);
  return Object.fromEntries(checks);
}

const MAX_NAMED = 20;

/** `last run failed: lyric_sentiment@2 (contract_broken)` */
function materializationText(failed: readonly FailedView[] | null): string {
  if (failed === null) return "unknown: the database does not answer";
  if (failed.length === 0) return "no view's last run failed";
  const named = failed.map(({ view, version, code }) => `${view}@${version} (${code})`);
  return `last run failed: ${firstOf(named)}; their previous generations are still served`;
}

function firstOf(named: readonly string[]): string {
  const more = named.length > MAX_NAMED ? ` and ${named.length - MAX_NAMED} more` : "";
  return `${named.slice(0, MAX_NAMED).join(", ")}${more}`;
}

/**
 * Lists views past their promise (`tracks@1 is 400 s old and promises 300 s`), and those with an unreadable schedule.
 */
function lateTexts(snapshot: RegistrySnapshot, now: bigint, read: CronReader): readonly string[] {
  const stale = viewAges(snapshot, now)
    .filter(({ isStale }) => isStale)
    .map(({ registered: { view }, ageSeconds, promiseSeconds }) => {
      const age = ageSeconds === null ? "was never published" : `is ${Math.floor(ageSeconds)} s old`;
      return `${view.name}@${view.version} ${age} and promises ${promiseSeconds} s`;
    });
  return [
    ...stale,
    ...unreadableSchedules(snapshot, now, read).map((name) => `${name} has a schedule that cannot be read`),
  ];
}
