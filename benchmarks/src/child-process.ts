import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";

export interface ServerProcess {
  readonly pid: number;
  readonly origin: string;
  /** In the time of `performance.now()`. */
  readonly startedAt: number;
  /** Milliseconds from the process's start to its first answer. */
  readonly startedInMs: number;
  /** Resident memory, MiB. */
  memory(): number;
  /** Processor time of all threads so far, in milliseconds; null except on Linux. */
  processorTime(): number | null;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder in which it runs; this process's by default. */
  readonly cwd?: string;
  readonly origin: string;
  /** Repeated until it succeeds. */
  readonly firstRequest: { readonly path: string; readonly headers: Readonly<Record<string, string>> };
  /** The file for its standard output, the access log. */
  readonly logFile: string;
}

const START_DEADLINE_MS = 120_000;
const RETRY_MS = 2;

/** Starts a server and waits for its first successful answer. */
export async function startServer(options: StartOptions): Promise<ServerProcess> {
  const [command = "", ...args] = options.command;
  const log = openSync(options.logFile, "a");
  const begun = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", log, log],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  await firstSuccess(child, options, begun);
  return {
    pid,
    origin: options.origin,
    startedAt: begun,
    startedInMs: performance.now() - begun,
    memory: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024,
    processorTime: () => processorTimeOf(pid),
    stop: () => stop(child),
  };
}

/** Reads the processor time, which the kernel reports in hundredths of a second. */
function processorTimeOf(pid: number): number | null {
  if (process.platform !== "linux") return null;
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The program's name, in parentheses, may contain spaces; user and system time are the 12th and 13th field after it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function firstSuccess(child: ChildProcess, options: StartOptions, begun: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}; see ${options.logFile}`);
    if (performance.now() - begun > START_DEADLINE_MS) {
      child.kill();
      throw new Error(`The server did not answer; see ${options.logFile}`);
    }
    const response = await fetch(`${options.origin}${options.firstRequest.path}`, {
      headers: options.firstRequest.headers,
    }).catch(() => undefined);
    await response?.text();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
