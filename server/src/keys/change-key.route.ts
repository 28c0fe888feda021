import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonBody, jsonText, keyedOrSession, problems, requestOf } from "../http/index";
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

const read = requestOf(changeKeyContract);

export function changeKey({ keys, maxAgeDays }: KeyRouteServices): Handler {
  return async (request) => {
    const { params, body } = read(request);
    const key = await keys.change(keyIdOf(params.id), await body(), callerOf(request));
    return jsonText(Key, keyDocument(key, maxAgeDays));
  };
}
