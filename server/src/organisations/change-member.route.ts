import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonBody, jsonText, problems, requestOf, session } from "../http/index";
import { Id, MemberList, member, RoleName } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

export const changeMemberContract = createRoute({
  method: "patch",
  path: "/api/members/{id}",
  operationId: "changeMember",
  tags: ["account"],
  summary: "Change a member's role",
  description: "Owners and admins; only an owner makes or changes owners. The last owner stays.",
  security: session,
  request: {
    params: Id,
    body: jsonBody(z.object({ role: RoleName }).strict().openapi("MemberChange"), { role: "admin" }),
  },
  responses: {
    200: json(MemberList, "All members after the change", { members: [member] }),
    ...problems(
      ...codes.keyed,
      ...codes.people,
      ...codes.jsonBody,
      "person_required",
      "role_required",
      "member_not_found",
      "path_not_found",
      "last_owner",
    ),
  },
});

const read = requestOf(changeMemberContract);

export function changeMember(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    const { params, body } = read(request);
    const { role } = await body();
    await organisations.changeMember(actor, person, params.id, role);
    return jsonText(MemberList, { members: await organisations.members(person.organisation) });
  };
}
