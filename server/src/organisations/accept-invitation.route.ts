import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, problems, requestOf, session } from "../http/index";
import { AccountDocument, account, Id } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

export const acceptInvitationContract = createRoute({
  method: "post",
  path: "/api/invitations/{id}/accept",
  operationId: "acceptInvitation",
  tags: ["account"],
  summary: "Accept an invitation",
  description: "The person joins the organisation and works in it from then on.",
  security: session,
  request: { params: Id },
  responses: {
    200: json(AccountDocument, "The account after the change", account),
    ...problems(...codes.keyed, ...codes.people, "person_required", "invitation_not_found", "path_not_found"),
  },
});

const read = requestOf(acceptInvitationContract);

export function acceptInvitation(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    await organisations.accept(actor, read(request).params.id);
    return jsonText(
      AccountDocument,
      await organisations.account((await organisations.personOf(person.userId)) ?? person),
    );
  };
}
