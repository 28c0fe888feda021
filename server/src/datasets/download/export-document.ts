import { instantText } from "@featstore/definitions/compiler";
import { type DocumentOf, jsonText, type Reply } from "../../http/index";
import { Export } from "./dataset-schema";
import type { StoredExport } from "./export-types";
import type { StartedExport } from "./exports";

/** Maps an export to its document. `keptMs`: how long its file is stored. */
export function exportDocument(stored: StoredExport, keptMs: number): DocumentOf<typeof Export> {
  const { id, dataset, snapshot, selection, state, rowsDone, result, failure, createdAt, finishedAt } = stored;
  const isThere = state === "finished" && result !== null && finishedAt !== null;
  return {
    ...{ id, dataset, snapshot, format: selection.format, features: selection.columns, split: selection.split },
    ...{ state, rows: rowsDone, bytes: isThere ? result.bytes : null, sha256: isThere ? result.sha256 : null },
    ...{ failure, created_at: instantText(createdAt) },
    finished_at: finishedAt === null ? null : instantText(finishedAt),
    expires_at: isThere ? instantText(finishedAt + BigInt(keptMs) * 1000n) : null,
    url: isThere ? `${exportAddress(stored)}/data` : null,
  };
}

export function exportAddress({ dataset, id }: Pick<StoredExport, "dataset" | "id">): string {
  return `/api/datasets/${dataset}/exports/${id}`;
}

/** The response with an export: 202, or 200 for a repeated request whose export is finished. */
export function exportReply({ export: stored, isNew }: StartedExport, keptMs: number): Reply {
  return {
    status: stored.state === "finished" && !isNew ? 200 : 202,
    contentType: "application/json",
    body: jsonText(Export, exportDocument(stored, keptMs)),
    headers: { location: exportAddress(stored) },
  };
}
