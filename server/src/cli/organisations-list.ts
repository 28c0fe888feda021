import { defineFeatstoreCommand } from "./kit/command";
import { table } from "./kit/table";
import { withOperatorStore } from "./organisations/operator-session";

const NAME = "organisations list";

export const organisationsList = defineFeatstoreCommand({
  name: NAME,
  summary: "Lists the organisations with tier, tenant and limits",
  args: {},
  examples: [{ line: "featstore organisations list", does: "ids, names, tiers, tenants, limits, members and keys" }],
  run: (args, io) =>
    withOperatorStore({ args, io, command: NAME }, "require", async ({ store, config }) => {
      const organisations = await store.organisations();
      const tierText = (tier: string) =>
        config.tiers.levels[tier] === undefined ? `${tier} (not configured: ${config.tiers.default})` : tier;
      const rows = organisations.map(({ id, name, tier, tenant, limits, members, keys }) => [
        id,
        name,
        tierText(tier),
        tenant ?? "",
        Object.entries(limits)
          .map(([limit, value]) => `${limit}=${String(value)}`)
          .join(" "),
        String(members),
        String(keys),
      ]);
      return {
        json: { organisations },
        text:
          rows.length === 0
            ? "There are no organisations yet: people make them when they sign in."
            : table(["id", "name", "tier", "tenant", "limits", "members", "keys"], rows),
      };
    }),
});
