import { startProcess } from "../../../core/index";
import { EngineError } from "../../engine-error";
import type { FromChild, ToChild } from "./child-messages";

/** DuckDB's process. It answers one message after another. */
export interface DuckdbProcess {
  /** Errors: `engine_lost` if the process ends before it answers. */
  ask(message: Exclude<ToChild, { kind: "interrupt" }>): Promise<FromChild>;
  /** Ends the statement in progress with an error. */
  interrupt(): void;
  /** Ends the process at once, and waits for its end. It holds nothing that has to be saved. */
  kill(): Promise<void>;
}

interface Waiting {
  resolve(answer: FromChild): void;
  reject(error: Error): void;
}

/** Starts DuckDB's process for an operation of the engine; relative paths of its statements are below `folder`. */
export function startDuckdb(engine: string, folder: string): DuckdbProcess {
  // Its standard error may quote values, so it goes nowhere.
  const child = startProcess(import.meta.url, "duckdb-child", {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    cwd: folder,
  });
  const waiting: Waiting[] = [];
  let ended: EngineError | undefined;

  const exited = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      ended ??= new EngineError(
        "engine_lost",
        `DuckDB's process of engine "${engine}" ended (${reason}). Often the system had no memory left for it: see engines.${engine}.memory.`,
      );
      for (const { reject } of waiting.splice(0)) reject(ended);
      resolve();
    };
    child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    child.once("error", () => end("it could not be started"));
  });
  child.on("message", (answer: FromChild) => waiting.shift()?.resolve(answer));
  const send = (message: ToChild) => {
    // The end of the process is reported by its exit.
    if (child.connected) child.send(message, () => {});
  };

  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        waiting.push({ resolve, reject });
        send(message);
      }),
    interrupt: () => send({ kind: "interrupt" }),
    kill() {
      child.kill("SIGKILL");
      return exited;
    },
  };
}
