import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyedOrSession, problems, requestOf } from "../http/index";
import { keyDocument } from "./key-document";
import { callerOf, type KeyRouteServices, keyIdOf } from "./key-requests";
import { exampleKey, Key, KeyId, keyCodes } from "./key-schema";

export const readKeyContract = createRoute({
  method: "get",
  path: "/api/keys/{id}",
  operationId: "readKey",
  tags: ["keys"],
  summary: "Read an API key, without its secret",
  description: "Finds the keys that the list has. Needs scope `keys:read`.",
  security: keyedOrSession,
  request: { params: KeyId },
  responses: { 200: json(Key, "The key", exampleKey), ...problems(...codes.keyed, ...codes.session, ...keyCodes) },
});

const read = requestOf(readKeyContract);

export function readKey({ keys, maxAgeDays }: KeyRouteServices): Handler {
  return async (request) =>
    jsonText(Key, keyDocument(await keys.read(keyIdOf(read(request).params.id), callerOf(request)), maxAgeDays));
}
