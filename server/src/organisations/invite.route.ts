import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonBody, jsonText, problems, requestOf, session } from "../http/index";
import { InvitationDocument, invitation, RoleName } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

const NewInvitation = z
  .object({ email: z.string().min(1), role: RoleName.optional().describe("`member` by default") })
  .strict()
  .openapi("NewInvitation");

export const inviteContract = createRoute({
  method: "post",
  path: "/api/invitations",
  operationId: "inviteMember",
  tags: ["account"],
  summary: "Invite someone by mail",
  description:
    "Owners and admins; only an owner invites owners. The invitation is for this mail address, and replaces an earlier one. " +
    "It expires after 7 days.",
  security: session,
  request: { body: jsonBody(NewInvitation, { email: "grace@example.com" }) },
  responses: {
    201: json(InvitationDocument, "The invitation", invitation),
    ...problems(
      ...codes.keyed,
      ...codes.people,
      ...codes.jsonBody,
      "person_required",
      "role_required",
      "already_member",
      "too_many_invitations",
      "too_many_mails",
    ),
  },
});

const read = requestOf(inviteContract);

export function invite(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    const { email, role = "member" } = await read(request).body();
    const sent = await organisations.invite(actor, person, { email, role });
    return {
      status: 201,
      contentType: "application/json",
      body: jsonText(InvitationDocument, sent),
    };
  };
}
