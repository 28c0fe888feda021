import type { Config } from "../../config";
import { createDeps, type Deps } from "../../deps";
import { type RunningServer, serve } from "../../main";
import type { CommandIo } from "../base/command";

/**
 * Wires and serves until the signal aborts, then drains. `prepare` runs before the server listens, `onListening` after.
 * Errors: those of `createDeps` and `serve`.
 */
export async function untilStopped(
  config: Config,
  io: Pick<CommandIo, "signal">,
  onListening: (server: RunningServer) => void,
  prepare: (deps: Deps) => Promise<void> = async () => undefined,
): Promise<void> {
  const deps = await createDeps(config);
  try {
    await prepare(deps);
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
