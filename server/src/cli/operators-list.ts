import { defineFeatstoreCommand } from "./kit/command";
import { withOperatorStore } from "./organisations/operator-session";

const NAME = "operators list";

export const operatorsList = defineFeatstoreCommand({
  name: NAME,
  summary: "Lists the operators of this installation",
  args: {},
  examples: [{ line: "featstore operators list", does: "their mail addresses" }],
  run: (args, io) =>
    withOperatorStore({ args, io, command: NAME }, "require", async ({ store }) => {
      const operators = await store.operators();
      return {
        json: { operators },
        text:
          operators.length === 0 ? "There are no operators yet: featstore operators add <mail>" : operators.join("\n"),
      };
    }),
});
