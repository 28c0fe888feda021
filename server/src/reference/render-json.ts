import type { ReferenceDocument } from "./reference-document";

/** Renders the reference as JSON in the shape of `ReferenceDocument`. */
export function renderJson(document: ReferenceDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
