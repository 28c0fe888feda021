import { keyDocument } from "./keys/key-document";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";

export const keysRevoke = defineFeatstoreCommand({
  name: "keys revoke",
  summary: "Revokes an API key; servers reject it within seconds",
  args: { id: { type: "positional", description: "The key's id, or the key itself", required: true } },
  examples: [{ line: "featstore keys revoke 4f9c2a7d1b3e", does: "revokes the key with this id" }],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ keys }) => {
      const revoked = await keys().revoke(args.id);
      return { json: keyDocument(revoked), text: `Revoked ${revoked.id} (${revoked.name}).` };
    }),
});
