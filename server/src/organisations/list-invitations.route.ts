import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, problems, session } from "../http/index";
import { InvitationList, invitation } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

export const listInvitationsContract = createRoute({
  method: "get",
  path: "/api/invitations",
  operationId: "listInvitations",
  tags: ["account"],
  summary: "List the open invitations of the organisation",
  description: "Owners and admins. Invitations expire after 7 days.",
  security: session,
  responses: {
    200: json(InvitationList, "The invitations, the oldest first", { invitations: [invitation] }),
    ...problems(...codes.keyed, ...codes.people, "person_required", "role_required"),
  },
});

export function listInvitations(organisations: Organisations): Handler {
  return async (request) =>
    jsonText(InvitationList, { invitations: await organisations.invitations(personIn(request).person) });
}
