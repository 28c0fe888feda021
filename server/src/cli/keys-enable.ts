import { commandCaller, keyDocument } from "../keys/index";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";

export const keysEnable = defineFeatstoreCommand({
  name: "keys enable",
  summary: "Enables an API key that was disabled",
  args: { id: { type: "positional", description: "The key's id, or the key itself", required: true } },
  examples: [{ line: "featstore keys enable q7x2y3z4a5b6c7d2", does: "enables the key with this id" }],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ keys, config }) => {
      const key = await keys().change(args.id, { disabled: false }, commandCaller("keys enable"));
      return { json: keyDocument(key, config.keys.maxAgeDays), text: `Enabled ${key.id} (${key.name}).` };
    }),
});
