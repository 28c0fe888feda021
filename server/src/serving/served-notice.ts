import type { Database } from "../database/index";

const SERVED = "featstore_served";
/** The channel on which a server that follows the registry listens; see `registry/registry-store.ts`. */
const REGISTRY = "featstore_registry";

/** Tells the commands beside an embedded server which revision of the registry it serves. */
export async function announceServed(database: Database, revision: number): Promise<void> {
  await database.query({ text: `select pg_notify('${SERVED}', $1::text)`, parameters: [String(revision)] });
}

/** The embedded server whose database a command uses. */
export interface ServerBeside {
  /** Resolves to true once the server serves the revision, to false when the signal aborts before. */
  serves(revision: number, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Follows the server that holds the embedded database, from before a command changes the registry. Null if the database is
 * not that of a running server.
 */
export async function followServerBeside(database: Database): Promise<ServerBeside | null> {
  if (database.kind !== "socket") return null;
  // The embedded database is one session, that of the server: it listens if it follows the registry.
  const listening = await database.query({
    text: "select 1 from pg_listening_channels() as channel where channel = $1::text",
    parameters: [REGISTRY],
  });
  if (listening.length === 0) return null;
  let served = 0;
  let check = (): void => undefined;
  const close = await database.listen(SERVED, (payload) => {
    served = Number(payload);
    check();
  });
  return {
    close,
    serves: (revision, signal) =>
      new Promise((resolve) => {
        check = () => {
          if (served >= revision || signal.aborted) resolve(served >= revision);
        };
        signal.addEventListener("abort", check, { once: true });
        check();
      }),
  };
}
