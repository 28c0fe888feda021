import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyedOrSession, problems } from "../http/index";
import { MemberList, member } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { organisationIn } from "./person-request";

export const listMembersContract = createRoute({
  method: "get",
  path: "/api/members",
  operationId: "listMembers",
  tags: ["account"],
  summary: "List the members of the organisation",
  description: "A key needs scope `account:read`, and gets ids and roles only.",
  security: keyedOrSession,
  responses: {
    200: json(MemberList, "The members, the first one first", { members: [member] }),
    ...problems(...codes.keyed, ...codes.people),
  },
});

export function listMembers(organisations: Organisations): Handler {
  return async (request) => {
    const members = await organisations.members(organisationIn(request));
    const shown = request.person === null ? members.map((each) => ({ ...each, name: null, email: null })) : members;
    return jsonText(MemberList, { members: shown });
  };
}
