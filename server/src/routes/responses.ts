import { z } from "@hono/zod-openapi";
import { errorTable } from "../error-table";
import type { ErrorCode } from "../errors";

/** Codes that an operation without a key can answer with. */
const openCodes = ["invalid_request", "unknown_parameter"] as const satisfies readonly ErrorCode[];

/** The codes of operations, by what the operations have in common. */
export const codes = {
  open: openCodes,
  keyed: [
    ...openCodes,
    "key_required",
    "key_malformed",
    "key_unknown",
    "key_revoked",
    "scope_required",
    "rate_limited",
    "too_many_failed_attempts",
    "internal",
    "starting",
    "store_unavailable",
    "store_timeout",
    "overloaded",
  ],
  jsonBody: [
    "body_required",
    "invalid_json",
    "invalid_body",
    "body_too_large",
    "unsupported_media_type",
    "unsupported_content_encoding",
  ],
  ids: ["id_empty", "id_invalid", "id_not_exact", "id_too_long", "tenant_required"],
  manyIds: ["ids_empty", "too_many_ids"],
  selection: [
    "invalid_selection",
    "mixed_entities",
    "entity_required",
    "vector_not_named",
    "entity_not_found",
    "feature_not_found",
    "feature_view_not_found",
    "feature_view_version_not_found",
    "feature_view_retired",
    "view_not_materialized",
  ],
  /** Of an operation on one feature view. */
  view: ["feature_view_not_found", "feature_view_retired", "path_not_found"],
  embeddings: [
    "invalid_selection",
    "mixed_entities",
    "entity_required",
    "entity_not_found",
    "embedding_not_found",
    "feature_not_found",
    "feature_view_not_found",
    "feature_view_version_not_found",
    "feature_view_retired",
    "view_not_materialized",
  ],
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

const RetryAfter = z.object({
  "Retry-After": z.string().optional().describe("Seconds after which to try again, where that is known"),
});

/** The problem responses of an operation that can answer with these codes: one for each status. */
export function problems(...given: readonly ErrorCode[]) {
  const byStatus = new Map<number, [ErrorCode, ...ErrorCode[]]>();
  for (const code of new Set(given)) {
    const { status } = errorTable[code];
    const others = byStatus.get(status);
    if (others === undefined) byStatus.set(status, [code]);
    else others.push(code);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, own]) => [
      status,
      {
        description: `One of: ${own.map((code) => `\`${code}\``).join(", ")}`,
        ...(status === 429 || status === 503 ? { headers: RetryAfter } : {}),
        content: { "application/problem+json": { schema: problemWith(own) } },
      },
    ]),
  );
}

function problemWith(own: readonly ErrorCode[]) {
  const code = { type: "string" as const, enum: [...own] };
  return { allOf: [{ $ref: "#/components/schemas/Problem" }, { type: "object" as const, properties: { code } }] };
}

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

/** A JSON body that an operation requires. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>) {
  return { required: true, content: { "application/json": { schema, example } } };
}

/** A parameter of an operation; the one with an `example` is part of the operation's example request. */
export function text(description: string, example?: string) {
  const schema = z.string().min(1).describe(description);
  return example === undefined ? schema : schema.openapi({ param: { example } });
}

/**
 * A parameter with one of these values. A pattern and not an enumeration: viewers of the document put the first value of
 * an enumeration into their example requests.
 */
export function choice(description: string, values: readonly string[]) {
  return z
    .string()
    .regex(new RegExp(`^(${values.join("|")})$`))
    .describe(`${description}: ${values.map((value) => `\`${value}\``).join(", ")}`);
}

/** A header. An empty or malformed one of these is ignored, as HTTP says of conditions and ranges. */
export function header(description: string) {
  return z.string().optional().describe(description);
}

/** A parameter that counts: 1, 2, 3, …, as the versions of a view do. */
export function ordinal(description: string, example?: number) {
  const schema = z.int().min(1).max(999_999_999).describe(description);
  return example === undefined ? schema : schema.openapi({ param: { example } });
}

/** Of an operation that needs no key. */
export const open = [];

/** Of an operation that needs a key, in either header. */
export const keyed = [{ bearer: [] }, { apiKey: [] }];
