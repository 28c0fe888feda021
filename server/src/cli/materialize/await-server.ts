import { followServerBeside } from "../../serving/index";
import type { CommandIo } from "../kit/command";
import type { Session } from "../kit/session";

/** The most time that a command waits for the server beside it, milliseconds. */
const MAX_WAIT_MS = 10_000;

/** Whether the server beside the command serves what it published; null if there is none, or it published nothing. */
export type Served = boolean | null;

/** Runs a command that may publish generations, and waits until an embedded server beside it serves them. */
export async function awaitServer<Report>(
  { database, registry }: Pick<Session, "database" | "registry">,
  { signal }: Pick<CommandIo, "signal">,
  publish: () => Promise<Report>,
): Promise<{ readonly report: Report; readonly served: Served }> {
  const server = await followServerBeside(database);
  if (server === null) return { report: await publish(), served: null };
  try {
    const before = await registry.revision();
    const report = await publish();
    const revision = await registry.revision();
    if (revision === before) return { report, served: null };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
    return { report, served: await server.serves(revision, limit) };
  } finally {
    await server.close();
  }
}

/** Says when servers serve what was published, unless they do already. */
export function servedLines({ database }: Pick<Session, "database">, served: Served): readonly string[] {
  if (served === false) return ["The running server is still loading it, and serves it once it has."];
  return database.kind === "postgres"
    ? ["Running servers notice it within two seconds, and serve it once they have loaded it."]
    : [];
}
