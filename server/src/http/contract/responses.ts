import { z } from "@hono/zod-openapi";
import type { ErrorCode } from "../../core/index";
import { gotText } from "./schema-faults";

/** Codes that an operation without a key can answer with. */
const openCodes = ["invalid_request", "unknown_parameter"] as const satisfies readonly ErrorCode[];

/** Codes of an operation whose request names features. */
const selectionCodes = [
  "invalid_selection",
  "mixed_entities",
  "entity_required",
  "entity_not_found",
  "feature_not_found",
  "feature_view_not_found",
  "feature_view_version_not_found",
  "feature_view_retired",
  "view_not_materialized",
  "resource_forbidden",
] as const satisfies readonly ErrorCode[];

/** The codes that several operations share. */
export const codes = {
  open: openCodes,
  keyed: [
    ...openCodes,
    "key_required",
    "key_malformed",
    "key_unknown",
    "key_revoked",
    "key_disabled",
    "key_expired",
    "scope_required",
    "address_forbidden",
    "rate_limited",
    "quota_exceeded",
    "too_many_failed_attempts",
    "internal",
    "starting",
    "store_unavailable",
    "store_timeout",
    "overloaded",
  ],
  /** Codes of an operation that people call too. */
  session: ["session_expired", "origin_forbidden", "sign_up_refused"],
  /** Codes of an operation about organisations and their people. */
  people: ["session_expired", "origin_forbidden", "sign_up_refused", "auth_off", "organisation_not_found"],
  jsonBody: [
    "body_required",
    "invalid_json",
    "invalid_body",
    "body_too_large",
    "unsupported_media_type",
    "unsupported_content_encoding",
  ],
  ids: ["id_empty", "id_invalid", "id_not_exact", "id_too_long", "tenant_required"],
  batch: ["ids_empty", "too_many_ids", "batch_exceeds_burst"],
  selection: [...selectionCodes, "vector_not_named"],
  embeddings: [...selectionCodes, "embedding_not_found"],
  /** Codes of an operation on one feature view. */
  view: ["feature_view_not_found", "feature_view_retired", "resource_forbidden", "path_not_found"],
  services: ["selection_conflict", "feature_service_not_found", "feature_service_version_not_found"],
  inputs: [
    "inputs_not_taken",
    "inputs_invalid",
    "input_unknown",
    "input_missing",
    "input_invalid",
    "input_not_exact",
    "input_time_zone_required",
    "input_too_long",
  ],
} as const satisfies Readonly<Record<string, readonly ErrorCode[]>>;

/** Serializes the document of a response. The compiler refuses a document that the schema does not allow. */
export function jsonText<Schema extends z.ZodType>(_schema: Schema, document: DocumentOf<Schema>): string {
  return JSON.stringify(document);
}

/** A document that a schema allows, read-only. */
export type DocumentOf<Schema extends z.ZodType> = ReadOnly<z.infer<Schema>>;

type ReadOnly<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : Value extends object
    ? { readonly [Member in keyof Value]: ReadOnly<Value[Member]> }
    : Value;

/** A JSON response of an operation. The example is an answer of the demo, cut short. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string, example: z.input<Schema>) {
  return { description, content: { "application/json": { schema, example } } };
}

const Warnings = z.object({
  Deprecation: z.string().optional().describe("RFC 9745: since when a version that the answer reads is deprecated"),
  Sunset: z.string().optional().describe("RFC 8594: when the first of them is no longer served"),
  Link: z.string().optional().describe("The successor-version of each"),
});

/** A JSON response with the headers of answers that read deprecated versions. */
export function warningJson<Schema extends z.ZodType>(schema: Schema, description: string, example: z.input<Schema>) {
  return { ...json(schema, description, example), headers: Warnings };
}

/** A JSON response with an entity tag and the headers of `warningJson`. Types cannot express the keys of its schemas. */
export function taggedJson(schema: z.ZodType, description: string, example: unknown) {
  const headers = Warnings.extend({ ETag: z.string().optional().describe("For If-None-Match") });
  return { ...json(schema, description, example), headers };
}

/** A response that clients can also request in another media type. `format`: `binary` for bytes. */
export function orMediaType<Response extends { readonly content: object }>(
  response: Response,
  mediaType: string,
  format?: "binary",
) {
  const schema = { type: "string" as const, ...(format === undefined ? {} : { format }) };
  return { ...response, content: { ...response.content, [mediaType]: { schema } } };
}

/** A JSON body that an operation requires. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>) {
  return { required: true, content: { "application/json": { schema, example } } };
}

/** A text parameter. With an `example` it is part of the operation's example request. */
export function text(description: string, example?: string) {
  const schema = z.string().min(1).describe(description);
  return example === undefined ? schema : schema.openapi({ param: { example } });
}

/**
 * A parameter with one of these values. It is printed as a pattern: viewers of the document put the first value of an
 * enumeration into their example requests.
 */
export function choice<const Value extends string>(description: string, values: readonly [Value, ...Value[]]) {
  return z
    .enum(values)
    .openapi({ type: "string", pattern: `^(${values.join("|")})$` })
    .describe(`${description}: ${values.map((value) => `\`${value}\``).join(", ")}`);
}

/** A conditional or range header. HTTP ignores an empty or malformed one, so the schema allows any text. */
export function header(description: string) {
  return z.string().optional().describe(description);
}

/** The header that makes a repeated request find what the first one made. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "expected 1 to 200 printable characters without spaces")
  .optional()
  .describe("1 to 200 printable characters without spaces");

/** A parameter that lists names with commas; the handler gets them without the spaces around them. */
export function names(description: string, example?: string) {
  return text(description, example).transform((list) => list.split(",").map((name) => name.trim()));
}

/** A whole number as a parameter, in plain digits: `1e3` and `010` are refused. */
export function wholeNumber(description: string, min: number, max: number) {
  const error = ({ input }: { readonly input?: unknown }) =>
    `expected a whole number from ${min} to ${max}, got ${gotText(input)}`;
  return z.preprocess(
    (text) => (typeof text === "string" && /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : text),
    z.int({ error }).min(min, { error }).max(max, { error }).describe(description),
  );
}

/** A parameter that numbers versions or generations: 1, 2, 3, … `example` as for `text`. */
export function ordinal(description: string, example?: number) {
  const schema = wholeNumber(description, 1, 999_999_999);
  return example === undefined ? schema : schema.openapi({ param: { example } });
}

/** The `security` of an operation without a key. */
export const open = [];

/** The `security` of an operation with a key, in either header. */
export const keyed = [{ bearer: [] }, { apiKey: [] }];

/** The same, and the cookie of a signed-in person. */
export const keyedOrSession = [...keyed, { session: [] }];

/** The cookie of a signed-in person only. */
export const session = [{ session: [] }];
