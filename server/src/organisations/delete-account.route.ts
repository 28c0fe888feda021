import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, problems, session } from "../http/index";
import { Deleted } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

export const deleteAccountContract = createRoute({
  method: "delete",
  path: "/api/account",
  operationId: "deleteAccount",
  tags: ["account"],
  summary: "Delete the person's account",
  description:
    "Deletes the person, the sessions, and the organisations that have no other member, with their keys. " +
    "The only owner of an organisation with other members has to make one of them an owner first. " +
    "The audit log keeps the person's id, without address and name.",
  security: session,
  responses: {
    200: json(Deleted, "The person's id", { deleted: "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3" }),
    ...problems(...codes.keyed, ...codes.people, "person_required", "last_owner"),
  },
});

export function deleteAccount(organisations: Organisations): Handler {
  return async (request) => {
    const { actor } = personIn(request);
    await organisations.deleteAccount(actor);
    return jsonText(Deleted, { deleted: actor.id });
  };
}
