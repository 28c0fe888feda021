import { CommandProblem } from "../core/index";
import { defineFeatstoreCommand } from "./kit/command";
import { mailArgument, withOperatorStore } from "./organisations/operator-session";

const NAME = "operators remove";

export const operatorsRemove = defineFeatstoreCommand({
  name: NAME,
  summary: "Takes the operator's role from a person, at once",
  args: { mail: { type: "positional", description: "The address that they sign in with", required: true } },
  examples: [{ line: "featstore operators remove ada@example.com", does: "they keep their account" }],
  run: (args, io) => {
    const email = mailArgument(args.mail);
    return withOperatorStore({ args, io, command: NAME }, "require", async ({ store, actor }) => {
      if (await store.removeOperator(actor, email)) {
        return { json: { email, removed: true }, text: `${email} is no operator any more.` };
      }
      throw new CommandProblem({
        code: "operator_not_found",
        what: `${email} is no operator`,
        advice: "featstore operators list shows them",
      });
    });
  },
});
