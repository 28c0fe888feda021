import { FeatstoreError } from "../../core/index";
import type { ApiRequest } from "./exchange";
import { mediaTypeIn } from "./media-type";
import { requirePlainBody, requireUtf8, unsupportedMediaType } from "./require-plain-body";

const JSON_NAME = /^application\/(?:json|[a-z0-9.-]+\+json)$/;

/**
 * Returns the body's text if its headers declare plain JSON. `others`: types that the route reads in another way.
 * Errors: `unsupported_content_encoding`, `unsupported_media_type`, `body_required`, `body_too_large`, `invalid_json`.
 */
export async function readJsonText(request: ApiRequest, others: readonly string[] = []): Promise<string> {
  requirePlainBody(request);
  const header = request.header("content-type");
  const expected = `"Content-Type: application/json"${others.map((name) => `, "${name}"`).join("")}`;
  if (header !== undefined && header !== "application/json") {
    const type = mediaTypeIn(header);
    if (!JSON_NAME.test(type.name)) throw unsupportedMediaType(`Send ${expected}, got "${header.slice(0, 100)}".`);
    requireUtf8(type);
  }
  const text = await request.body();
  if (text === "") throw new FeatstoreError("body_required", 'Send a JSON object such as {"ids": [7, 8]}.');
  if (header === undefined) throw unsupportedMediaType(`Send ${expected}: the header is missing.`);
  return text;
}
