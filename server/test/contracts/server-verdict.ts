import type { Refusal } from "./document-verdict";

/** Codes of a malformed request: the server must not send them when the document accepts the request. */
const MALFORMED = [
  ...["invalid_request", "unknown_parameter", "invalid_parameter", "body_required", "invalid_json", "invalid_body"],
  ...["ids_empty", "unsupported_media_type", "unsupported_content_encoding"],
];

/** The other codes with the status 400: rules that the document cannot say, so a request that it accepts may meet them. */
const BEYOND_SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  "the registry has the names, and the types of keys and inputs": [
    ...["id_empty", "id_invalid", "id_too_long", "mixed_entities", "entity_required", "vector_not_named"],
    ...["inputs_not_taken", "input_unknown", "input_missing", "input_invalid", "input_not_exact", "input_too_long"],
    ...["input_time_zone_required", "vector_dimensions", "vector_space", "filter_invalid", "dataset_column_unknown"],
    ...["dataset_file_ambiguous", "dataset_format_unknown", "invalid_selection", "selection_conflict"],
  ],
  "a schema reads a number, not its digits: 7, 7.0 and 7e0 are one": ["id_not_exact"],
  "a schema reads no text within a text": ["inputs_invalid", "label_invalid", "split_invalid"],
  "a schema knows no arithmetic: sums, float32, the time": ["vector_invalid", "vector_zero", "as_of_future"],
  "limits are settings": ["too_many_ids", "batch_exceeds_burst"],
  "a spine is read row by row": [
    ...["spine_unreadable", "spine_empty", "spine_column_missing", "spine_column_unknown", "spine_column_duplicate"],
    ...["spine_column_taken", "spine_column_invalid", "spine_row_invalid", "spine_key_missing", "spine_key_invalid"],
    ...["spine_time_invalid", "spine_time_zone_required", "spine_time_future"],
  ],
  "forms of pages are not in the document": ["invalid_form"],
};

/** Every code of a request that may be malformed. */
export const classifiedCodes: readonly string[] = [...MALFORMED, ...Object.values(BEYOND_SCHEMAS).flat()];

/** The status of a response, and code and detail if it is a problem. */
export interface ServerAnswer {
  readonly status: number;
  readonly code?: string;
  readonly detail?: string;
}

/** Compares the verdicts; returns the disagreement in words, or undefined. */
export function disagreement(refusals: readonly Refusal[], answer: ServerAnswer): string | undefined {
  const { status, code = "", detail } = answer;
  const server = `the server answers ${status}${code === "" ? "" : ` ${code}: ${detail}`}`;
  if (status === 500) return server;
  if (refusals.length === 0) return MALFORMED.includes(code) ? `the document accepts, ${server}` : undefined;
  // What a malformed segment names does not exist.
  const isUnknown = status === 404 && refusals.some(({ at }) => at === "path");
  if (status === 400 || status === 415 || isUnknown) return undefined;
  return `the document refuses (${refusals.map(({ at, reason }) => `${at}: ${reason}`).join("; ")}), ${server}`;
}
