import type { ValueType } from "@featstore/definitions/compiler";
import { Table, tableToIPC } from "apache-arrow";
import { type ArrowColumn, arrowBatch, arrowSchema } from "../../columnar/index";
import { eachElement } from "../../core/index";
import { parseBatchKey } from "../entity-key";
import { KEY_SEPARATOR } from "../online-store/online-store";
import { batchMetadata } from "./render-metadata";
import type { BatchRows } from "./rendered";

/** The key of the schema metadata that holds the response's metadata. */
const METADATA = "featstore.metadata";

/**
 * Renders a batch as an Arrow IPC stream of one record batch: the key columns, `view.feature` and `computed.name` with
 * the types of `arrowSchema`, then `status`, and `status:view` for each view. `error` holds the code of an unreadable
 * id. If metadata is requested, `event_time:view` holds the time of the newest fact.
 */
export function renderArrow(batch: BatchRows): Uint8Array<ArrayBuffer> {
  const { selection, errors } = batch;
  const { entity, columnTypes } = selection;
  const names = JSON.parse(selection.columns) as readonly string[]; // the selection's documented form
  const labels = selection.views.map(({ label }) => label);
  const texts = (named: readonly string[], type: ValueType): readonly ArrowColumn[] =>
    named.map((name) => ({ name, type }));
  const columns: readonly ArrowColumn[] = [
    ...entity.key,
    ...names.map((name, index) => ({ name, type: columnTypes[index] ?? "json" })),
    ...texts(["status", ...labels.map((label) => `status:${label}`)], "string"),
    ...(errors === null ? [] : texts(["error"], "string")),
    ...(selection.withMetadata ? texts(eventTimeNames(labels), "timestamp") : []),
  ];
  const codes = new Map(errors?.map(({ position, code }) => [position, code]));
  const keys = keyCells(batch);
  const rows = batch.rows.map((row, position) => [
    ...(keys[position] ?? []),
    ...elementsOf(row.text).map((cell) => (cell === "null" ? null : cell)),
    row.status,
    ...elementsOf(row.statuses),
    ...(errors === null ? [] : [codes.get(position) ?? null]),
    ...(row.details?.eventTimes ?? (selection.withMetadata ? labels.map(() => null) : [])),
  ]);
  const metadata = selection.withMetadata ? new Map([[METADATA, JSON.stringify(batchMetadata(batch))]]) : undefined;
  const schema = arrowSchema(columns, metadata);
  // Copied, because the writer's memory may be shared, which `Response` does not accept.
  return new Uint8Array(tableToIPC(new Table(schema, [arrowBatch(schema, columns, rows)]), "stream"));
}

function eventTimeNames(labels: readonly string[]): readonly string[] {
  return labels.map((label) => `event_time:${label}`);
}

/** Returns the parts of each row's key as JSON texts; null if the id could not be read. */
function keyCells({ selection: { entity }, scope, ids, rows }: BatchRows): readonly (readonly (string | null)[])[] {
  return elementsOf(ids).map((id, position) => {
    if (rows[position]?.status === "invalid_id") return entity.key.map(() => null);
    const parts = parseBatchKey(entity, id, position, scope).split(KEY_SEPARATOR);
    return entity.key.map(({ type }, index) => {
      const part = parts[index] ?? "";
      return type === "string" || type === "uuid" ? JSON.stringify(part) : part;
    });
  });
}

function elementsOf(text: string): readonly string[] {
  const elements: string[] = [];
  eachElement(text, (element) => void elements.push(element));
  return elements;
}
