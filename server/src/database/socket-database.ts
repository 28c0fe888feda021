import { type Call, startCall } from "./call";
import { inBatches } from "./chunk-batches";
import type { CallOptions, Database, QueryOptions, Statement } from "./database";
import { DatabaseError } from "./database-error";
import { createSemaphore } from "./semaphore";
import { type CallFrame, connectSocketClient, type SocketCall, type SocketClient } from "./socket-client";
import { type ClientCall, decodeRows } from "./socket-frames";
import { checkStatement } from "./sql-text";

export interface SocketDatabaseOptions {
  /** The Unix socket of the process that holds the database (`findDataFolderHolder(folder).socketPath`). */
  readonly socketPath: string;
  /** Maximum concurrent calls. Default 10. */
  readonly poolSize?: number;
  /** Maximum waiting calls; further calls are refused with `overloaded`. Default 1000. */
  readonly queueLimit?: number;
}

/** Interval between a listener's attempts to reconnect. */
const reconnectMs = 500;

/**
 * Creates a client of another process's database through its Unix socket. Connects on the first call, and again after the
 * connection was lost; calls active at that moment fail with `unreachable`.
 *
 * @example const database = createSocketDatabase({ socketPath: holder.socketPath });
 */
export function createSocketDatabase({
  socketPath,
  poolSize = 10,
  queueLimit = 1_000,
}: SocketDatabaseOptions): Database {
  const semaphore = createSemaphore({ permits: poolSize, queueLimit });
  const stops = new Set<() => void>();
  let connecting: Promise<SocketClient> | undefined;
  let closed = false;

  const connection = async (): Promise<SocketClient> => {
    const current = await connecting?.catch(() => undefined);
    if (current !== undefined && !current.ended) return current;
    connecting = connectSocketClient(socketPath);
    return connecting;
  };

  /** Runs one call over the connection; aborting it here aborts it on the server. */
  const within = async <T>(
    callOptions: CallOptions | undefined,
    message: ClientCall,
    work: (remote: SocketCall, next: () => Promise<CallFrame>, call: Call) => Promise<T>,
  ): Promise<T> => {
    const call = startCall(callOptions);
    try {
      const release = await semaphore.acquire(call);
      try {
        const client = await call.race(connection());
        const remote = client.call(message, callOptions?.deadlineMs);
        call.onAbort(() => remote.send({ kind: "abort" }));
        try {
          return await work(remote, () => call.race(remote.next()), call);
        } finally {
          remote.end();
        }
      } finally {
        release();
      }
    } finally {
      call.end();
    }
  };

  /** Runs a call that yields chunks: requests one after another. */
  async function* chunks<Chunk>(
    message: ClientCall,
    callOptions: CallOptions | undefined,
    chunkOf: (frame: CallFrame) => Chunk | undefined,
  ): AsyncGenerator<Chunk> {
    const call = startCall(callOptions);
    let release = () => {};
    let remote: SocketCall | undefined;
    try {
      release = await semaphore.acquire(call);
      const client = await call.race(connection());
      remote = client.call(message, callOptions?.deadlineMs);
      for (;;) {
        remote.send({ kind: "next" });
        const chunk = chunkOf(await call.race(remote.next()));
        if (chunk === undefined) return;
        yield chunk;
        if (call.abortReason !== undefined) throw call.abortReason;
      }
    } finally {
      remote?.send({ kind: "abort" });
      remote?.end();
      release();
      call.end();
    }
  }

  async function* stream<Row extends object>(
    statement: Statement,
    callOptions: (CallOptions & { readonly chunkRows?: number }) | undefined,
  ): AsyncGenerator<Row[]> {
    checkStatement(statement);
    const { text, parameters = [] } = statement;
    const message = { method: "stream", text, parameters, chunkRows: callOptions?.chunkRows } as const;
    yield* chunks(message, callOptions, (frame) => (frame.kind === "rows" ? decodeRows<Row>(frame) : undefined));
  }

  async function* copyTo(text: string, callOptions: CallOptions | undefined): AsyncGenerator<Uint8Array> {
    checkStatement({ text });
    yield* chunks({ method: "copyTo", text }, callOptions, (frame) =>
      frame.kind === "bytes" ? Buffer.from(frame.base64, "base64") : undefined,
    );
  }

  return {
    kind: "socket",
    query: <Row extends object>(statement: Statement, callOptions?: QueryOptions) => {
      const { text, parameters = [] } = statement;
      const { ownTransaction } = callOptions ?? {};
      return within(callOptions, { method: "query", text, parameters, ownTransaction }, async (_remote, next) => {
        const frame = await next();
        return frame.kind === "rows" ? decodeRows<Row>(frame) : [];
      });
    },
    stream: <Row extends object>(statement: Statement, callOptions?: CallOptions & { readonly chunkRows?: number }) =>
      stream<Row>(statement, callOptions),
    script: (text, callOptions) =>
      within(callOptions, { method: "script", text }, async (_remote, next) => {
        await next();
      }),
    copyFrom: ({ table, columns }, chunks, callOptions) =>
      within(callOptions, { method: "copyFrom", table, columns }, async (remote, next, call) => {
        const batches = inBatches(call, chunks);
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // a character may be in two chunks
        let finished = false;
        try {
          for (;;) {
            const frame = await next();
            if (frame.kind === "done") {
              finished = true;
              return frame.count;
            }
            const batch = await batches.next();
            if (batch.done === true) remote.send({ kind: "chunks_end" });
            else {
              const { value } = batch;
              const text = typeof value === "string" ? value : decoder.decode(value, { stream: true });
              remote.send({ kind: "chunk", text });
            }
          }
        } finally {
          if (!finished) remote.send({ kind: "abort" });
          void batches.return();
        }
      }),
    copyTo: (text, callOptions) => copyTo(text, callOptions),
    async listen(channel, onPayload, onLost) {
      let remote: SocketCall | undefined;
      let stopped = false;
      let timer: NodeJS.Timeout | undefined;

      const establish = async () => {
        if (closed) throw new DatabaseError("closed", "The database is closed.");
        const client = await connection();
        remote = client.call({ method: "listen", channel }, undefined);
        await remote.next();
        void follow(remote);
      };
      const follow = async (followed: SocketCall) => {
        try {
          for (;;) {
            const frame = await followed.next();
            if (stopped) return;
            if (frame.kind === "payload") onPayload(frame.payload);
            else if (frame.kind === "lost") onLost?.();
          }
        } catch {
          retry();
        }
      };
      const retry = () => {
        if (stopped || closed) return;
        timer = setTimeout(() => {
          establish().then(() => onLost?.(), retry);
        }, reconnectMs);
      };
      const stop = () => {
        stopped = true;
        clearTimeout(timer);
        stops.delete(stop);
        remote?.send({ kind: "abort" });
        remote?.end();
      };
      await establish();
      stops.add(stop);
      return async () => stop();
    },
    async close() {
      closed = true;
      for (const stop of [...stops]) stop();
      await semaphore.close();
      const client = await connecting?.catch(() => undefined);
      client?.close();
    },
  };
}
