import type { OnlineRow, OnlineVector } from "../stores/online-store";
import { sliceOf } from "../stores/packed-row";
import { deprecationDocument } from "./deprecation";
import { instantText } from "./instant";
import { type RowStatus, rowStatus, statusOf, type ViewRows, type ViewStatus } from "./read-rows";
import type { SelectedView, Selection } from "./selection";

/**
 * An answer's part about one entity, put together from texts: nothing is parsed or serialised. A generation's rows never
 * change, so the text stands until the next row of it expires.
 */
export interface Rendered {
  /** For a single read the whole answer, for a batch the row as a JSON array. */
  readonly text: string;
  readonly status: RowStatus;
  /** JSON array of the statuses by view. */
  readonly statuses: string;
  /** Microseconds since 1970 UTC; minus infinity where a view timed out, so that it stands for no other read. */
  readonly validUntil: number;
}

/** The answer to a single read. `echo` is the key's member, `"track_id":7`; `now` is in microseconds. */
export function renderSingle(selection: Selection, echo: string, parts: readonly ViewRows[], now: number): Rendered {
  const { views } = selection;
  const { statuses, status, validUntil } = judge(selection, parts, 0, now);
  let text = `{${echo},"features":{`;
  for (let index = 0; index < views.length; index++) {
    const view = views[index];
    const part = parts[index];
    if (view === undefined || part === undefined) continue;
    const row = part.rows[0];
    text += `${index === 0 ? '"' : ',"'}${view.label}":`;
    text += row === undefined || statuses[index] === "expired" ? view.nullObject : objectOf(view, row, part);
  }
  text += status === "complete" ? selection.completeTail : tailOf(views, statuses, status);
  if (selection.withMetadata) text += metadataOf(views, parts);
  return { text: flat(`${text}}`), status, statuses: "", validUntil };
}

/** One row of a batch. */
export function renderRow(selection: Selection, parts: readonly ViewRows[], position: number, now: number): Rendered {
  const { statuses, status, validUntil } = judge(selection, parts, position, now);
  let text = "[";
  for (const [index, run] of selection.runs.entries()) {
    if (index > 0) text += ",";
    const part = parts[run.view];
    const row = part?.rows[position];
    if (row === undefined || statuses[run.view] === "expired") text += run.nulls;
    else if (run.vector !== null) text += vectorText(part?.vectors?.get(run.vector)?.[position]);
    else text += sliceOf(row, run.first, run.last);
  }
  return {
    text: flat(`${text}]`),
    status,
    statuses: status === "complete" ? selection.completeStatuses : `["${statuses.join('","')}"]`,
    validUntil,
  };
}

/** The answer to a batch read; `idsText` is the JSON array of ids as it was sent. */
export function renderBatch(selection: Selection, idsText: string, rows: readonly Rendered[]): string {
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
  return `{"ids":${idsText},"columns":${selection.columns},"rows":[${texts}],"status":[${status}],"views":${selection.labels}${statuses}}`;
}

function judge(selection: Selection, parts: readonly ViewRows[], position: number, now: number) {
  const known = parts.some((part) => part.rows[position] !== undefined);
  const statuses: ViewStatus[] = [];
  let validUntil = Number.POSITIVE_INFINITY;
  for (const [index, view] of selection.views.entries()) {
    const part = parts[index];
    const row = part?.rows[position];
    const status = statusOf(row, view, now, known, part?.timedOut ?? true);
    statuses.push(status);
    if (status === "timeout") validUntil = Number.NEGATIVE_INFINITY;
    else if (status === "complete" && view.ttl !== null && row?.eventTime != null) {
      validUntil = Math.min(validUntil, row.eventTime + view.ttl);
    }
  }
  return { statuses, status: rowStatus(statuses), validUntil };
}

function objectOf(view: SelectedView, row: OnlineRow, part: ViewRows): string {
  const { features, prefixes } = view;
  let text = "";
  for (let index = 0; index < features.length; index++) {
    const feature = features[index];
    if (feature === undefined) continue;
    text += prefixes[index];
    text +=
      feature.kind === "served"
        ? sliceOf(row, feature.position, feature.position)
        : vectorText(part.vectors?.get(feature.name)?.[0]);
  }
  return `${text}}`;
}

function vectorText(vector: OnlineVector | undefined): string {
  return vector?.text ?? "null";
}

function tailOf(views: readonly SelectedView[], statuses: readonly ViewStatus[], status: RowStatus): string {
  const each = views.map((view, index) => `"${view.label}":"${statuses[index] ?? "missing"}"`).join(",");
  return `},"status":"${status}","views":{${each}}`;
}

function metadataOf(views: readonly SelectedView[], parts: readonly ViewRows[]): string {
  const each = views.map((view, index) => {
    const eventTime = parts[index]?.rows[0]?.eventTime ?? null;
    const served = view.registered.served;
    const deprecation = deprecationDocument(view.registered);
    return `"${view.label}":${JSON.stringify({
      version: view.registered.view.version,
      generation: view.generation,
      as_of: served === null ? null : instantText(served.asOf),
      event_time: eventTime === null ? null : instantText(BigInt(eventTime)),
      ...(deprecation === null ? {} : { deprecation }),
    })}`;
  });
  return `,"metadata":{${each.join(",")}}`;
}

/** The text in one piece: kept as the tree of its parts, it would hold all of them and be slow to write each time. */
function flat(text: string): string {
  // Asking for a character of a concatenation makes the engine join it.
  text.charCodeAt(0);
  return text;
}
