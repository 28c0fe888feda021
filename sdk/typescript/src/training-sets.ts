import type { FeatureChoice } from "./feature-options";
import { type Selector, select } from "./selection";
import { isTrainingSet, type TrainingSet, type TrainingSetBody, trainingSetOf, type WaitOptions } from "./training-set";
import type { CallOptions, Request, Transport } from "./transport";
import { callOptionsOf } from "./transport/call-options";
import { type CallPromise, startCall, type WithResponse } from "./transport/call-promise";

export type TrainingSetFormat = "parquet" | "csv" | "jsonl";

/** A label: a feature's value, `horizon` after the row's time. */
export interface TrainingLabel {
  /** `"view.feature"`, `"view@2.feature"`, or a definition's `.pick("feature")`. */
  readonly feature: Selector;
  /** `"7d"`, `"12h"`, `"30m"`, `"45s"`. */
  readonly horizon: string;
  /** Its column, `label.<view>.<feature>` by default. */
  readonly name?: string;
}

/** How rows are split into parts. Fractions sum to 1. */
export type TrainingSplit =
  | { readonly by: "time"; readonly cuts: readonly string[]; readonly parts?: readonly string[] }
  | { readonly by: "hash"; readonly parts: Readonly<Record<string, number>> }
  | { readonly by: "group"; readonly column: string; readonly parts: Readonly<Record<string, number>> };

/** A spine as a file. */
export interface SpineFile {
  readonly format: "csv" | "jsonl" | "parquet";
  readonly data: string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>;
}

export interface CreateTrainingSetOptions extends FeatureChoice, CallOptions {
  /**
   * The spine: the entity's keys, the as-of time (`as_of`, with its offset), and any columns to copy to the result. A
   * bigint is sent as text, a Date as ISO text. Either this or `spine`.
   */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  /** The spine as a file. The server reads it before it answers, so `timeoutMs` and `deadlineMs` are an hour by default. */
  readonly spine?: SpineFile;
  /** `"parquet"` by default. */
  readonly format?: TrainingSetFormat;
  readonly labels?: readonly TrainingLabel[];
  /** The spine's label column. */
  readonly labelColumn?: string;
  /** The reason why a feature may equal a label in 99 % of the rows or more. */
  readonly allowLeakage?: string;
  readonly split?: TrainingSplit;
  /** The spine's columns to keep; all by default. */
  readonly columns?: readonly string[];
  /** `"as_of"` by default. */
  readonly asOfColumn?: string;
  /** The IANA zone for times without an offset, which are rejected otherwise. */
  readonly timeZone?: string;
  /** Returns a finished one with the same definitions, spine, options and sources, if there is one. */
  readonly reuse?: boolean;
}

/** The promise of a requested training set, with a shortcut to wait for its end. */
export interface CreatedTrainingSet extends CallPromise<TrainingSet> {
  /** The same as `(await created).wait(options)`. */
  wait(options?: WaitOptions): Promise<TrainingSet>;
}

/** Creates and reads training sets. */
export interface TrainingSets {
  /**
   * Creates one. Faults of the spine are a `BadRequestError` with their positions; the result is made after the answer.
   * With an `idempotencyKey`, a failed call is repeated, and finds the training set that the first attempt created.
   *
   * @example
   * const set = await client.trainingSets.create({ service: partyPredictor, rows, labels: [{ feature: "speech_sentiment.sentiment", horizon: "7d" }] }).wait();
   * await writeFile("train.parquet", (await set.download()).stream);
   */
  create(options: CreateTrainingSetOptions): CreatedTrainingSet;
  /** Gets one by id, in its current state. */
  get(id: string, options?: CallOptions): CallPromise<TrainingSet>;
  /** Repeats a finished one with the same spine; the new manifest compares the two. */
  rerun(id: string, options?: CallOptions): CreatedTrainingSet;
}

const PATH = "/api/training-sets";

type Content = Pick<Request, "query" | "body" | "content"> & CallOptions;
type Post = (request: Content) => Promise<WithResponse<TrainingSet>>;

export function createTrainingSets(transport: Transport): TrainingSets {
  const post: Post = async (request) => {
    const { body, response } = await transport<TrainingSetBody>({
      ...request,
      method: "POST",
      path: PATH,
      takesIdempotencyKey: true,
      expect: isTrainingSet,
    });
    return { data: trainingSetOf(transport, body), response };
  };
  return {
    create: (options) =>
      waitable(
        startCall(async () => {
          // Loaded when it is needed, like the download. It is given `select`, which stays in the main bundle.
          const { trainingRequest } = await import("./training-request");
          return post({ ...callOptionsOf(options), ...trainingRequest(options, select) });
        }),
      ),
    get: (id, options = {}) =>
      startCall(async () => {
        const path = `${PATH}/${encodeURIComponent(id)}`;
        const { body, response } = await transport<TrainingSetBody>({
          ...options,
          method: "GET",
          path,
          expect: isTrainingSet,
        });
        return { data: trainingSetOf(transport, body), response };
      }),
    rerun: (id, options = {}) => waitable(startCall(() => post({ ...options, body: { rerun: id } }))),
  };
}

function waitable(created: CallPromise<TrainingSet>): CreatedTrainingSet {
  return Object.assign(created, { wait: (options?: WaitOptions) => created.then((set) => set.wait(options)) });
}
