import { defineFeatstoreCommand } from "./kit/command";
import { mailArgument, withOperatorStore } from "./organisations/operator-session";

const NAME = "operators add";

export const operatorsAdd = defineFeatstoreCommand({
  name: NAME,
  summary: "Makes a person an operator of this installation, by mail address",
  args: { mail: { type: "positional", description: "The address that they sign in with", required: true } },
  examples: [{ line: "featstore operators add ada@example.com", does: "before or after their first sign-in" }],
  run: (args, io) => {
    const email = mailArgument(args.mail);
    return withOperatorStore({ args, io, command: NAME }, "apply", async ({ store, actor, config }) => {
      const added = await store.addOperator(actor, email);
      const where =
        config.auth === null
          ? "Nobody can sign in to a server with this configuration: auth.enabled is off (FEATSTORE_AUTH=true turns it on)."
          : `They sign in at ${config.auth.baseUrl}.`;
      return {
        json: { email, added },
        text: `${email} ${added ? "is an operator now" : "was an operator already"}. ${where}`,
      };
    });
  },
});
