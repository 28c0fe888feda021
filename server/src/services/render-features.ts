import { sliceOf } from "../stores/packed-row";
import type { OnlineRow, OnlineVector } from "../stores/online-store";
import { instantText } from "./instant";
import { isExpired, type RowStatus, rowStatus, statusOf, type ViewRows, type ViewStatus } from "./read-rows";
import type { SelectedView, Selection } from "./selection";

/**
 * The answer to a single read, put together from texts: nothing is parsed or serialised. `echo` is the key's member,
 * `"track_id":7`; `now` is in microseconds.
 */
export function renderSingle(
  selection: Selection,
  echo: string,
  parts: readonly ViewRows[],
  now: number,
): string {
  const { views } = selection;
  const known = parts.some((part) => part.rows[0] !== undefined);
  let text = `{${echo},"features":{`;
  let allComplete = true;
  const statuses: ViewStatus[] = [];
  for (let index = 0; index < views.length; index++) {
    const view = views[index];
    const part = parts[index];
    if (view === undefined || part === undefined) continue;
    const row = part.rows[0];
    const status = statusOf(row, view, now, known, part.timedOut);
    statuses.push(status);
    if (status !== "complete") allComplete = false;
    text += `${index === 0 ? '"' : ',"'}${view.label}":`;
    text += row === undefined || status === "expired" ? view.nullObject : objectOf(view, row, part);
  }
  text += allComplete ? selection.completeTail : tailOf(views, statuses);
  if (selection.withMetadata) text += metadataOf(views, parts);
  return `${text}}`;
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

function tailOf(views: readonly SelectedView[], statuses: readonly ViewStatus[]): string {
  const each = views.map((view, index) => `"${view.label}":"${statuses[index] ?? "missing"}"`).join(",");
  return `},"status":"${rowStatus(statuses)}","views":{${each}}`;
}

function metadataOf(views: readonly SelectedView[], parts: readonly ViewRows[]): string {
  const each = views.map((view, index) => {
    const eventTime = parts[index]?.rows[0]?.eventTime ?? null;
    const served = view.registered.served;
    return `"${view.label}":${JSON.stringify({
      version: view.registered.view.version,
      generation: view.generation,
      as_of: served === null ? null : instantText(served.asOf),
      event_time: eventTime === null ? null : instantText(BigInt(eventTime)),
    })}`;
  });
  return `,"metadata":{${each.join(",")}}`;
}

/** The answer to a batch read; `idsText` is the JSON array of ids as it was sent. */
export function renderBatch(
  selection: Selection,
  idsText: string,
  count: number,
  parts: readonly ViewRows[],
  now: number,
): string {
  const { views, runs } = selection;
  let rowsText = "";
  let statusText = "";
  let statusesText = "";
  let allComplete = true;
  for (let position = 0; position < count; position++) {
    const comma = position === 0 ? "" : ",";
    let complete = true;
    for (let index = 0; index < views.length; index++) {
      const view = views[index];
      const row = parts[index]?.rows[position];
      if (view === undefined || row === undefined || row.eventTime === null || isExpired(row, view, now)) {
        complete = false;
        break;
      }
    }
    let status: RowStatus = "complete";
    let statuses: readonly ViewStatus[] | undefined;
    if (!complete) {
      statuses = statusesAt(views, parts, position, now);
      status = rowStatus(statuses);
      allComplete = false;
    }
    rowsText += position === 0 ? "[" : ",[";
    for (let index = 0; index < runs.length; index++) {
      const run = runs[index];
      if (run === undefined) continue;
      if (index > 0) rowsText += ",";
      const part = parts[run.view];
      const row = part?.rows[position];
      if (row === undefined || (statuses !== undefined && statuses[run.view] === "expired")) rowsText += run.nulls;
      else if (run.vector !== null) rowsText += vectorText(part?.vectors?.get(run.vector)?.[position]);
      else rowsText += sliceOf(row, run.first, run.last);
    }
    rowsText += "]";
    statusText += `${comma}"${status}"`;
    statusesText += statuses === undefined ? `${comma}${selection.completeStatuses}` : `${comma}["${statuses.join('","')}"]`;
  }
  const perView = allComplete ? "" : `,"views":${selection.labels},"statuses":[${statusesText}]`;
  return `{"ids":${idsText},"columns":${selection.columns},"rows":[${rowsText}],"status":[${statusText}]${perView}}`;
}

function statusesAt(
  views: readonly SelectedView[],
  parts: readonly ViewRows[],
  position: number,
  now: number,
): ViewStatus[] {
  const known = parts.some((part) => part.rows[position] !== undefined);
  return views.map((view, index) => {
    const part = parts[index];
    return statusOf(part?.rows[position], view, now, known, part?.timedOut ?? true);
  });
}
