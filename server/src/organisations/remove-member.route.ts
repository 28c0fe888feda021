import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, problems, requestOf, session } from "../http/index";
import { Deleted, Id, member } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

export const removeMemberContract = createRoute({
  method: "delete",
  path: "/api/members/{id}",
  operationId: "removeMember",
  tags: ["account"],
  summary: "Remove a member, or leave the organisation",
  description:
    "Owners and admins; only an owner removes owners. Everybody can remove themselves. The last owner stays.",
  security: session,
  request: { params: Id },
  responses: {
    200: json(Deleted, "The member's id", { deleted: member.id }),
    ...problems(
      ...codes.keyed,
      ...codes.people,
      "person_required",
      "role_required",
      "member_not_found",
      "path_not_found",
      "last_owner",
    ),
  },
});

const read = requestOf(removeMemberContract);

export function removeMember(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    const id = read(request).params.id;
    await organisations.removeMember(actor, person, id);
    return jsonText(Deleted, { deleted: id });
  };
}
