import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, problems, requestOf, session } from "../http/index";
import { Deleted, Id, invitation } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

export const withdrawInvitationContract = createRoute({
  method: "delete",
  path: "/api/invitations/{id}",
  operationId: "withdrawInvitation",
  tags: ["account"],
  summary: "Withdraw an invitation",
  description: "Owners and admins.",
  security: session,
  request: { params: Id },
  responses: {
    200: json(Deleted, "The invitation's id", { deleted: invitation.id }),
    ...problems(
      ...codes.keyed,
      ...codes.people,
      "person_required",
      "role_required",
      "invitation_not_found",
      "path_not_found",
    ),
  },
});

const read = requestOf(withdrawInvitationContract);

export function withdrawInvitation(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    const id = read(request).params.id;
    await organisations.withdraw(actor, person, id);
    return jsonText(Deleted, { deleted: id });
  };
}
