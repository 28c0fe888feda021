import { FeatstoreError } from "../../core/index";
import type { ApiRequest } from "./exchange";
import type { MediaType } from "./media-type";

/** Rejects a compressed body. Errors: `unsupported_content_encoding`. */
export function requirePlainBody(request: ApiRequest): void {
  const encoding = request.header("content-encoding");
  if (encoding === undefined || encoding.toLowerCase() === "identity") return;
  throw new FeatstoreError(
    "unsupported_content_encoding",
    `Send the body uncompressed: this server does not support "Content-Encoding: ${encoding.slice(0, 100)}".`,
    { headers: { "accept-encoding": "identity" } },
  );
}

/** Rejects a text in a character set other than UTF-8. Errors: `unsupported_media_type`. */
export function requireUtf8({ parameters }: MediaType): void {
  const charset = parameters.get("charset");
  if (charset === undefined || charset === "utf-8" || charset === "utf8") return;
  throw unsupportedMediaType(`Expected a body in UTF-8, got "charset=${charset.slice(0, 40)}".`);
}

export function unsupportedMediaType(detail: string): FeatstoreError {
  return new FeatstoreError("unsupported_media_type", detail, { errors: [{ path: "header.content-type", detail }] });
}
