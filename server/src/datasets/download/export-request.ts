import { bodyMembers, type Fault, invalidBody, parsed, stringMember } from "../../core/index";
import { type ApiRequest, holderOf, idempotencyKeyOf, keyRequired } from "../../http/index";
import type { Snapshot } from "../dataset-types";
import { readableDataset } from "../readable-dataset";
import { requireAcceptedTerms } from "./acceptances";
import { dataFiles, parseFormat, selectColumns } from "./data-files";
import type { Downloads } from "./downloads";
import type { ExportSelection } from "./export-types";
import { requestedSnapshot } from "./requested-snapshot";

const MEMBERS = ["snapshot", "format", "features", "split"] as const;

/** The texts of a request for columns of a snapshot. */
export interface SelectionTexts {
  readonly snapshot: string | undefined;
  readonly format: string | undefined;
  /** Null: all columns. */
  readonly features: readonly string[] | null;
  readonly split: string | undefined;
}

/** Parses the body of an export. Errors: those of JSON bodies. */
export function parseExport(body: string): SelectionTexts {
  const members = bodyMembers(body, MEMBERS, []);
  const features: unknown = members.features === undefined ? null : parsed(members.features);
  const isList = Array.isArray(features) && features.length > 0 && features.every((each) => typeof each === "string");
  if (features !== null && !isList)
    throw invalidBody([{ path: "features", detail: "expected a list of names of columns" } satisfies Fault]);
  return {
    snapshot: stringMember(members.snapshot, "snapshot"),
    format: stringMember(members.format, "format"),
    features,
    split: stringMember(members.split, "split"),
  };
}

/**
 * Resolves a request for columns of a snapshot by a caller who may read its files. Errors: those of names, terms and
 * formats.
 */
export async function resolveSelection(
  { reader, acceptances }: Pick<Downloads, "reader" | "acceptances">,
  request: ApiRequest,
  name: string,
  texts: SelectionTexts,
): Promise<{ readonly snapshot: Snapshot; readonly selection: ExportSelection }> {
  const dataset = await readableDataset(reader, request, name);
  await requireAcceptedTerms(acceptances, dataset, request.principal);
  const format = parseFormat(texts.format);
  const snapshot = await requestedSnapshot(reader, name, texts.snapshot ?? "latest");
  const selection = selectColumns(snapshot, texts.features, { format, split: texts.split ?? null });
  dataFiles(snapshot, selection);
  return { snapshot, selection };
}

/** Returns who creates an export. Errors: `key_required`, `invalid_request` for a malformed `Idempotency-Key`. */
export function exportCaller(request: ApiRequest, idempotencyKey = idempotencyKeyOf(request)) {
  // Exports belong to keys.
  if (request.principal === null) throw keyRequired();
  return { holder: holderOf(request), address: request.address, idempotencyKey };
}
