import { createCronReader, outsideFaultText } from "../core/index";
import type { FailedView, ViewName } from "../quality/index";
import type { ServingRegistry } from "../serving/index";
import { failedDatabase, type HealthCheck } from "./health-check";
import { firstOf, lateTexts, materializationText } from "./health-texts";
import type { OutsideChecks, OutsideResults } from "./outside-checks";

export interface HealthReport {
  readonly status: "ok" | "degraded" | "unavailable";
  readonly registry_revision: number | null;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

export interface HealthService {
  report(): Promise<HealthReport>;
  /** Reports the server as not ready from now on, so that it gets no new traffic. */
  drain(): void;
}

export interface HealthOptions {
  readonly registry: ServingRegistry;
  /** View versions whose last run failed. Rejects if the database cannot be used; the error is not shown. */
  readonly failedViews: () => Promise<readonly FailedView[]>;
  /** View versions whose values were served differently from their table when last compared. Rejects likewise. */
  readonly differingViews: () => Promise<readonly ViewName[]>;
  /** Returns whether every served view can be read without the database. */
  readonly holdsAll: () => boolean;
  /** Redis, the bucket of datasets and the mail server, as far as they are configured. */
  readonly outside: OutsideChecks;
  /** Microseconds since 1970 UTC. */
  readonly clock: () => bigint;
}

const ASK_EVERY_MS = 500;

/**
 * `ok`: everything answers. `degraded`: reads work, but nothing new becomes visible: the database cannot be used, the
 * last run of a view failed, so its older generation is still served, values of a view are served differently from its
 * table, a view is older than its freshness promise,
 * Redis, S3 or the mail server cannot be used, or nothing is applied yet.
 * `unavailable`: starting, draining, or no store answers.
 */
export function createHealthService(options: HealthOptions): HealthService {
  const { registry, failedViews, differingViews, holdsAll, outside, clock } = options;
  let draining = false;
  const read = createCronReader();
  let lastAnswer: { readonly at: number; readonly answer: Promise<ViewFaults | HealthCheck> } | undefined;
  const viewFaults = async (): Promise<ViewFaults> => {
    const [failed, differing] = await Promise.all([failedViews(), differingViews()]);
    return { failed, differing };
  };
  // The endpoint is public, so requests must not put load on the database.
  const askDatabase = (): Promise<ViewFaults | HealthCheck> => {
    const now = performance.now();
    if (lastAnswer === undefined || now - lastAnswer.at > ASK_EVERY_MS) {
      lastAnswer = { at: now, answer: viewFaults().catch(failedDatabase) };
    }
    return lastAnswer.answer;
  };
  return {
    async report() {
      const revision = registry.revision();
      const [answer, parts] = await Promise.all([askDatabase(), outside.read()]);
      const faults = "ok" in answer ? null : answer;
      const failed = faults?.failed ?? null;
      const values = valuesCheck(faults?.differing);
      const database = faults !== null;
      const following = registry.fault() === null;
      const held = revision !== null && holdsAll();
      const late = revision === null ? [] : lateTexts(registry.current().snapshot, clock(), read);
      const usable = !draining && revision !== null && (database || held);
      const checked = registryCheck(revision, following);
      const whole = checked.ok && failed?.length === 0 && values.ok && late.length === 0 && !hasFault(parts);
      return {
        status: usable ? (whole ? "ok" : "degraded") : "unavailable",
        registry_revision: revision,
        checks: {
          server: { ok: !draining, detail: draining ? "draining before it stops" : "running" },
          registry: checked,
          database: "ok" in answer ? answer : { ok: true, detail: "answers" },
          materialization: { ok: failed?.length === 0, detail: materializationText(failed) },
          served_values: values,
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

interface ViewFaults {
  readonly failed: readonly FailedView[];
  readonly differing: readonly ViewName[];
}

/** Undefined: the database does not answer. */
function valuesCheck(differing: readonly ViewName[] | undefined): HealthCheck {
  if (differing === undefined) return { ok: false, detail: "unknown: the database does not answer" };
  if (differing.length === 0)
    return { ok: true, detail: "rows read back after each publication are as their tables have them" };
  const named = differing.map(({ view, version }) => `${view}@${version}`);
  return { ok: false, code: "served_values_differ", detail: `served differently from their tables: ${firstOf(named)}` };
}

function registryCheck(revision: number | null, following: boolean): HealthCheck {
  if (revision === null) return { ok: false, detail: "not read yet" };
  if (!following) return { ok: false, detail: "cannot be read" };
  if (revision > 0) return { ok: true, detail: `revision ${revision}` };
  return { ok: false, code: "nothing_applied", detail: "nothing is applied: run featstore apply" };
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
