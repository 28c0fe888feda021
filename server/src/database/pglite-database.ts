import { type Call, startCall } from "./call";
import type { CallOptions, Database, QueryOptions, Statement, Value } from "./database";
import { DatabaseError } from "./database-error";
import { ownTransaction } from "./own-transaction";
import type { PgliteResult, PgliteTask } from "./pglite-messages";
import { type PgliteThread, startPgliteThread } from "./pglite-thread";
import { createSemaphore } from "./semaphore";
import { checkStatement, copyOutStatement, copyStatement, quoteName } from "./sql-text";
import { openTempFile, writeTempFile } from "./temp-file";

export interface PgliteDatabaseOptions {
  /** The database's folder, created if missing. Default: in memory until `close`. Lock it first (`data-folder.ts`). */
  readonly folder?: string;
  /** A tar file with an initial data directory, for a database in memory. */
  readonly image?: string;
  /** Maximum waiting calls; further calls are refused with `overloaded`. Default 1000. */
  readonly queueLimit?: number;
}

interface Listener {
  readonly onPayload: (payload: string) => void;
  readonly onLost: (() => void) | undefined;
}

const defaultChunkRows = 1_000;
const copyChunkBytes = 256 * 1024;

function toObjects<Row extends object>({ columns, rows }: PgliteResult): Row[] {
  return rows.map((values) => {
    const row: Record<string, Value> = {};
    columns.forEach((column, index) => {
      row[column] = values[index] ?? null;
    });
    return row as Row;
  });
}

/**
 * Opens an embedded PostgreSQL with pgvector: PGlite, in its own thread so that a long statement does not block the process.
 *
 * It is one backend, so calls run one after another. A running statement cannot be interrupted: its aborted call rejects at
 * once while the statement continues and takes effect; an aborted call that still waits never runs. `stream` and
 * `copyTo` materialize their result, the latter in a temporary file, and do not block other calls between chunks.
 *
 * @example const database = await openPgliteDatabase({ folder: ".featstore/database" });
 */
export async function openPgliteDatabase(options: PgliteDatabaseOptions = {}): Promise<Database> {
  const semaphore = createSemaphore({ permits: 1, queueLimit: options.queueLimit ?? 1_000 });
  const channels = new Map<string, Set<Listener>>();
  let closing = false;
  let cursors = 0;

  const start = () =>
    startPgliteThread(
      { folder: options.folder, image: options.image },
      {
        notified: (channel, payload) => {
          for (const { onPayload } of channels.get(channel) ?? []) onPayload(payload);
        },
        ended: () => {
          if (!closing && options.folder !== undefined && channels.size > 0) revive();
        },
      },
    );
  let thread: Promise<PgliteThread> = start();
  await thread;

  /** Returns the running thread; restarts a thread that ended by itself if the database has a folder. */
  const running = async (): Promise<PgliteThread> => {
    const current = await thread.catch(() => undefined);
    if (current !== undefined && !current.ended) return current;
    if (options.folder === undefined) throw new DatabaseError("unreachable", "The embedded database has ended.");
    thread = start();
    const started = await thread;
    for (const [channel, listeners] of channels) {
      await started.run(listenTask("listen", channel));
      for (const { onLost } of listeners) onLost?.();
    }
    return started;
  };

  /** Runs one task exclusively. The permit is released when the task has ended, even if its call was aborted earlier. */
  const run = async (call: Call, task: PgliteTask, urgent = false): Promise<PgliteResult> => {
    const release = await semaphore.acquire(call, urgent);
    const result = running().then((current) => current.run(task));
    result.then(release, release);
    return call.race(result);
  };

  const within = async <T>(callOptions: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T> => {
    const call = startCall(callOptions);
    try {
      return await work(call);
    } finally {
      call.end();
    }
  };

  const revive = () => {
    // The next call reports failures; this one only serves listeners.
    within(undefined, (call) => run(call, { kind: "query", text: "select 1", parameters: [] })).catch(() => {});
  };

  async function* stream<Row extends object>(
    statement: Statement,
    callOptions: (CallOptions & { readonly chunkRows?: number }) | undefined,
  ): AsyncGenerator<Row[]> {
    checkStatement(statement);
    const chunkRows = callOptions?.chunkRows ?? defaultChunkRows;
    const cursor = `featstore_stream_${++cursors}`;
    const step = (call: Call, text: string) => run(call, { kind: "query", text, parameters: [] }, true);
    const call = startCall(callOptions);
    let declared: Promise<unknown> = Promise.resolve();
    try {
      // `with hold`: the result outlives its transaction, so that other calls can run between two chunks.
      declared = run(call, {
        kind: "query",
        text: `declare ${cursor} no scroll cursor with hold for ${statement.text}`,
        parameters: statement.parameters ?? [],
      });
      await declared;
      for (;;) {
        const result = await step(call, `fetch forward ${chunkRows} from ${cursor}`);
        if (result.rows.length > 0) yield toObjects<Row>(result);
        if (call.abortReason !== undefined) throw call.abortReason;
        if (result.rows.length < chunkRows) return;
      }
    } finally {
      call.end();
      // Not awaited; a cursor that was never declared, or was lost with its thread, needs no close.
      step(startCall(), `close ${cursor}`).catch(() => {});
    }
  }

  async function* copyTo(text: string, callOptions: CallOptions | undefined): AsyncGenerator<Uint8Array> {
    const statement = copyOutStatement(text);
    const call = startCall(callOptions);
    try {
      const file = await openTempFile();
      const written = (async () => {
        const release = await semaphore.acquire(call);
        try {
          await (await running()).run({ kind: "copy_out", text: statement, descriptor: file.fd });
        } finally {
          release();
        }
      })();
      try {
        await call.race(written);
        for (let at = 0; ; ) {
          const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(copyChunkBytes), 0, copyChunkBytes, at);
          if (bytesRead === 0) return;
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
          if (call.abortReason !== undefined) throw call.abortReason;
        }
      } finally {
        // The thread may still write to the file of an aborted call.
        const close = () => file.close();
        written.then(close, close).catch(() => {});
      }
    } finally {
      call.end();
    }
  }

  return {
    kind: "pglite",
    query: <Row extends object>(statement: Statement, callOptions?: QueryOptions) =>
      within(callOptions, async (call) => {
        checkStatement(statement);
        const { text, parameters = [] } = statement;
        const settings = callOptions?.ownTransaction;
        const task: PgliteTask =
          settings === undefined
            ? { kind: "query", text, parameters }
            : { kind: "script", text: ownTransaction(statement, settings) };
        return toObjects<Row>(await run(call, task));
      }),
    stream: <Row extends object>(statement: Statement, callOptions?: CallOptions & { readonly chunkRows?: number }) =>
      stream<Row>(statement, callOptions),
    script: (text, callOptions) =>
      within(callOptions, async (call) => {
        checkStatement({ text });
        await run(call, { kind: "script", text });
      }),
    copyFrom: (target, chunks, callOptions) =>
      within(callOptions, async (call) => {
        const text = copyStatement(target, "'/dev/blob'");
        const tempFile = await writeTempFile(call, chunks);
        // The file stays open until the thread has read it, which may be after the call was aborted.
        const release = await semaphore.acquire(call).catch(async (error: unknown) => {
          await tempFile.close();
          throw error;
        });
        const task: PgliteTask = { kind: "copy", text, descriptor: tempFile.descriptor };
        const result = running().then((current) => current.run(task));
        result.catch(() => {}).finally(() => tempFile.close().finally(release));
        return (await call.race(result)).count;
      }),
    copyTo: (text, callOptions) => copyTo(text, callOptions),
    listen: (channel, onPayload, onLost) =>
      within(undefined, async (call) => {
        const listener: Listener = { onPayload, onLost };
        await run(call, listenTask("listen", channel));
        channels.set(channel, (channels.get(channel) ?? new Set()).add(listener));
        return async () => {
          const listeners = channels.get(channel);
          if (listeners?.delete(listener) !== true || listeners.size > 0) return;
          channels.delete(channel);
          await within(undefined, (ending) => run(ending, listenTask("unlisten", channel))).catch(() => {});
        };
      }),
    async close() {
      if (closing) return;
      await semaphore.close();
      closing = true;
      const current = await thread.catch(() => undefined);
      if (current !== undefined && !current.ended) await current.run({ kind: "close" });
    },
  };
}

function listenTask(verb: "listen" | "unlisten", channel: string): PgliteTask {
  return { kind: "query", text: `${verb} ${quoteName(channel)}`, parameters: [] };
}
