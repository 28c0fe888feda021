import type { Config } from "../../core/index";
import { createDeps, type Deps, type DepsOptions } from "../../deps";
import { type RunningServer, serve } from "../../main";
import type { WorkerLink } from "../../workers/index";
import type { CommandIo } from "../kit/command";

export interface UntilStoppedOptions {
  /** Runs before the server listens. */
  readonly prepare?: (deps: Deps) => Promise<void>;
  /** Set if this process is one of several workers. */
  readonly link?: WorkerLink;
  /** Called with each mail if no mail server is configured. */
  readonly onUnsentMail?: DepsOptions["onUnsentMail"];
}

/**
 * Creates the dependencies, serves until the signal aborts, then drains. `onListening` runs once the server listens.
 * Errors: those of `createDeps` and `serve`.
 */
export async function untilStopped(
  config: Config,
  io: Pick<CommandIo, "signal">,
  onListening: (server: RunningServer) => void,
  { prepare, link, onUnsentMail }: UntilStoppedOptions = {},
): Promise<void> {
  const deps = await createDeps(config, {
    signal: io.signal,
    ...(link === undefined ? {} : { link }),
    ...(onUnsentMail === undefined ? {} : { onUnsentMail }),
  }).catch((error: unknown) => {
    // Stopped while it waited for PostgreSQL.
    if (io.signal.aborted) return undefined;
    throw error;
  });
  if (deps === undefined) return;
  try {
    await prepare?.(deps);
    if (io.signal.aborted) return;
    const server = await serve(deps);
    onListening(server);
    await aborted(io.signal);
    await server.close();
  } finally {
    await deps.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
