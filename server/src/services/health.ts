import type { ServingRegistry } from "./serving-registry";

export interface HealthReport {
  readonly status: "ok" | "degraded" | "unavailable";
  readonly registry_revision: number | null;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

export interface HealthService {
  report(): Promise<HealthReport>;
  /** From now on the server says that it is not ready, so that no new traffic is sent to it. */
  drain(): void;
}

export interface HealthOptions {
  readonly registry: ServingRegistry;
  /** Resolves when the database answers; its error is not shown. */
  readonly pingDatabase: () => Promise<void>;
  /** Whether every served view can be read without the database. */
  readonly holdsAll: () => boolean;
}

const PING_EVERY_MS = 500;

/**
 * `ok`: all answer. `degraded`: reads are answered, but the database does not answer, so that nothing new will be seen.
 * `unavailable`: starting, draining, or no store answers.
 */
export function createHealthService({ registry, pingDatabase, holdsAll }: HealthOptions): HealthService {
  let draining = false;
  let pinged: { readonly at: number; readonly answers: Promise<boolean> } | undefined;
  // Anyone may ask, and no one shall load the database by asking.
  const databaseAnswers = (): Promise<boolean> => {
    const now = performance.now();
    if (pinged === undefined || now - pinged.at > PING_EVERY_MS) {
      const answers = pingDatabase().then(
        () => true,
        () => false,
      );
      pinged = { at: now, answers };
    }
    return pinged.answers;
  };
  return {
    async report() {
      const revision = registry.revision();
      const database = await databaseAnswers();
      const following = registry.fault() === null;
      const held = revision !== null && holdsAll();
      const usable = !draining && revision !== null && (database || held);
      return {
        status: usable ? (database && following ? "ok" : "degraded") : "unavailable",
        registry_revision: revision,
        checks: {
          server: { ok: !draining, detail: draining ? "draining before it stops" : "running" },
          registry: {
            ok: revision !== null && following,
            detail: revision === null ? "not read yet" : following ? `revision ${revision}` : "cannot be followed",
          },
          database: { ok: database, detail: database ? "answers" : "does not answer" },
          online_store: {
            ok: held || database,
            detail: held
              ? "holds every served view"
              : database
                ? "falls through to the database"
                : "cannot read every view",
          },
        },
      };
    },
    drain() {
      draining = true;
    },
  };
}
