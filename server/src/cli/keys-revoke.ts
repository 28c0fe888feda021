import { commandCaller, keyDocument } from "../keys/index";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";

export const keysRevoke = defineFeatstoreCommand({
  name: "keys revoke",
  summary: "Revokes an API key; servers reject it within a second",
  args: { id: { type: "positional", description: "The key's id, or the key itself", required: true } },
  examples: [{ line: "featstore keys revoke q7x2y3z4a5b6c7d2", does: "revokes the key with this id" }],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ keys, config }) => {
      const revoked = await keys().revoke(args.id, commandCaller("keys revoke"));
      return { json: keyDocument(revoked, config.keys.maxAgeDays), text: `Revoked ${revoked.id} (${revoked.name}).` };
    }),
});
