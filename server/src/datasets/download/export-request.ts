import { type ApiRequest, holderOf, keyRequired } from "../../http/index";
import type { Snapshot } from "../dataset-types";
import { readableDataset } from "../readable-dataset";
import { requireAcceptedTerms } from "./acceptances";
import { dataFiles, parseFormat, selectColumns } from "./data-files";
import type { Downloads } from "./downloads";
import type { ExportSelection } from "./export-types";
import { requestedSnapshot } from "./requested-snapshot";

/** A request for columns of a snapshot. Default: all columns and rows of the newest snapshot, as Parquet. */
export interface SelectionRequest {
  readonly snapshot?: string;
  readonly format?: string;
  readonly features?: readonly string[];
  readonly split?: string;
}

/**
 * Resolves a request for columns of a snapshot by a caller who may read its files. Errors: those of names, terms and
 * formats.
 */
export async function resolveSelection(
  { reader, acceptances }: Pick<Downloads, "reader" | "acceptances">,
  request: ApiRequest,
  name: string,
  { snapshot: reference = "latest", format: formatName, features, split }: SelectionRequest,
): Promise<{ readonly snapshot: Snapshot; readonly selection: ExportSelection }> {
  const dataset = await readableDataset(reader, request, name);
  await requireAcceptedTerms(acceptances, dataset, request.principal);
  const format = parseFormat(formatName);
  const snapshot = await requestedSnapshot(reader, name, reference);
  const selection = selectColumns(snapshot, features ?? null, { format, split: split ?? null });
  dataFiles(snapshot, selection);
  return { snapshot, selection };
}

/** Returns who creates an export. Errors: `key_required`. */
export function exportCaller(request: ApiRequest, idempotencyKey: string | null) {
  // Exports belong to keys.
  if (request.principal === null) throw keyRequired();
  return { holder: holderOf(request), address: request.address, idempotencyKey };
}
