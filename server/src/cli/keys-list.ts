import { keyDocument } from "./keys/key-document";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";

export const keysList = defineFeatstoreCommand({
  name: "keys list",
  summary: "Lists the API keys, without their secrets",
  args: {},
  examples: [{ line: "featstore keys list", does: "ids, names, scopes, tenants and states" }],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ keys }) => {
      const documents = (await keys().list()).map(keyDocument);
      const rows = documents.map((key) => [
        key.id,
        key.name,
        key.scopes.join(","),
        key.tenant ?? "",
        key.created_at,
        key.revoked_at === null ? "active" : `revoked ${key.revoked_at}`,
      ]);
      return {
        json: { keys: documents },
        text:
          rows.length === 0
            ? "There are no keys yet: featstore keys create --name me"
            : table(["id", "name", "scopes", "tenant", "created", "state"], rows),
      };
    }),
});
