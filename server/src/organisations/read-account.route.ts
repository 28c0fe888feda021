import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyedOrSession, problems } from "../http/index";
import { AccountDocument, account } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { organisationIn } from "./person-request";

export const readAccountContract = createRoute({
  method: "get",
  path: "/api/account",
  operationId: "readAccount",
  tags: ["account"],
  summary: "Read the person and the organisation of the request",
  description: "A key needs scope `account:read`, and gets its organisation without people.",
  security: keyedOrSession,
  responses: {
    200: json(AccountDocument, "The account", account),
    ...problems(...codes.keyed, ...codes.people),
  },
});

export function readAccount(organisations: Organisations): Handler {
  return async (request) => {
    const found =
      request.person === null
        ? await organisations.accountOfKey(organisationIn(request))
        : await organisations.account(request.person);
    return jsonText(AccountDocument, found);
  };
}
