import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FeatstoreError, startWorker } from "../../core/index";
import { DIGESTS_FILE } from "./row-digests";
import type { SnapshotPlan, WrittenSnapshot } from "./snapshot-plan";
import type { WriteReply, WriteRequest, WriteWorkerData } from "./write-messages";

export type { SnapshotPlan, WrittenSnapshot } from "./snapshot-plan";

/**
 * Reads rows in PostgreSQL's COPY text format, sorted by key, whose first column is the reason of an exclusion (`\\N`:
 * the row stays) and whose other columns are those of the plan, and writes the data files and the digests into the plan's folder.
 * Parses and writes in a thread of its own. Removes what it wrote if it fails. The same rows give the same bytes, however they are
 * cut into pieces. Errors: `dataset_value_invalid` names row (key) and column; `storage_full`; those of `rows`.
 */
export type WriteSnapshot = (
  plan: SnapshotPlan,
  rows: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
) => Promise<WrittenSnapshot>;

/** Bytes that are sent to the thread at once, and how many such pieces may be on their way. */
const PIECE_BYTES = 262_144;
const PIECES = 4;
/** WebAssembly memory for a row group of each split. */
const MEMORY_MB = 1024;

export const writeSnapshot: WriteSnapshot = async (plan, rows, signal) => {
  signal?.throwIfAborted();
  const worker = startWorker(import.meta.url, "snapshot-worker", {
    workerData: { plan, memoryMb: MEMORY_MB } satisfies WriteWorkerData,
  });
  const free: ArrayBuffer[] = [];
  let owned = 0;
  let wake = () => {};
  const done = new Promise<WrittenSnapshot>((resolve, reject) => {
    let cause: unknown;
    worker.on("message", (reply: WriteReply) => {
      if (reply.kind === "written") resolve(reply.written);
      else if (reply.kind === "failure")
        reject(
          reply.code === "internal"
            ? new Error(`The thread that writes snapshots failed: ${reply.detail}`)
            : new FeatstoreError(reply.code, reply.detail),
        );
      else {
        free.push(reply.buffer);
        wake();
      }
    });
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => reject(new Error("The thread that writes snapshots ended", { cause })));
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  done.catch(() => {});

  /** Returns memory for a piece, as soon as the thread has returned some. */
  const memory = async (): Promise<ArrayBuffer> => {
    for (;;) {
      const buffer = free.pop();
      if (buffer !== undefined) return buffer;
      if (owned < PIECES) {
        owned += 1;
        return new ArrayBuffer(PIECE_BYTES);
      }
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([woken, done]);
    }
  };

  const iterator = rows[Symbol.asyncIterator]();
  const send = async (): Promise<void> => {
    let piece = new Uint8Array(await memory());
    let length = 0;
    const post = () => {
      const { buffer } = piece;
      worker.postMessage({ kind: "piece", buffer, bytes: length } satisfies WriteRequest, [buffer]);
    };
    for await (const chunk of { [Symbol.asyncIterator]: () => iterator }) {
      for (let at = 0; at < chunk.length; ) {
        const count = Math.min(chunk.length - at, PIECE_BYTES - length);
        piece.set(chunk.subarray(at, at + count), length);
        length += count;
        at += count;
        if (length < PIECE_BYTES) continue;
        post();
        piece = new Uint8Array(await memory());
        length = 0;
      }
    }
    if (length > 0) post();
    worker.postMessage({ kind: "end" } satisfies WriteRequest);
  };

  try {
    const sent = send();
    sent.catch(() => {});
    await Promise.race([sent, done]);
    return await done;
  } catch (error) {
    // Not awaited: rows that hang would block the failure.
    iterator.return?.().catch(() => {});
    await worker.terminate();
    await rm(join(plan.folder, "data"), { recursive: true, force: true });
    await rm(join(plan.folder, DIGESTS_FILE), { force: true });
    throw error;
  } finally {
    await worker.terminate();
  }
};
