import type { Worker } from "node:worker_threads";
import { createTenantQueue, FeatstoreError, settingLabel, startWorker } from "../../core/index";
import type { ParquetCall, ParquetCalls, ParquetFault, ParquetReply, ParquetRequest } from "./parquet-messages";

/** A session that reads or writes one file. */
export interface ParquetSession {
  /** Errors: `ParquetFileFault` if the file cannot be read, `parquet_failed` if the thread has ended. */
  call<Call extends ParquetCall>(
    call: Call,
    argument: Parameters<ParquetCalls[Call]>[0],
  ): Promise<ReturnType<ParquetCalls[Call]>>;
  end(): void;
}

export interface ParquetSessionOptions {
  /** Cancels a call in progress. */
  readonly signal?: AbortSignal | undefined;
}

export interface ParquetReadOptions extends ParquetSessionOptions {
  /** The organisation or tenant that it takes turns as; by default neither. */
  readonly tenant?: string | null | undefined;
}

/** The one thread in which this process reads and writes Parquet. It lives as long as there are sessions. */
export interface ParquetThread {
  /**
   * Tenants take turns call by call, so that a large file delays another tenant's by a piece of it. A tenant's own files are read
   * one after another: waits until its previous one is done, so that the thread holds one piece of a file per tenant.
   */
  openRead(options?: ParquetReadOptions): Promise<ParquetSession>;
  openWrite(options?: ParquetSessionOptions): ParquetSession;
  close(): Promise<void>;
}

/** A fault of a file that was being read. */
export class ParquetFileFault extends Error {
  constructor(readonly fault: ParquetFault) {
    super(fault.detail);
    this.name = "ParquetFileFault";
  }
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface Running {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  readonly sessions: Set<number>;
  ended: FeatstoreError | null;
}

/**
 * Starts the thread on demand and ends it with its last session, because WebAssembly memory never shrinks. It may hold
 * `memoryMb` MiB of WebAssembly memory and as much heap. Exceeding this ends the thread, and all sessions with it.
 */
export function createParquetThread({ memoryMb }: { readonly memoryMb: number }): ParquetThread {
  let running: Running | undefined;
  const turns = createTenantQueue();
  /** When each tenant's last file is read. */
  const lastReads = new Map<string | null, Promise<void>>();
  let nextId = 1;

  const start = (): Running => {
    const worker = startWorker(import.meta.url, "parquet-worker", {
      workerData: { memoryMb },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    const started: Running = { worker, pending: new Map(), sessions: new Set(), ended: null };
    let cause: unknown;
    worker.on("message", (reply: ParquetReply) => {
      const call = started.pending.get(reply.id);
      started.pending.delete(reply.id);
      if ("result" in reply) call?.resolve(reply.result);
      else call?.reject("fault" in reply ? new ParquetFileFault(reply.fault) : new Error(reply.failure));
    });
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => {
      started.ended = threadEnded(memoryMb, cause);
      if (running === started) running = undefined;
      for (const { reject } of started.pending.values()) reject(started.ended);
      started.pending.clear();
    });
    return started;
  };

  const open = ({ signal }: ParquetSessionOptions, onEnd: () => void): ParquetSession => {
    running ??= start();
    const own = running;
    const session = nextId++;
    own.sessions.add(session);
    const send = (request: ParquetRequest) => own.worker.postMessage(request);
    return {
      call: (call, argument) =>
        new Promise((resolve, reject) => {
          const reason = own.ended ?? (signal?.aborted === true ? signal.reason : undefined);
          if (reason !== undefined) {
            reject(reason);
            return;
          }
          const id = nextId++;
          const cancel = () => settle(() => reject(signal?.reason));
          const settle = (how: () => void) => {
            own.pending.delete(id);
            signal?.removeEventListener("abort", cancel);
            how();
          };
          signal?.addEventListener("abort", cancel, { once: true });
          own.pending.set(id, {
            // `ParquetCalls` defines the worker's result of each call.
            resolve: (result) => settle(() => resolve(result as ReturnType<ParquetCalls[typeof call]>)),
            reject: (error) => settle(() => reject(error)),
          });
          // The argument matches the call, which TypeScript cannot see in a union.
          send({ id, session, call, argument } as ParquetRequest);
        }),
      end() {
        if (!own.sessions.delete(session)) return;
        if (own.sessions.size > 0) send({ session, call: "end" });
        else {
          if (running === own) running = undefined;
          void own.worker.terminate();
        }
        onEnd();
      },
    };
  };

  return {
    async openRead({ tenant = null, signal = new AbortController().signal } = {}) {
      const before = lastReads.get(tenant);
      let resolveRead: () => void = () => undefined;
      const read = new Promise<void>((resolve) => {
        resolveRead = resolve;
      });
      lastReads.set(tenant, read);
      const onEnd = () => {
        if (lastReads.get(tenant) === read) lastReads.delete(tenant);
        resolveRead();
      };
      try {
        await Promise.race([before, aborted(signal)]);
      } catch (error) {
        void before?.then(onEnd);
        throw error;
      }
      const session = open({ signal }, onEnd);
      return {
        ...session,
        call: (call, argument) => turns.run(tenant, () => session.call(call, argument), signal),
      };
    },
    openWrite: (options = {}) => open(options, () => undefined),
    async close() {
      await running?.worker.terminate();
    },
  };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function threadEnded(memoryMb: number, cause: unknown): FeatstoreError {
  return new FeatstoreError(
    "parquet_failed",
    `The thread that reads and writes Parquet ended because a file needed more memory than ${settingLabel("training_sets.parquet_mb")} allows (${memoryMb} MiB). Ask for fewer columns or another format, or raise the setting.`,
    { cause },
  );
}
