import { READ_SCOPES, SCOPES } from "../core/index";
import { commandCaller } from "../keys/index";
import { issuedKey } from "./keys/issued-key";
import { expiryOf, limitsOf } from "./keys/key-options";
import { defineFeatstoreCommand } from "./kit/command";
import { listOf } from "./kit/list-of";
import { withDatabase } from "./kit/session";

export const keysCreate = defineFeatstoreCommand({
  name: "keys create",
  summary: "Creates an API key and shows it once",
  args: {
    name: { type: "string", description: "The key's owner or purpose", required: true, valueHint: "name" },
    scopes: {
      type: "string",
      description: `Comma-separated: ${SCOPES.join(", ")} (default: those that read); some can be limited to names: features:read:speech_*`,
      valueHint: "list",
    },
    tenant: { type: "string", description: "Bind the key to a tenant", valueHint: "name" },
    organisation: {
      type: "string",
      description: "Make a key of this organisation, with its tenant and limits",
      valueHint: "id",
    },
    expires: { type: "string", description: "90d, 12h, or an instant (default: never)", valueHint: "when" },
    network: {
      type: "string",
      description: "Comma-separated networks that the key works from: 10.0.0.0/8 (default: any)",
      valueHint: "list",
    },
    limits: {
      type: "string",
      description: "The key's own limits: requests_per_second=10,batch_ids=100",
      valueHint: "list",
    },
  },
  examples: [
    { line: "featstore keys create --name ranking", does: "a key that may read everything shared" },
    { line: "featstore keys create --name acme --tenant acme --scopes features:read", does: "a tenant's key" },
    {
      line: "featstore keys create --name ci --scopes features:read:speech_* --expires 90d --network 10.0.0.0/8",
      does: "a key for some views, some months and one network",
    },
  ],
  run: (args, io) =>
    withDatabase(args, io, "apply", async ({ keys, config }) => {
      const created = await keys().create(
        {
          name: args.name,
          scopes: args.scopes === undefined ? READ_SCOPES : listOf(args.scopes),
          tenant: args.tenant ?? null,
          organisation: args.organisation ?? null,
          expiresAt: args.expires === undefined ? null : expiryOf(args.expires, "--expires"),
          networks: args.network === undefined ? [] : listOf(args.network),
          limits: args.limits === undefined ? {} : limitsOf(args.limits, "--limits"),
        },
        commandCaller("keys create"),
      );
      return issuedKey(created, config.keys.maxAgeDays);
    }),
});
