import { hash } from "node:crypto";
import { isMomentary, type Selection } from "../selection/selection";
import type { AnswerWithHeaders } from "./answer";

const CACHING = { "cache-control": "private, no-cache", vary: "authorization, x-api-key" } as const;
/** Length of a digest in base64url: 132 bits. */
const TAG_LENGTH = 22;

/**
 * Builds the response to a single read. It has a strong entity tag if the same request gets the same text until a row
 * changes, that is, if the response does not depend on the time.
 */
export function singleAnswer(selection: Selection, text: string, validUntil: number): AnswerWithHeaders {
  const caching =
    validUntil === Number.NEGATIVE_INFINITY || isMomentary(selection) ? CACHING : { etag: tagOf(text), ...CACHING };
  const headers = selection.headers === null ? caching : { ...selection.headers, ...caching };
  return { status: 200, contentType: "application/json", body: text, headers };
}

function tagOf(text: string): string {
  return `"${hash("sha256", text, "base64url").slice(0, TAG_LENGTH)}"`;
}
