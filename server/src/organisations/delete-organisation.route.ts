import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, problems, session } from "../http/index";
import { account, Deleted } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

export const deleteOrganisationContract = createRoute({
  method: "delete",
  path: "/api/account/organisation",
  operationId: "deleteOrganisation",
  tags: ["account"],
  summary: "Delete the organisation that the person works in",
  description: "Its keys are revoked, its members lose it, and its name and mail addresses are removed. Owners only.",
  security: session,
  responses: {
    200: json(Deleted, "The organisation's id", { deleted: account.organisation.id }),
    ...problems(...codes.keyed, ...codes.people, "person_required", "role_required"),
  },
});

export function deleteOrganisation(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    await organisations.deleteOrganisation(actor, person);
    return jsonText(Deleted, { deleted: person.organisation });
  };
}
