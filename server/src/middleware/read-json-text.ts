import { FeatstoreError } from "../errors";
import type { ApiRequest } from "./exchange";

const JSON_TYPE = /^application\/(?:json|[a-z0-9.-]+\+json)\s*(?:;.*)?$/i;

/**
 * The body's text, once its headers say that it is plain JSON.
 * Errors: `unsupported_content_encoding`, `unsupported_media_type`, `body_required`, `body_too_large`, `invalid_json`.
 */
export async function readJsonText(request: ApiRequest): Promise<string> {
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new FeatstoreError(
      "unsupported_content_encoding",
      `Send the body as it is: it came with "Content-Encoding: ${encoding.slice(0, 100)}", which this server does not read.`,
      { headers: { "accept-encoding": "identity" } },
    );
  }
  const text = await request.body();
  if (text === "") throw new FeatstoreError("body_required", 'Send a JSON object such as {"ids": [7, 8]}.');
  const type = request.header("content-type");
  if (type !== "application/json" && (type === undefined || !JSON_TYPE.test(type))) {
    throw new FeatstoreError(
      "unsupported_media_type",
      `Send "Content-Type: application/json"; it was ${type === undefined ? "absent" : `"${type.slice(0, 100)}"`}.`,
    );
  }
  return text;
}
