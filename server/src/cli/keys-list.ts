import { instantText } from "@featstore/definitions/compiler";
import { dueForRotation, type KeyRecord, keyDocument, stateOf } from "../keys/index";
import { boundTexts } from "./keys/issued-key";
import { secretName, secretText } from "./keys/secret-text";
import { defineFeatstoreCommand } from "./kit/command";
import { nowMicros } from "./kit/now-micros";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";

export const keysList = defineFeatstoreCommand({
  name: "keys list",
  summary: "Lists the API keys, without their secrets, and how many use each configured secret",
  args: {},
  examples: [{ line: "featstore keys list", does: "ids, names, scopes, owners, last uses and states" }],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ keys, config }) => {
      const { maxAgeDays } = config.keys;
      const all = await keys().list();
      const due = dueForRotation(all, maxAgeDays, nowMicros());
      const secrets = await keys().secretUses();
      const rows = all.map((key) => [
        key.id,
        key.name,
        key.scopes.join(","),
        key.organisation ?? "",
        key.tenant ?? "",
        instantText(key.createdAt),
        key.lastUsedAt === null ? "never" : instantText(key.lastUsedAt),
        stateText(key, due.includes(key)),
      ]);
      return {
        json: {
          keys: all.map((key) => ({ ...keyDocument(key, maxAgeDays), secret: key.secretName })),
          secrets: secrets.map((use) => ({
            name: use.name,
            keys: use.keys,
            configured: use.isConfigured,
            newest: use.isNewest,
            made_with_another: use.keysOfAnother,
          })),
        },
        text:
          rows.length === 0
            ? "There are no keys yet: featstore keys create --name me"
            : [
                table(["id", "name", "scopes", "organisation", "tenant", "created", "last used", "state"], rows),
                "",
                ...secrets.map((use) => {
                  const { found, advice } = secretText(use);
                  return `${secretName(use)}: ${found}${advice === null ? "" : ` → ${advice}`}`;
                }),
              ].join("\n"),
      };
    }),
});

function stateText(key: KeyRecord, isDue: boolean): string {
  const state = stateOf(key);
  if (state === "revoked") return `revoked ${instantText(key.revokedAt ?? 0n)}`;
  const parts = [
    state,
    ...(key.expiresAt === null ? [] : [`${state === "expired" ? "" : "expires "}${instantText(key.expiresAt)}`]),
    ...(key.replacedBy === null ? [] : [`replaced by ${key.replacedBy}`]),
    ...(isDue ? ["due for rotation"] : []),
    ...boundTexts(key),
  ];
  return parts.join(", ");
}
