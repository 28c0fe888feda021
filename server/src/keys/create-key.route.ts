import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonBody, keyedOrSession, problems, requestOf } from "../http/index";
import { callerOf, issuedReply, type KeyRouteServices } from "./key-requests";
import { exampleIssuedKey, exampleKey, IssuedKey, NewKey } from "./key-schema";

export const createKeyContract = createRoute({
  method: "post",
  path: "/api/keys",
  operationId: "createKey",
  tags: ["keys"],
  summary: "Create an API key",
  description:
    "The response has the key, which is shown only once. The new key belongs to the organisation of the sender, or has " +
    "its tenant, and may do no more than the key that the request is sent with. Needs scope `keys:write`.",
  security: keyedOrSession,
  request: { body: jsonBody(NewKey, { name: exampleKey.name, scopes: exampleKey.scopes }) },
  responses: {
    201: json(IssuedKey, "The key", exampleIssuedKey),
    ...problems(
      ...codes.keyed,
      ...codes.session,
      ...codes.jsonBody,
      "key_exceeds_own",
      "key_not_found",
      "too_many_keys",
      "organisation_not_found",
    ),
  },
});

const read = requestOf(createKeyContract);

export function createKey({ keys, maxAgeDays }: KeyRouteServices): Handler {
  return async (request) => {
    const { expires_at: expiresAt = null, ...key } = await read(request).body();
    return issuedReply(await keys.create({ ...key, expiresAt }, callerOf(request)), maxAgeDays);
  };
}
