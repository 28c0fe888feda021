import { z } from "@hono/zod-openapi";
import { type ErrorCode, SCOPE_PATTERN, SCOPES, scopeFault } from "../core/index";
import { instant, text } from "../http/index";
import { MAX_ENTRIES, MAX_GRACE_SECONDS, MAX_NAME_LENGTH, MAX_YEARS } from "./key-request";

const time = (description: string) => z.string().nullable().describe(description);
const count = z.int().min(1).optional();

const KeyOwnLimits = z
  .object({
    requests_per_second: count,
    burst: count,
    requests_per_month: count,
    rows_per_month: count,
    bytes_per_month: count,
    exports: z.int().min(0).optional(),
    batch_ids: count,
    search_hits: count,
  })
  .strict()
  .describe("The key's own limits, at most those that apply without them")
  .openapi("KeyLimits");

const NAME_LENGTH = `expected 1 to ${MAX_NAME_LENGTH} characters`;
const name = z
  .string()
  .regex(/\S/, NAME_LENGTH)
  .refine((text) => [...text].length <= MAX_NAME_LENGTH, NAME_LENGTH)
  .describe("Shown in lists and mails; without control characters, such as line breaks")
  .openapi({ minLength: 1, maxLength: MAX_NAME_LENGTH });
const networks = z.array(z.string()).describe("CIDR blocks, `10.0.0.0/8` or `2001:db8::/32`; none: any address");
const expiresAt = (otherwise: string) =>
  instant()
    .nullable()
    .optional()
    .describe(`When it expires, with a time zone, at most ${MAX_YEARS} years away; null: never. ${otherwise}`);
const scopesOf = (scope: z.ZodString) =>
  z
    .array(scope)
    .min(1)
    .describe(
      `Operations: ${SCOPES.map((each) => `\`${each}\``).join(", ")}. Those that read, and \`training:write\`, can be limited to names: \`features:read:speech_*\``,
    );
const scopes = scopesOf(z.string().min(1));
const knownScope = z
  .string()
  .regex(SCOPE_PATTERN, { error: ({ input }) => scopeFault(String(input)) ?? "unknown scope" });

export const Key = z
  .object({
    id: z.string().describe("Not secret: it identifies the key in lists and logs"),
    name,
    state: z.enum(["active", "disabled", "expired", "revoked"]),
    scopes,
    organisation: z.string().nullable().describe("Null: a key of the operator's"),
    tenant: z.string().nullable().describe("The tenant whose rows it reads, that of its organisation; null: none"),
    networks,
    limits: KeyOwnLimits,
    created_by: z.string().nullable().describe("The person who made it; null: the operator"),
    created_at: z.string(),
    expires_at: time("null: never"),
    disabled_at: time("null: it is not disabled"),
    revoked_at: time("null: it is not revoked"),
    last_used_at: time("At most a minute old; null: it was not used yet"),
    replaced_by: z.string().nullable().describe("The id of the key that took its place by rotation; null: none"),
    rotate_by: time("When it is due for rotation by the policy of the installation; null: never"),
  })
  .strict()
  .openapi("Key");

export const IssuedKey = Key.extend({
  key: z.string().describe("The API key itself. It is shown only in this response: store it now"),
})
  .strict()
  .openapi("IssuedKey");

export const KeyList = z.object({ keys: z.array(Key) }).openapi("KeyList");

export const NewKey = z
  .object({
    name,
    scopes: scopesOf(knownScope).max(MAX_ENTRIES),
    expires_at: expiresAt("Default: never"),
    networks: networks.max(MAX_ENTRIES).optional(),
    limits: KeyOwnLimits.optional(),
  })
  .strict()
  .openapi("NewKey");

export const KeyChange = z
  .object({ name: name.optional(), disabled: z.boolean().optional().describe("A disabled key gets 401") })
  .strict()
  .refine((change) => Object.keys(change).length > 0, "expected name, disabled or both")
  .openapi("KeyChange", { minProperties: 1 });

export const KeyRotation = z
  .object({
    grace_seconds: z
      .int()
      .min(0)
      .max(MAX_GRACE_SECONDS)
      .optional()
      .describe("How long the old key still works, up to 30 days. Default: one day"),
    expires_at: expiresAt("Default: that of the old key"),
  })
  .strict()
  .openapi("KeyRotation");

export const KeyId = z.object({ id: text("The id of the key, not the key itself", "abcdefghijklmnop") });

/** The codes of operations on one key. */
export const keyCodes = ["key_not_found", "path_not_found"] as const satisfies readonly ErrorCode[];

/** Keys for examples. */
export const exampleKey: z.infer<typeof Key> = {
  id: "abcdefghijklmnop",
  name: "ranking",
  state: "active",
  scopes: ["features:read:speech_*"],
  organisation: null,
  tenant: null,
  networks: [],
  limits: {},
  created_by: null,
  created_at: "2026-11-22T20:50:23.705000Z",
  expires_at: null,
  disabled_at: null,
  revoked_at: null,
  last_used_at: null,
  replaced_by: null,
  rotate_by: null,
};

export const exampleIssuedKey: z.infer<typeof IssuedKey> = {
  ...exampleKey,
  // A test vector, which was never issued.
  key: "fs_abcdefghijklmnop_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_a11c400f",
};
