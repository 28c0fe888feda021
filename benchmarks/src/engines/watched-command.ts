import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { featstoreCommand } from "../featstore-cli";
import { type ProcessUsage, watchProcesses } from "./watch-processes";

export interface WatchedCommand extends ProcessUsage {
  readonly stdout: string;
  readonly milliseconds: number;
}

/** Runs a command of the product, and watches its processes from their start to their end. */
export async function watchedCommand(
  args: readonly string[],
  options: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<WatchedCommand> {
  const [program = "", ...rest] = featstoreCommand(...args);
  const begun = performance.now();
  const child = spawn(program, rest, {
    cwd: options.folder,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const watch = watchProcesses(child.pid ?? 0);
  const ended = new Promise((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await ended;
  const milliseconds = performance.now() - begun;
  const usage = watch.stop();
  if (code !== 0) throw new Error(`featstore ${args.join(" ")} failed\n${stdout}${stderr}`);
  return { stdout, milliseconds, ...usage };
}
