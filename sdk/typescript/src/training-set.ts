import type { TrainingSetFailure } from "./errors";
import type { components } from "./generated/openapi";
import type { DownloadOptions, TrainingSetDownload } from "./training-download";
import type { TrainingSetProgress, WaitOptions } from "./training-wait";
import type { CallOptions, Transport } from "./transport";
import { type CallPromise, startCall } from "./transport/call-promise";

export type TrainingSetBody = components["schemas"]["TrainingSet"];
export type TrainingSetState = TrainingSetBody["state"];

/**
 * The content and origin of a training set's file, as the server stores it: options, columns, labels, leakage, splits, the
 * state of each source, and SHA-256 of spine and result. Optional members are absent in older manifests.
 */
export type TrainingSetManifest = NonNullable<TrainingSetBody["manifest"]>;

/** A training set, as of the last answer of the server. */
export interface TrainingSet {
  readonly id: string;
  readonly state: TrainingSetState;
  readonly progress: TrainingSetProgress;
  /** The reason why it ended without a result; null if it did not. */
  readonly failure: TrainingSetFailure | null;
  /** Describes the file's content and origin, including leakage and splits; null until it is finished. */
  readonly manifest: TrainingSetManifest | null;
  /**
   * Polls until it is finished. Retries while the server is unavailable; if a server stops, the next one continues its
   * training sets. Errors: `TrainingSetFailedError`. `timeoutMs` limits each poll, not the whole wait; `retries` are polls
   * that may fail in a row, 10 by default.
   */
  wait(options?: WaitOptions): Promise<TrainingSet>;
  /** Reads its current state. */
  refresh(options?: CallOptions): CallPromise<TrainingSet>;
  /** Cancels it. Errors: `ConflictError` if it is finished. */
  cancel(options?: CallOptions): CallPromise<TrainingSet>;
  /** Deletes its data and manifest; cancels it if it is not finished. */
  delete(options?: CallOptions): CallPromise<TrainingSet>;
  /**
   * Opens its file, in the requested format. Errors: `ConflictError` before it is finished, `GoneError` if it has no data.
   *
   * @example await writeFile("train.parquet", (await set.download()).stream);
   */
  download(options?: DownloadOptions): Promise<TrainingSetDownload>;
}

export function isTrainingSet(answer: Readonly<Record<string, unknown>>): boolean {
  return typeof answer.id === "string" && typeof answer.state === "string";
}

export function trainingSetOf(transport: Transport, body: TrainingSetBody): TrainingSet {
  const { id, state, failure, manifest } = body;
  const path = `/api/training-sets/${encodeURIComponent(id)}`;
  const progress = { rows: body.progress.rows, spineRows: body.progress.spine_rows };
  const ask = (method: "GET" | "POST" | "DELETE", under: string, options: CallOptions = {}) =>
    startCall(async () => {
      const answer = await transport<TrainingSetBody>({
        ...options,
        method,
        path: `${path}${under}`,
        expect: isTrainingSet,
      });
      return { data: trainingSetOf(transport, answer.body), response: answer.response };
    });
  return {
    id,
    state,
    progress,
    failure,
    manifest,
    refresh: (options) => ask("GET", "", options),
    cancel: (options) => ask("POST", "/cancel", options),
    delete: (options) => ask("DELETE", "", options),
    async download(options = {}) {
      // Loaded when it is needed, like the wait: with its SHA-256 it is a tenth of the client.
      const { openDownload } = await import("./training-download");
      return openDownload(transport, `${path}/data`, options);
    },
    async wait(options = {}) {
      const { waitForEnd } = await import("./training-wait");
      return waitForEnd(id, (call) => ask("GET", "", call), options);
    },
  };
}
