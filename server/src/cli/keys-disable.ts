import { commandCaller, keyDocument } from "../keys/index";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";

export const keysDisable = defineFeatstoreCommand({
  name: "keys disable",
  summary: "Disables an API key until it is enabled again",
  args: { id: { type: "positional", description: "The key's id, or the key itself", required: true } },
  examples: [{ line: "featstore keys disable q7x2y3z4a5b6c7d2", does: "disables the key with this id" }],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ keys, config }) => {
      const key = await keys().change(args.id, { disabled: true }, commandCaller("keys disable"));
      return { json: keyDocument(key, config.keys.maxAgeDays), text: `Disabled ${key.id} (${key.name}).` };
    }),
});
