import type { BatchBody, IdError } from "./answer";
import { apiError, type FeatstoreError } from "./errors";
import type { FeatureAnswer, ReadOptions } from "./feature-options";
import { batchRequest, type SingleRead } from "./feature-requests";
import { chunksOf, inOrder } from "./in-order";
import { isParts, keyAsText } from "./key";
import { rowsOf } from "./read-row";
import type { Transport } from "./transport";
import type { WithResponse } from "./transport/call-promise";
import { untilAborted } from "./transport/pause";

type Read = (read: SingleRead) => Promise<WithResponse<FeatureAnswer<never>>>;

/** A read that waits for its row. */
interface Waiting {
  readonly read: SingleRead;
  readonly resolve: (row: WithResponse<FeatureAnswer<never>>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * True if the read may share a request: metadata is per request, the server would not honour an idempotency key, and only
 * a single answer shows whether the name of a key is right.
 */
export function canShare({ id, selection, options: { metadata, idempotencyKey } }: SingleRead): boolean {
  const isChecked = !isParts(id) || selection.entityDocument !== undefined;
  return isChecked && !metadata && idempotencyKey === undefined;
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
    for (const { read } of chunk) {
      // One function for each read: reads often have one signal, which would take the same function only once.
      const leave = () => {
        left -= 1;
        if (left === 0) stopping.abort();
      };
      read.call.signal?.addEventListener("abort", leave, { once: true, signal: stopping.signal });
    }
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
    stopping.abort(); // forgets the reads' signals
  };

  const flush = async (key: string): Promise<void> => {
    const group = groups.get(key)?.filter(({ read }) => !read.call.signal?.aborted) ?? [];
    groups.delete(key);
    const [first] = group;
    if (first !== undefined && group.length === 1) return readAlone(first.read).then(first.resolve, first.reject);
    const chunks = first === undefined ? [] : chunksOf(group, maxRowsOf(first.read.options));
    for await (const _ of inOrder(chunks, undefined, readChunk));
  };

  return (read) => {
    const { signal, timeoutMs, deadlineMs, retries, headers } = read.call;
    const key = JSON.stringify([read.query, timeoutMs, deadlineMs, retries, headers]);
    const answered = new Promise<WithResponse<FeatureAnswer<never>>>((resolve, reject) => {
      const group = groups.get(key) ?? [];
      if (group.push({ read, resolve, reject }) > 1) return;
      groups.set(key, group);
      endOfTick(() => void flush(key));
    });
    return untilAborted(signal, answered);
  };
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
