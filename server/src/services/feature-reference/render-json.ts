import type { ReferenceDocument } from "./reference-document";

/** The reference as a JSON file; `ReferenceDocument` is its shape. */
export function renderJson(document: ReferenceDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
