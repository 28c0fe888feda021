import { findFeature } from "../registry/index";
import { type RowStatus, rowStatus, type Selection, statusOf, type ViewRows, type ViewStatus } from "../serving/index";
import { spaceJson } from "./choose-embeddings";
import { type VectorFormat, vectorJson } from "./vector-text";

/** Renders the response to a single read; `echo` is the key's member, `"speech_id":7`, `now` is in microseconds. */
export function renderEmbeddings(
  selection: Selection,
  echo: string,
  parts: readonly ViewRows[],
  now: number,
  format: VectorFormat,
): string {
  const { statuses, status } = judge(selection, parts, 0, now);
  const members = selection.views.flatMap((view, index) =>
    view.vectors.map((name) => {
      const own = statuses[index] ?? "missing";
      const vector = own === "complete" ? vectorJson(parts[index]?.vectors?.get(name)?.[0]?.text, format) : "null";
      const space = spaceJson(view.label, findFeature(view.registered, name));
      return `"${view.label}.${name}":{${space},"status":"${own}","vector":${vector}}`;
    }),
  );
  return `{${echo},"embeddings":{${members.join(",")}},"status":"${status}"}`;
}

export interface EmbeddingBatch {
  /** The JSON array of ids as it was sent. */
  readonly ids: string;
  /** The number of ids. */
  readonly count: number;
  readonly parts: readonly ViewRows[];
  readonly format: VectorFormat;
}

/** Renders the response to a batch. `now` is in microseconds. */
export function renderEmbeddingBatch(
  selection: Selection,
  { ids, count, parts, format }: EmbeddingBatch,
  now: number,
): string {
  const rows = Array.from({ length: count }, (_, position) => judge(selection, parts, position, now));
  const members = selection.views.flatMap((view, index) =>
    view.vectors.map((name) => {
      const vectors = parts[index]?.vectors?.get(name);
      const texts = rows.map(({ statuses }, position) =>
        statuses[index] === "complete" ? vectorJson(vectors?.[position]?.text, format) : "null",
      );
      const space = spaceJson(view.label, findFeature(view.registered, name));
      return `"${view.label}.${name}":{${space},"vectors":[${texts.join(",")}]}`;
    }),
  );
  const status = rows.map((row) => `"${row.status}"`).join(",");
  const statuses = rows.every((row) => row.status === "complete")
    ? ""
    : `,"statuses":${JSON.stringify(rows.map((row) => row.statuses))}`;
  return `{"ids":${ids},"embeddings":{${members.join(",")}},"status":[${status}],"views":${selection.labels}${statuses}}`;
}

function judge(
  { views }: Selection,
  parts: readonly ViewRows[],
  position: number,
  now: number,
): { readonly statuses: readonly ViewStatus[]; readonly status: RowStatus } {
  const known = parts.some((part) => part.rows[position] !== undefined);
  const statuses = views.map((view, index) => {
    const part = parts[index];
    return statusOf(part?.rows[position], view, now, known, part?.timedOut ?? true);
  });
  return { statuses, status: rowStatus(statuses) };
}
