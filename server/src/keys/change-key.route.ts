import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonBody, jsonText, keyedOrSession, problems, readJsonText } from "../http/index";
import { parseKeyChange } from "./key-body";
import { keyDocument } from "./key-document";
import { callerOf, type KeyRouteServices, keyIdOf } from "./key-requests";
import { exampleKey, Key, KeyChange, KeyId, keyCodes } from "./key-schema";

export const changeKeyContract = createRoute({
  method: "patch",
  path: "/api/keys/{id}",
  operationId: "changeKey",
  tags: ["keys"],
  summary: "Rename, disable or enable an API key",
  description:
    "Scopes, networks, limits and expiry of a key never change: rotate it, or create another. Needs scope `keys:write`.",
  security: keyedOrSession,
  request: { params: KeyId, body: jsonBody(KeyChange, { name: "ranking, old model", disabled: true }) },
  responses: {
    200: json(Key, "The key", {
      ...exampleKey,
      name: "ranking, old model",
      state: "disabled",
      disabled_at: "2026-11-22T20:51:06.363000Z",
    }),
    ...problems(...codes.keyed, ...codes.session, ...codes.jsonBody, ...keyCodes, "key_exceeds_own", "key_not_active"),
  },
});

export function changeKey({ keys, maxAgeDays }: KeyRouteServices): Handler {
  return async (request) => {
    const change = parseKeyChange(await readJsonText(request));
    return jsonText(Key, keyDocument(await keys.change(keyIdOf(request), change, callerOf(request)), maxAgeDays));
  };
}
