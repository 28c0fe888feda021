import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, json, problems, session } from "../http/index";
import { account } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

const Entry = z.record(z.string(), z.unknown());

const AccountExport = z
  .object({
    person: Entry.nullable(),
    operator: z.boolean(),
    memberships: z.array(Entry),
    invitations: z.array(Entry),
    sessions: z.array(Entry),
    sign_in_providers: z.array(Entry),
    keys: z.array(Entry).describe("API keys that the person made"),
    actions: z.array(Entry).describe("The person's rows of the audit log"),
  })
  .openapi("AccountExport");

export const exportAccountContract = createRoute({
  method: "get",
  path: "/api/account/export",
  operationId: "exportAccount",
  tags: ["account"],
  summary: "Export everything that is stored about the person",
  description: "Without secrets.",
  security: session,
  responses: {
    200: json(AccountExport, "The person's data", {
      person: { ...account.person, created_at: account.organisation.created_at },
      operator: false,
      memberships: [{ organisation_id: account.organisation.id, organisation: "Example Music", role: "owner" }],
      invitations: [],
      sessions: [],
      sign_in_providers: [],
      keys: [],
      actions: [],
    }),
    ...problems(...codes.keyed, ...codes.people, "person_required"),
  },
});

export function exportAccount(organisations: Organisations): Handler {
  return async (request) => ({
    status: 200,
    contentType: "application/json",
    headers: { "content-disposition": 'attachment; filename="featstore-account.json"', "cache-control": "no-store" },
    body: await organisations.everythingOf(personIn(request).person.userId),
  });
}
