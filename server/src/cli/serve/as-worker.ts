import type { Config } from "../../core/index";
import type { WorkerLink } from "../../workers/index";
import type { CommandIo, CommandResult } from "../kit/command";
import { problemOf } from "../kit/problem-of";

/** Serves as one of several workers until the supervisor or a signal stops it. The supervisor reports failures. */
export async function serveAsWorker(link: WorkerLink, config: Config, io: CommandIo): Promise<CommandResult> {
  const signal = AbortSignal.any([io.signal, link.stopping]);
  try {
    // Imported here, so that a module that fails to load is reported like any other failure.
    const { untilStopped } = await import("./until-stopped");
    const port = await link.port(config.server.port);
    await untilStopped(
      { ...config, server: { ...config.server, port } },
      { signal },
      ({ url, port: actual }) => link.listening(url, actual),
      { link },
    );
    return {};
  } catch (error) {
    const { code, message: what, where, advice, details, exit } = problemOf(error, signal);
    link.failed({ code, what, where, advice, details, exit });
    return { exit };
  } finally {
    link.close();
  }
}
