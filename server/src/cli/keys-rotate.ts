import { commandCaller } from "../keys/index";
import { issuedKey } from "./keys/issued-key";
import { expiryOf, secondsOf } from "./keys/key-options";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";

export const keysRotate = defineFeatstoreCommand({
  name: "keys rotate",
  summary: "Replaces an API key by a new one, which it shows once",
  args: {
    id: { type: "positional", description: "The key's id, or the key itself", required: true },
    grace: {
      type: "string",
      description: "How long the old key still works, 0s to 30d (default: 1d); both share their limits",
      valueHint: "duration",
    },
    expires: {
      type: "string",
      description: "When the new key expires: 90d, an instant, or never (default: as the old one)",
      valueHint: "when",
    },
  },
  examples: [
    { line: "featstore keys rotate q7x2y3z4a5b6c7d2", does: "a new key; the old one works for another day" },
    { line: "featstore keys rotate q7x2y3z4a5b6c7d2 --grace 0s", does: "the old one stops at once" },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ keys, config }) => {
      const rotation = {
        graceSeconds: secondsOf(args.grace ?? "1d", "--grace"),
        ...(args.expires === undefined ? {} : { expiresAt: expiryOf(args.expires, "--expires") }),
      };
      const issued = await keys().rotate(args.id, rotation, commandCaller("keys rotate"));
      return issuedKey(issued, config.keys.maxAgeDays);
    }),
});
