import { READ_SCOPES, SCOPES } from "../core/index";
import { keyDocument } from "./keys/key-document";
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
      description: `Comma-separated: ${SCOPES.join(", ")} (default: those that read)`,
      valueHint: "list",
    },
    tenant: { type: "string", description: "Bind the key to a tenant", valueHint: "name" },
  },
  examples: [
    { line: "featstore keys create --name ranking", does: "a key that may read everything shared" },
    { line: "featstore keys create --name acme --tenant acme --scopes features:read", does: "a tenant's key" },
  ],
  run: (args, io) =>
    withDatabase(args, io, "apply", async ({ keys }) => {
      const scopes = args.scopes === undefined ? READ_SCOPES : listOf(args.scopes);
      const created = await keys().create({ name: args.name, scopes, tenant: args.tenant ?? null });
      return {
        json: { ...keyDocument(created), key: created.key },
        text: [
          created.key,
          "",
          `id ${created.id}, scopes ${created.scopes.join(", ")}${created.tenant === null ? "" : `, tenant ${created.tenant}`}`,
          "Store the key now: it cannot be shown again.",
        ].join("\n"),
      };
    }),
});
