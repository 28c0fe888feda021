import { z } from "@hono/zod-openapi";
import { MAX_NAME_CHARACTERS, nameFault } from "./name-fault";
import { ROLES } from "./permissions";

/** The name of a person or an organisation. */
export function nameText(description: string) {
  return z
    .string()
    .superRefine((name, context) => {
      const message = nameFault(name);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .describe(`${description}, 1 to ${MAX_NAME_CHARACTERS} characters`)
    .openapi({ minLength: 1, maxLength: MAX_NAME_CHARACTERS });
}

export const RoleName = z
  .enum(ROLES)
  .describe("`owner`: everything; `admin`: keys and members, no owners; `member`: own keys");

export const AccountDocument = z
  .object({
    person: z
      .object({ id: z.string(), email: z.string(), name: z.string(), operator: z.boolean() })
      .strict()
      .nullable()
      .describe("null for an API key"),
    organisation: z
      .object({
        id: z.string(),
        name: z.string(),
        tier: z.string(),
        tenant: z.string().nullable().describe("The tenant whose rows its keys read, set by the operator"),
        created_at: z.string(),
      })
      .strict()
      .describe("The organisation of the key, or the one that the person works in at the moment"),
    role: RoleName.nullable().describe("The person's role in the organisation; null for an API key"),
    organisations: z.array(z.object({ id: z.string(), name: z.string(), role: RoleName }).strict()),
    invitations: z
      .array(z.object({ id: z.string(), organisation: z.string(), role: RoleName, expires_at: z.string() }).strict())
      .describe("Invitations to other organisations"),
  })
  .openapi("Account");

export const account = {
  person: { id: "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3", email: "ada@example.com", name: "Ada", operator: false },
  organisation: {
    id: "org_k3v5t7n2q6x4a2c5",
    name: "Example Music",
    tier: "free",
    tenant: null,
    created_at: "2026-11-22T20:51:06.363000Z",
  },
  role: "owner" as const,
  organisations: [{ id: "org_k3v5t7n2q6x4a2c5", name: "Example Music", role: "owner" as const }],
  invitations: [],
};

export const MemberDocument = z
  .object({
    id: z.string(),
    name: z.string().nullable().describe("null if it is not set, and for an API key"),
    email: z.string().nullable().describe("null for an API key"),
    role: RoleName,
    created_at: z.string(),
  })
  .strict()
  .openapi("Member");

export const member = {
  id: "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3",
  name: "Ada",
  email: "ada@example.com",
  role: "owner" as const,
  created_at: "2026-11-22T20:51:06.363000Z",
};

export const MemberList = z.object({ members: z.array(MemberDocument) }).openapi("MemberList");

export const InvitationDocument = z
  .object({ id: z.string(), email: z.string(), role: RoleName, created_at: z.string(), expires_at: z.string() })
  .strict()
  .openapi("Invitation");

export const invitation = {
  id: "inv_p2m4w6z3b5d7f2h4",
  email: "grace@example.com",
  role: "member" as const,
  created_at: "2026-11-22T20:51:06.363000Z",
  expires_at: "2026-11-29T20:51:06.363000Z",
};

export const InvitationList = z.object({ invitations: z.array(InvitationDocument) }).openapi("InvitationList");

export const Deleted = z
  .object({ deleted: z.string().describe("The id of what was deleted") })
  .strict()
  .openapi("Deleted");

export const Id = z.object({
  id: z
    .string()
    .describe("The id")
    .openapi({ param: { name: "id", in: "path", example: "mfrggzdfmztwq2lk" } }),
});
