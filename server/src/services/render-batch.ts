import type { ErrorCode } from "../errors";
import type { Rendered } from "./render-features";
import { batchMetadata } from "./render-metadata";
import type { Selection } from "./selection";

/** Why one id of a batch could not be read, where that fails its row alone. */
export interface RowError {
  readonly position: number;
  /** `ids[3].track_id` */
  readonly path: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** The rows of a batch, before they have the form that was asked for. */
export interface BatchRows {
  readonly selection: Selection;
  /** The tenant scope that was read. */
  readonly scope: string;
  /** The JSON array as it was sent. */
  readonly ids: string;
  /** One for each id. */
  readonly rows: readonly Rendered[];
  /** Null: an id that cannot be read fails the batch. */
  readonly errors: readonly RowError[] | null;
  /** The moment of reading, microseconds since 1970 UTC. */
  readonly now: number;
}

/** The row of an id that cannot be read. */
export function invalidRow({ columnTypes, views }: Selection): Rendered {
  return {
    text: `[${columnTypes.map(() => "null").join(",")}]`,
    status: "invalid_id",
    statuses: JSON.stringify(views.map(() => "invalid_id")),
    validUntil: Number.NEGATIVE_INFINITY,
    joined: null,
    details: null,
    answer: null,
  };
}

/** The answer to a batch read, as JSON. */
export function renderBatch(batch: BatchRows): string {
  const { selection, ids, rows, errors } = batch;
  let texts = "";
  let status = "";
  let allComplete = true;
  for (let position = 0; position < rows.length; position++) {
    const row = rows[position];
    if (row === undefined) continue;
    const comma = position === 0 ? "" : ",";
    texts += comma + row.text;
    if (row.status === "complete") {
      status += position === 0 ? '"complete"' : ',"complete"';
    } else {
      status += `${comma}"${row.status}"`;
      allComplete = false;
    }
  }
  const statuses = allComplete ? "" : `,"statuses":[${rows.map((row) => row.statuses).join(",")}]`;
  const failed = errors === null || errors.length === 0 ? "" : `,"errors":${JSON.stringify(errors)}`;
  const metadata = selection.withMetadata ? `,"metadata":${JSON.stringify(batchMetadata(batch))}` : "";
  return `{"ids":${ids},"columns":${selection.columns},"rows":[${texts}],"status":[${status}],"views":${selection.labels}${statuses}${failed}${metadata}}`;
}
