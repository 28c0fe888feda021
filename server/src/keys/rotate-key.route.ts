import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonBody, keyedOrSession, problems, requestOf } from "../http/index";
import { DEFAULT_GRACE_SECONDS } from "./key-request";
import { callerOf, issuedReply, type KeyRouteServices, keyIdOf } from "./key-requests";
import { exampleIssuedKey, IssuedKey, KeyId, KeyRotation, keyCodes } from "./key-schema";

export const rotateKeyContract = createRoute({
  method: "post",
  path: "/api/keys/{id}/rotate",
  operationId: "rotateKey",
  tags: ["keys"],
  summary: "Replace an API key by a new one",
  description:
    "The response has the new key, which is shown only once. The old one expires after the grace period; until then both " +
    "share their limits. Of two rotations at once one gets `key_already_rotated`. Needs scope `keys:write`.",
  security: keyedOrSession,
  request: { params: KeyId, body: jsonBody(KeyRotation, { grace_seconds: 3600 }) },
  responses: {
    201: json(IssuedKey, "The new key", exampleIssuedKey),
    ...problems(
      ...codes.keyed,
      ...codes.session,
      ...codes.jsonBody,
      ...keyCodes,
      "key_exceeds_own",
      "key_not_active",
      "key_already_rotated",
      "too_many_keys",
      "organisation_not_found",
    ),
  },
});

const read = requestOf(rotateKeyContract);

export function rotateKey({ keys, maxAgeDays }: KeyRouteServices): Handler {
  return async (request) => {
    const { params, body } = read(request);
    const { grace_seconds: graceSeconds = DEFAULT_GRACE_SECONDS, expires_at: expiresAt } = await body();
    const rotation = { graceSeconds, ...(expiresAt === undefined ? {} : { expiresAt }) };
    return issuedReply(await keys.rotate(keyIdOf(params.id), rotation, callerOf(request)), maxAgeDays);
  };
}
