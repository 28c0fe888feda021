import type { Selection } from "../selection/selection";
import { batchMetadata } from "./render-metadata";
import type { BatchRows, Rendered } from "./rendered";

/** Returns the row of an unreadable id. */
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

/** Renders the response to a batch read as JSON. */
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
