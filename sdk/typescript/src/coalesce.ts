import type { BatchBody, IdError } from "./answer";
import { apiError, type FeatstoreError } from "./errors";
import { batchRequest, type SingleRead } from "./feature-requests";
import type { FeatureAnswer, ReadOptions } from "./features";
import { inOrder } from "./in-order";
import { keyAsText } from "./key";
import { rowsOf } from "./read-row";
import type { Transport } from "./transport";
import type { WithResponse } from "./transport/call-promise";
import { abortedError } from "./transport/pause";

type Read = (read: SingleRead) => Promise<WithResponse<FeatureAnswer<never>>>;

/** A read that waits for its row. */
interface Waiting {
  readonly read: SingleRead;
  readonly resolve: (row: WithResponse<FeatureAnswer<never>>) => void;
  readonly reject: (error: unknown) => void;
  isAborted: boolean;
  /** Called when it is aborted. */
  onAbort: () => void;
}

/** True if the read may share a request: metadata is per request, and the server would not honour an idempotency key. */
export function canShare({ options: { metadata, idempotencyKey } }: SingleRead): boolean {
  return !metadata && idempotencyKey === undefined;
}

/** Puts the reads of one tick together that differ only in their ids. A read that stays alone is sent as it is. */
export function createCoalescer(
  transport: Transport,
  readAlone: Read,
  maxRowsOf: (options: ReadOptions) => number,
): Read {
  const groups = new Map<string, Waiting[]>();

  const readChunk = async (chunk: readonly Waiting[]): Promise<void> => {
    const [first] = chunk;
    if (first === undefined) return;
    const stopping = new AbortController();
    let left = chunk.length;
    for (const waiting of chunk)
      waiting.onAbort = () => {
        left -= 1;
        if (left === 0) stopping.abort();
      };
    try {
      const { options, call } = first.read;
      const { request } = batchRequest({ ...options, ids: [], onInvalidId: "null" });
      const { body, response } = await transport<BatchBody>({
        ...request,
        ...call,
        signal: stopping.signal,
        body: { ...request.body, ids: chunk.map(({ read }) => keyAsText(read.id)) },
        expect: (answer) => Array.isArray(answer.rows) && answer.rows.length === chunk.length,
      });
      const { requestId } = response;
      const faults = new Map(body.errors?.map((error) => [error.position, error]));
      for (const [index, { read, resolve, reject }] of chunk.entries()) {
        const fault = faults.get(index);
        if (fault !== undefined) reject(refusalOf(fault, requestId));
        else resolve({ data: { ...rowsOf<never>(body, read.selection).rowAt(read.id, index), requestId }, response });
      }
    } catch (error) {
      for (const { reject } of chunk) reject(error);
    }
  };

  const flush = async (key: string): Promise<void> => {
    const group = groups.get(key)?.filter(({ isAborted }) => !isAborted) ?? [];
    groups.delete(key);
    const [first] = group;
    if (first === undefined) return;
    if (group.length === 1) return readAlone(first.read).then(first.resolve, first.reject);
    const size = maxRowsOf(first.read.options);
    const chunks = Array.from({ length: Math.ceil(group.length / size) }, (_, index) =>
      group.slice(index * size, (index + 1) * size),
    );
    for await (const _ of inOrder(chunks, undefined, readChunk));
  };

  return (read) =>
    new Promise((resolve, reject) => {
      const { signal, timeoutMs, deadlineMs, retries, headers } = read.call;
      if (signal?.aborted) return reject(abortedError(signal));
      const abort = () => {
        waiting.isAborted = true;
        if (signal !== undefined) waiting.reject(abortedError(signal));
        waiting.onAbort();
      };
      const forget = () => signal?.removeEventListener("abort", abort);
      const waiting: Waiting = {
        read,
        resolve: (row) => {
          forget();
          resolve(row);
        },
        reject: (error) => {
          forget();
          reject(error);
        },
        isAborted: false,
        onAbort: () => undefined,
      };
      signal?.addEventListener("abort", abort, { once: true });
      const key = JSON.stringify([read.query, timeoutMs, deadlineMs, retries, headers]);
      const group = groups.get(key);
      if (group !== undefined) return void group.push(waiting);
      groups.set(key, [waiting]);
      endOfTick(() => void flush(key));
    });
}

/** Calls back after everything that is due now, with the promises that follow from it. */
function endOfTick(callback: () => void): void {
  if (typeof globalThis.setImmediate === "function") globalThis.setImmediate(callback);
  else setTimeout(callback, 0);
}

/** The error that a read of the id alone would get. */
function refusalOf({ code, path, detail }: IdError, requestId: string | null): FeatstoreError {
  const at = path.replace(/^ids\[\d+\]/, "id");
  const text = `${at}: ${detail}.`;
  const about = { status: 400, code, detail: text, errors: [{ path: at, detail }] };
  const problem = { ...about, type: `/docs/errors#${code}`, title: text, request_id: requestId ?? "" };
  return apiError({ ...about, requestId, problem, retryAfter: null });
}
