import { createRoute, z } from "@hono/zod-openapi";
import { bodyMembers, invalidBody, stringMember } from "../core/index";
import { codes, type Handler, json, jsonBody, jsonText, problems, readJsonText, session } from "../http/index";
import { AccountDocument, account } from "./organisation-schema";
import type { Organisations } from "./organisations";
import { personIn } from "./person-request";

const Change = z
  .object({
    name: z.string().optional().describe("The person's name, 1 to 200 characters"),
    organisation_name: z
      .string()
      .optional()
      .describe("The organisation's name, 1 to 200 characters; owners and admins"),
    organisation: z.string().optional().describe("The id of the organisation to work in from now on"),
  })
  .strict()
  .describe("Exactly one member")
  .openapi("AccountChange");

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

const MEMBERS = ["name", "organisation_name", "organisation"] as const;

export function changeAccount(organisations: Organisations): Handler {
  return async (request) => {
    const { person, actor } = personIn(request);
    const members = bodyMembers(await readJsonText(request), MEMBERS, []);
    const [member, ...others] = MEMBERS.filter((name) => members[name] !== undefined);
    if (member === undefined || others.length > 0) {
      throw invalidBody([{ path: "body", detail: `expected exactly one of ${MEMBERS.join(", ")}` }]);
    }
    const value = stringMember(members[member], member) ?? "";
    if (member === "name") await organisations.renamePerson(actor, value);
    else if (member === "organisation") await organisations.switchTo(actor, value);
    else await organisations.rename(actor, person, value);
    const changed = (await organisations.personOf(person.userId)) ?? person;
    return jsonText(AccountDocument, await organisations.account(changed));
  };
}
