import { FeatstoreError } from "../../core/index";
import { type ApiRequest, mediaTypeIn, requirePlainBody, unsupportedMediaType } from "../../http/index";

/** The fields of a form as they were sent. */
export interface Form {
  /** Empty if the field is absent. */
  get(name: string): string;
  all(name: string): readonly string[];
}

export const emptyForm: Form = { get: () => "", all: () => [] };

const MAX_BYTES = 16_384;

/** Errors: `unsupported_media_type`, `unsupported_content_encoding`, `body_too_large`. */
export async function readForm(request: ApiRequest): Promise<Form> {
  requirePlainBody(request);
  if (mediaTypeIn(request.header("content-type")).name !== "application/x-www-form-urlencoded") {
    throw unsupportedMediaType("Send the form as a browser does: application/x-www-form-urlencoded.");
  }
  const text = await request.body();
  if (text.length > MAX_BYTES) throw new FeatstoreError("body_too_large", `A form has at most ${MAX_BYTES} bytes.`);
  const fields = new URLSearchParams(text);
  return {
    get: (name) => (fields.get(name) ?? "").trim(),
    all: (name) => fields.getAll(name).map((text) => text.trim()),
  };
}
