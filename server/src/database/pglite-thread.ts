import { startWorker } from "../core/index";
import { DatabaseError } from "./database-error";
import type { PgliteReply, PgliteRequest, PgliteResult, PgliteTask, PgliteWorkerData } from "./pglite-messages";

/** A running PGlite in its own thread. */
export interface PgliteThread {
  /** Sends a task; rejects with PGlite's failure, or with `unreachable` if the thread ends first. */
  run(task: PgliteTask): Promise<PgliteResult>;
  /** True if the thread has ended. */
  readonly ended: boolean;
}

export interface PgliteThreadEvents {
  notified(channel: string, payload: string): void;
  /** Called when the thread has ended, requested or not. */
  ended(): void;
}

// With the default 4 MB, a deep expression overflows the JavaScript stack before PostgreSQL's own check detects it.
const stackSizeMb = 128;

/** Starts PGlite on a folder or in memory and waits until it responds. */
export async function startPgliteThread(data: PgliteWorkerData, events: PgliteThreadEvents): Promise<PgliteThread> {
  const worker = startWorker(import.meta.url, "pglite-worker", { workerData: data, resourceLimits: { stackSizeMb } });
  const pending = new Map<number, { resolve(result: PgliteResult): void; reject(error: DatabaseError): void }>();
  let nextId = 1;
  let ended = false;
  let cause: unknown;

  const ready = new Promise<void>((resolve, reject) => {
    worker.on("message", (reply: PgliteReply) => {
      switch (reply.kind) {
        case "ready":
          resolve();
          break;
        case "result":
          pending.get(reply.id)?.resolve(reply.result);
          pending.delete(reply.id);
          break;
        case "failure": {
          const { code, message, sqlState, detail } = reply.failure;
          pending.get(reply.id)?.reject(new DatabaseError(code, message, sqlState, detail));
          pending.delete(reply.id);
          break;
        }
        case "notification":
          events.notified(reply.channel, reply.payload);
          break;
      }
    });
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => {
      ended = true;
      const reason = cause instanceof Error ? `: ${cause.message}` : "";
      const error = new DatabaseError(
        "unreachable",
        `The embedded database has ended${reason}.`,
        undefined,
        undefined,
        { cause },
      );
      reject(error);
      for (const { reject: rejectTask } of pending.values()) rejectTask(error);
      pending.clear();
      events.ended();
    });
  });
  await ready;

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(new DatabaseError("unreachable", "The embedded database has ended."));
          return;
        }
        const id = nextId++;
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, task } satisfies PgliteRequest);
      }),
    get ended() {
      return ended;
    },
  };
}
