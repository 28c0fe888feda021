import { type Config, createLogger } from "../../core/index";
import { openTokenBuckets } from "../../limits/index";
import { superviseWorkers, type WorkerEvent } from "../../workers/index";
import type { CommandIo } from "../kit/command";

/** Extra time after the requests' deadline, for final writes. */
const CLOSING_MS = 10_000;

/** Serves with the configured number of workers until the signal aborts. Errors: those of the first worker to start. */
export async function serveWithWorkers(
  config: Config,
  io: Pick<CommandIo, "signal">,
  onListening: (listening: { readonly url: string; readonly port: number }) => void,
): Promise<void> {
  const { server, deadlines } = config;
  const logger = createLogger(config.log);
  const tokens = openTokenBuckets(config, logger);
  const note = (event: WorkerEvent): void => {
    const { kind, ...fields } = event;
    if (event.kind === "listening") logger.info(fields, "worker listening");
    else if (event.kind === "failed")
      logger.error({ worker: event.worker, code: event.problem.code }, "worker cannot serve");
    else logger[event.exitCode === 0 ? "info" : "error"](fields, "worker ended");
  };
  try {
    await superviseWorkers({
      workers: server.workers,
      signal: io.signal,
      stopMs: deadlines.drainMs + CLOSING_MS,
      tokens: tokens.buckets,
      onListening,
      onEvent: note,
    });
  } finally {
    tokens.close();
    logger.flush();
  }
}
