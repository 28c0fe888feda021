import { computeRow } from "../computed/compute-row";
import type { RequestInputs } from "../computed/read-inputs";
import type { EntityKey, OnlineRow, OnlineVector } from "../online-store/online-store";
import { offsetOf, sliceOf } from "../online-store/packed-row";
import { type RowStatus, rowStatus, statusOf, type ViewRows, type ViewStatus } from "../read/read-rows";
import type { SelectedView } from "../selection/selected-view";
import type { ColumnRun, Selection } from "../selection/selection";
import { rowDetails, singleMetadata } from "./render-metadata";
import type { Rendered } from "./rendered";
import { singleAnswer } from "./single-answer";

/**
 * Renders the response to a single read. `echo` is the key's member, `"speech_id":7`; `now` is in microseconds; `inputs`
 * belong to a selection with computed features.
 */
export function renderSingle(
  selection: Selection,
  echo: string,
  parts: readonly ViewRows[],
  now: number,
  inputs: RequestInputs | null = null,
): Rendered {
  const { views, computed } = selection;
  const { statuses, status, validUntil } = judge(selection, parts, 0, now);
  let text = `{${echo},"features":{`;
  let isFirst = true;
  for (let index = 0; index < views.length; index++) {
    const view = views[index];
    const part = parts[index];
    if (view === undefined || part === undefined || view.features.length === 0) continue;
    const row = part.rows[0];
    text += `${isFirst ? '"' : ',"'}${view.label}":`;
    text += row === undefined || statuses[index] === "expired" ? view.nullObject : objectOf(view, row, part);
    isFirst = false;
  }
  const values =
    computed === null || inputs === null
      ? []
      : computeRow(computed, { parts, statuses, position: 0 }, inputs.at(0), now);
  if (values.length > 0) {
    const members = values.map((value, index) => `"${computed?.features[index]?.name}":${value.text}`);
    text += `${isFirst ? "" : ","}"computed":{${members.join(",")}}`;
  }
  text += status === "complete" ? selection.completeTail : tailOf(views, statuses, status);
  const details = selection.withMetadata ? rowDetails(selection, parts, statuses, values, 0) : null;
  if (details !== null) text += `,"metadata":${JSON.stringify(singleMetadata(selection, details, now))}`;
  text = flat(`${text}}`);
  const answer = singleAnswer(selection, text, validUntil);
  return { text, status, statuses: "", validUntil, joined: joinedKeysOf(selection, parts, 0), details, answer };
}

/** The rows of a batch that a store returned. */
export interface BatchParts {
  readonly selection: Selection;
  readonly parts: readonly ViewRows[];
  /** Microseconds since 1970 UTC. */
  readonly now: number;
  /** Null if the selection computes nothing. */
  readonly inputs: RequestInputs | null;
}

/**
 * Renders one row of a batch. `position` is its index in the parts, `row` its index in the request's ids, which also
 * selects its inputs.
 */
export function renderRow(batch: BatchParts, position: number, row: number): Rendered {
  const { selection, parts, now, inputs } = batch;
  const { computed } = selection;
  const { statuses, status, validUntil } = judge(selection, parts, position, now);
  let text = "[";
  for (const [index, run] of selection.runs.entries()) {
    if (index > 0) text += ",";
    text += runText(run, parts[run.view], statuses[run.view], position);
  }
  const values =
    computed === null || inputs === null
      ? []
      : computeRow(computed, { parts, statuses, position }, inputs.at(row), now);
  if (values.length > 0) {
    text += `${selection.runs.length > 0 ? "," : ""}${values.map((value) => value.text).join(",")}`;
  }
  return {
    text: flat(`${text}]`),
    status,
    statuses: status === "complete" ? selection.completeStatuses : `["${statuses.join('","')}"]`,
    validUntil,
    joined: joinedKeysOf(selection, parts, position),
    details: selection.withMetadata ? rowDetails(selection, parts, statuses, values, position) : null,
    answer: null,
  };
}

function joinedKeysOf(
  { isChained }: Selection,
  parts: readonly ViewRows[],
  position: number,
): readonly (EntityKey | null)[] | null {
  return isChained ? parts.map(({ keys }) => keys?.[position] ?? null) : null;
}

function runText(run: ColumnRun, part: ViewRows | undefined, status: ViewStatus | undefined, position: number): string {
  const row = part?.rows[position];
  if (row === undefined || status === "expired") return run.nulls;
  if (run.vector !== null) return vectorText(part?.vectors?.get(run.vector)?.[position]);
  const text = sliceOf(row, run.first, run.last);
  return run.hasFallback && text === "null" ? run.nulls : text;
}

function judge(selection: Selection, parts: readonly ViewRows[], position: number, now: number) {
  // A row of another entity that was found by a default key does not make this entity known.
  const known = parts.some(
    (part, index) => part.rows[position] !== undefined && selection.views[index]?.through === null,
  );
  const statuses: ViewStatus[] = [];
  let validUntil = Number.POSITIVE_INFINITY;
  const { views } = selection;
  for (let index = 0; index < views.length; index++) {
    const view = views[index];
    const part = parts[index];
    if (view === undefined) continue;
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
  const { features, prefixes, hasFallbacks } = view;
  let text = "";
  // Most views are read whole and in order, so a value starts where the previous one ended.
  let next = -1;
  let begin = 0;
  for (let index = 0; index < features.length; index++) {
    const feature = features[index];
    if (feature === undefined) continue;
    let value: string;
    if (feature.kind === "served") {
      if (feature.position !== next) begin = offsetOf(row, feature.position);
      next = feature.position + 1;
      const end = offsetOf(row, next);
      value = row.text.slice(begin, end - 1);
      begin = end;
    } else {
      value = vectorText(part.vectors?.get(feature.name)?.[0]);
    }
    text += prefixes[index];
    text += hasFallbacks && value === "null" ? (feature.fallback ?? value) : value;
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

/** Flattens a concatenated string: as a tree it would retain all its parts and be slow to write each time. */
function flat(text: string): string {
  // Reading a character makes the engine flatten the string.
  text.charCodeAt(0);
  return text;
}
