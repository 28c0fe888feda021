import { InvalidCallError } from "./errors";
import type { FeatureChoice } from "./features";
import { type Selector, select } from "./selection";
import { isTrainingSet, type TrainingSet, type TrainingSetBody, trainingSetOf, type WaitOptions } from "./training-set";
import type { CallOptions, Transport } from "./transport";

export type TrainingSetFormat = "parquet" | "csv" | "jsonl";

/** A label from a feature: its value so much later than the row's own time. */
export interface TrainingLabel {
  /** `"view.feature"`, `"view@2.feature"`, or a definition's `.pick("feature")`. */
  readonly feature: Selector;
  /** `"7d"`, `"12h"`, `"30m"`, `"45s"`. */
  readonly horizon: string;
  /** Its column, `label.<view>.<feature>` by default. */
  readonly name?: string;
}

/** How rows are divided into parts. Fractions are of 1 and sum to it. */
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
   * The spine: the entity's keys, the as-of time (`as_of`, with its offset), and any columns that the result repeats. A
   * bigint travels as text, a Date as its ISO text. Either this or `spine`.
   */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  /** The spine as a file, read by the server before it answers; an hour is given to that unless `timeoutMs` says other. */
  readonly spine?: SpineFile;
  /** `"parquet"` by default. */
  readonly format?: TrainingSetFormat;
  readonly labels?: readonly TrainingLabel[];
  /** The spine's column that is a label. */
  readonly labelColumn?: string;
  /** Why a feature may equal a label in 99 % of the rows or more. */
  readonly allowLeakage?: string;
  readonly split?: TrainingSplit;
  /** The spine's columns to keep; all by default. */
  readonly columns?: readonly string[];
  /** `"as_of"` by default. */
  readonly asOfColumn?: string;
  /** The IANA zone of times without an offset, which are refused without it. */
  readonly timeZone?: string;
  /** Gives a finished one of the same definitions, spine, options and sources, where there is one. */
  readonly reuse?: boolean;
}

/** A training set that is being asked for: its promise, and a short way to its end. */
export interface CreatedTrainingSet extends Promise<TrainingSet> {
  /** The same as `(await created).wait(options)`. */
  wait(options?: WaitOptions): Promise<TrainingSet>;
}

/** Makes training sets. */
export interface TrainingSets {
  /**
   * Has one made. What is wrong with the spine is a `BadRequestError` with its places; the result is made after the answer.
   *
   * @example
   * const set = await client.trainingSets.create({ service: hitPredictor, rows, labels: [{ feature: "charts.rank", horizon: "7d" }] }).wait();
   * await writeFile("train.parquet", (await set.download()).stream);
   */
  create(options: CreateTrainingSetOptions): CreatedTrainingSet;
  /** One by its id, as it stands. */
  get(id: string, options?: CallOptions): Promise<TrainingSet>;
  /** Makes a finished one again, with the same spine; its manifest compares the two. */
  rerun(id: string, options?: CallOptions): CreatedTrainingSet;
}

const PATH = "/api/training-sets";
const UPLOAD_MS = 3_600_000;
const types = { csv: "text/csv", jsonl: "application/x-ndjson", parquet: "application/vnd.apache.parquet" } as const;

export function createTrainingSets(transport: Transport): TrainingSets {
  const post = async (request: Pick<Parameters<Transport>[0], "query" | "body" | "content"> & CallOptions) => {
    const { body } = await transport<TrainingSetBody>({
      ...request,
      method: "POST",
      path: PATH,
      expect: isTrainingSet,
    });
    return trainingSetOf(transport, body);
  };
  return {
    create: (options) => waitable(create(post, options)),
    async get(id, options = {}) {
      const path = `${PATH}/${encodeURIComponent(id)}`;
      const { body } = await transport<TrainingSetBody>({ ...options, method: "GET", path, expect: isTrainingSet });
      return trainingSetOf(transport, body);
    },
    rerun: (id, options = {}) => waitable(post({ ...options, body: { rerun: id } })),
  };
}

function waitable(created: Promise<TrainingSet>): CreatedTrainingSet {
  return Object.assign(created, { wait: (options?: WaitOptions) => created.then((set) => set.wait(options)) });
}

async function create(
  post: (request: Pick<Parameters<Transport>[0], "query" | "body" | "content"> & CallOptions) => Promise<TrainingSet>,
  options: CreateTrainingSetOptions,
): Promise<TrainingSet> {
  const { rows, spine, features, service, entity, signal, timeoutMs } = options;
  if ((rows === undefined) === (spine === undefined)) throw new InvalidCallError("Give the spine as rows or as spine");
  const selection = select({ features, service, entity });
  const payload = {
    service: selection.service,
    features: selection.features,
    entity: selection.entity,
    format: options.format,
    as_of_column: options.asOfColumn,
    time_zone: options.timeZone,
    columns: options.columns,
    labels: options.labels?.map(labelOf),
    label_column: options.labelColumn,
    allow_leakage: options.allowLeakage,
    split: options.split,
    reuse: options.reuse,
  };
  const call = { ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  if (spine === undefined) {
    const body = JSON.stringify({ ...payload, rows }, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    return post({ ...call, content: { type: "application/json", data: body } });
  }
  const query = {
    ...payload,
    features: payload.features?.join(","),
    columns: listText("columns", payload.columns),
    labels: listText("labels", payload.labels?.map(labelText)),
    split: payload.split === undefined ? undefined : splitText(payload.split),
    reuse: payload.reuse === undefined ? undefined : String(payload.reuse),
  };
  return post({ timeoutMs: UPLOAD_MS, ...call, query, content: { type: types[spine.format], data: spine.data } });
}

function labelOf({ feature, horizon, name }: TrainingLabel) {
  const [reference, ...more] = select({ features: [feature] }).features ?? [];
  if (reference === undefined || more.length > 0) throw new InvalidCallError("A label is one feature");
  return { feature: reference, horizon, ...(name === undefined ? {} : { name }) };
}

function labelText({ feature, horizon, name }: ReturnType<typeof labelOf>): string {
  if (name?.includes("=")) throw new InvalidCallError("A label's name has no = beside a spine that is a file");
  return `${name === undefined ? "" : `${name}=`}${feature}@${horizon}`;
}

/** A list as queries write it. */
function listText(what: string, items: readonly string[] | undefined): string | undefined {
  if (items?.some((item) => item.includes(",")))
    throw new InvalidCallError(`No item of ${what} may have a comma beside a spine that is a file: send rows instead`);
  return items?.join(",");
}

function splitText(split: TrainingSplit): string {
  if (split.by === "time") {
    if (split.parts !== undefined)
      throw new InvalidCallError(
        "The parts of a split by time cannot be named beside a spine that is a file: send rows instead",
      );
    return `time:${split.cuts.join(",")}`;
  }
  const parts = Object.entries(split.parts).map(([part, fraction]) => `${part}=${fraction}`);
  return `${split.by === "hash" ? "hash" : `group:${split.column}`}:${parts.join(",")}`;
}
