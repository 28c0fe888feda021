import { ApiError, ConnectionError, TimeoutError, TrainingSetFailedError, type TrainingSetFailure } from "./errors";
import type { components } from "./generated/openapi";
import { type DownloadOptions, openDownload, type TrainingSetDownload } from "./training-download";
import type { CallOptions, Transport } from "./transport";

export type TrainingSetBody = components["schemas"]["TrainingSet"];
export type TrainingSetState = TrainingSetBody["state"];

export interface TrainingSetProgress {
  readonly rows: number;
  /** Null until the spine is read. */
  readonly spineRows: number | null;
}

export interface WaitOptions extends CallOptions {
  /** Told after each question how far it is. */
  readonly onProgress?: (progress: TrainingSetProgress) => void;
  /** Milliseconds between two questions. 2,000 by default. */
  readonly everyMs?: number;
}

/** A training set as it stood when the server was last asked. */
export interface TrainingSet {
  readonly id: string;
  readonly state: TrainingSetState;
  readonly progress: TrainingSetProgress;
  /** Why it ended without a result; null where it did not. */
  readonly failure: TrainingSetFailure | null;
  /** What the file holds and what it was made of, leakage and splits included; null until it is finished. */
  readonly manifest: Readonly<Record<string, unknown>> | null;
  /**
   * Asks until it is finished, and gives it. A server that is away for a moment is asked again; one that stops has its
   * training sets made by the next. Errors: `TrainingSetFailedError`; `timeoutMs` bounds each question, not the waiting.
   */
  wait(options?: WaitOptions): Promise<TrainingSet>;
  /** Asks once. */
  refresh(options?: CallOptions): Promise<TrainingSet>;
  /** Gives it up. Errors: `ConflictError` where it is finished. */
  cancel(options?: CallOptions): Promise<TrainingSet>;
  /** Deletes it, data and manifest; one that is not finished is cancelled. */
  delete(options?: CallOptions): Promise<TrainingSet>;
  /**
   * Opens its file, in the format it was made in. Errors: `ConflictError` before it is finished, `GoneError` where it has
   * no data.
   *
   * @example await writeFile("train.parquet", (await set.download()).stream);
   */
  download(options?: DownloadOptions): Promise<TrainingSetDownload>;
}

const EVERY_MS = 2_000;
const MAX_FAILURES = 10;

export function isTrainingSet(answer: Readonly<Record<string, unknown>>): boolean {
  return typeof answer.id === "string" && typeof answer.state === "string";
}

export function trainingSetOf(transport: Transport, body: TrainingSetBody): TrainingSet {
  const { id, state, failure, manifest } = body;
  const path = `/api/training-sets/${encodeURIComponent(id)}`;
  const progress = { rows: body.progress.rows, spineRows: body.progress.spine_rows };
  const ask = async (method: "GET" | "POST" | "DELETE", under: string, options: CallOptions = {}) => {
    const answer = await transport<TrainingSetBody>({
      ...options,
      method,
      path: `${path}${under}`,
      expect: isTrainingSet,
    });
    return trainingSetOf(transport, answer.body);
  };
  return {
    id,
    state,
    progress,
    failure,
    manifest,
    refresh: (options) => ask("GET", "", options),
    cancel: (options) => ask("POST", "/cancel", options),
    delete: (options) => ask("DELETE", "", options),
    download: (options = {}) => openDownload(transport, `${path}/data`, options),
    async wait({ onProgress, everyMs = EVERY_MS, ...call } = {}) {
      let current: TrainingSet | undefined;
      let failures = 0;
      for (;;) {
        try {
          current = await ask("GET", "", call);
          failures = 0;
        } catch (error) {
          failures += 1;
          if (!isPassing(error) || failures > MAX_FAILURES) throw error;
          await pause(everyMs, call.signal);
          continue;
        }
        onProgress?.(current.progress);
        if (current.state === "finished") return current;
        const ended = endOf(current);
        if (ended !== null) throw new TrainingSetFailedError(id, ended);
        await pause(everyMs, call.signal);
      }
    },
  };
}

function endOf({ state, failure }: TrainingSet): TrainingSetFailure | null {
  if (state === "failed") return failure ?? { code: "failed", detail: "it failed" };
  return state === "cancelled" || state === "deleted" ? { code: state, detail: `it was ${state}` } : null;
}

function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}

/** Ends early where the signal does; the next question says so. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted) end();
  });
}
