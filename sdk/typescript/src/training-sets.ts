import { select } from "./selection";
import type { CreateTrainingSetOptions } from "./training-request";
import { isTrainingSet, type TrainingSet, type TrainingSetBody, trainingSetOf } from "./training-set";
import type { WaitOptions } from "./training-wait";
import type { CallOptions, Request, Transport } from "./transport";
import { callOptionsOf } from "./transport/call-options";
import { type CallPromise, startCall, type WithResponse } from "./transport/call-promise";

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
