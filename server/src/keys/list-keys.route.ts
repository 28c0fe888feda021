import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyedOrSession, problems } from "../http/index";
import { keyDocument } from "./key-document";
import { callerOf, type KeyRouteServices } from "./key-requests";
import { exampleKey, KeyList } from "./key-schema";

export const listKeysContract = createRoute({
  method: "get",
  path: "/api/keys",
  operationId: "listKeys",
  tags: ["keys"],
  summary: "List API keys, without their secrets",
  description:
    "Newest first, revoked ones included. A key sees the keys of its organisation that the same person made; without an " +
    "organisation, those of its tenant that may do no more than itself. Needs scope `keys:read`.",
  security: keyedOrSession,
  responses: { 200: json(KeyList, "The keys", { keys: [exampleKey] }), ...problems(...codes.keyed, ...codes.session) },
});

export function listKeys({ keys, maxAgeDays }: KeyRouteServices): Handler {
  return async (request) =>
    jsonText(KeyList, {
      keys: (await keys.list(callerOf(request))).map((key) => keyDocument(key, maxAgeDays)),
    });
}
