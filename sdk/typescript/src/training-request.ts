import { InvalidCallError } from "./errors";
import type { FeatureChoice } from "./feature-options";
import type { Selector, select } from "./selection";
import type { CallOptions, Request } from "./transport";

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

type Select = typeof select;
type Content = Pick<Request, "query" | "body" | "content" | "timeoutMs" | "deadlineMs">;

const UPLOAD_MS = 3_600_000;
const types = { csv: "text/csv", jsonl: "application/x-ndjson", parquet: "application/vnd.apache.parquet" } as const;

/** Makes the content of the request for a training set, and the limits of a file. Errors: `InvalidCallError`. */
export function trainingRequest(options: CreateTrainingSetOptions, select: Select): Content {
  const { rows, spine, features, service, entity } = options;
  if ((rows === undefined) === (spine === undefined))
    throw new InvalidCallError("Pass the spine either as rows or as spine");
  const selection = select({ features, service, entity });
  const payload = {
    service: selection.service,
    features: selection.features,
    entity: selection.entity,
    format: options.format,
    as_of_column: options.asOfColumn,
    time_zone: options.timeZone,
    columns: options.columns,
    labels: options.labels?.map((label) => labelOf(label, select)),
    label_column: options.labelColumn,
    allow_leakage: options.allowLeakage,
    split: options.split,
    reuse: options.reuse,
  };
  if (spine === undefined) {
    const body = JSON.stringify({ ...payload, rows }, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    return { content: { type: "application/json", data: body } };
  }
  const query = {
    ...payload,
    features: payload.features?.join(","),
    columns: listText("columns", payload.columns),
    labels: listText("labels", payload.labels?.map(labelText)),
    split: payload.split === undefined ? undefined : splitText(payload.split),
    reuse: payload.reuse === undefined ? undefined : String(payload.reuse),
  };
  return {
    timeoutMs: options.timeoutMs ?? UPLOAD_MS,
    deadlineMs: options.deadlineMs ?? UPLOAD_MS,
    query,
    content: { type: types[spine.format], data: spine.data },
  };
}

function labelOf({ feature, horizon, name }: TrainingLabel, select: Select) {
  const [reference, ...more] = select({ features: [feature] }).features ?? [];
  if (reference === undefined || more.length > 0) throw new InvalidCallError("A label needs exactly one feature");
  return { feature: reference, horizon, ...(name === undefined ? {} : { name }) };
}

function labelText({ feature, horizon, name }: ReturnType<typeof labelOf>): string {
  if (name?.includes("=")) throw new InvalidCallError("A label's name cannot contain = if the spine is a file");
  return `${name === undefined ? "" : `${name}=`}${feature}@${horizon}`;
}

/** Writes a list as a query parameter. */
function listText(what: string, items: readonly string[] | undefined): string | undefined {
  if (items?.some((item) => item.includes(",")))
    throw new InvalidCallError(`Items of ${what} cannot contain a comma if the spine is a file: send rows instead`);
  return items?.join(",");
}

function splitText(split: TrainingSplit): string {
  if (split.by === "time") {
    if (split.parts !== undefined)
      throw new InvalidCallError(
        "The parts of a split by time cannot be named if the spine is a file: send rows instead",
      );
    return `time:${split.cuts.join(",")}`;
  }
  const parts = Object.entries(split.parts).map(([part, fraction]) => `${part}=${fraction}`);
  return `${split.by === "hash" ? "hash" : `group:${split.column}`}:${parts.join(",")}`;
}
