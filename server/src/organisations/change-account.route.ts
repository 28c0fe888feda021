import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonBody, jsonText, problems, requestOf, session } from "../http/index";
import { AccountDocument, account, nameText } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

const Change = z
  .object({
    name: nameText("The person's name").optional(),
    organisation_name: nameText("The organisation's name (owners and admins)").optional(),
    organisation: z.string().optional().describe("The id of the organisation to work in from now on"),
  })
  .strict()
  .refine((change) => Object.keys(change).length === 1, "expected exactly one member")
  .describe("Exactly one member")
  .openapi("AccountChange", { minProperties: 1, maxProperties: 1 });

export const changeAccountContract = createRoute({
  method: "patch",
  path: "/api/account",
  operationId: "changeAccount",
  tags: ["account"],
  summary: "Change a name, or the organisation that the person works in",
  security: session,
  request: { body: jsonBody(Change, { organisation_name: "Example Music" }) },
  responses: {
    200: json(AccountDocument, "The account after the change", account),
    ...problems(...codes.keyed, ...codes.people, ...codes.jsonBody, "person_required", "role_required"),
  },
});

const read = requestOf(changeAccountContract);

export function changeAccount(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    const { name, organisation_name: organisationName, organisation } = await read(request).body();
    if (name !== undefined) await organisations.renamePerson(actor, name);
    if (organisationName !== undefined) await organisations.rename(actor, person, organisationName);
    if (organisation !== undefined) await organisations.switchTo(actor, organisation);
    const changed = (await organisations.personOf(person.userId)) ?? person;
    return jsonText(AccountDocument, await organisations.account(changed));
  };
}
