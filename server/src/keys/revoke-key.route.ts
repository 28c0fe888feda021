import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyedOrSession, problems, requestOf } from "../http/index";
import { keyDocument } from "./key-document";
import { callerOf, type KeyRouteServices, keyIdOf } from "./key-requests";
import { exampleKey, Key, KeyId, keyCodes } from "./key-schema";

export const revokeKeyContract = createRoute({
  method: "delete",
  path: "/api/keys/{id}",
  operationId: "revokeKey",
  tags: ["keys"],
  summary: "Revoke an API key",
  description:
    "It stops working on every server within a second, and cannot be used again. Revoking it twice changes nothing. " +
    "Needs scope `keys:write`.",
  security: keyedOrSession,
  request: { params: KeyId },
  responses: {
    200: json(Key, "The key", { ...exampleKey, state: "revoked", revoked_at: "2026-11-22T20:51:06.363000Z" }),
    ...problems(...codes.keyed, ...codes.session, ...keyCodes, "key_exceeds_own"),
  },
});

const read = requestOf(revokeKeyContract);

export function revokeKey({ keys, maxAgeDays }: KeyRouteServices): Handler {
  return async (request) =>
    jsonText(Key, keyDocument(await keys.revoke(keyIdOf(read(request).params.id), callerOf(request)), maxAgeDays));
}
