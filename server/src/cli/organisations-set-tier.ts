import { CommandProblem, listNames } from "../core/index";
import { defineFeatstoreCommand } from "./kit/command";
import { requireFound, withOperatorStore } from "./organisations/operator-session";

const NAME = "organisations set-tier";

export const organisationsSetTier = defineFeatstoreCommand({
  name: NAME,
  summary: "Moves an organisation to another tier, at once",
  args: {
    organisation: { type: "positional", description: "The organisation's id", required: true },
    tier: { type: "positional", description: "A tier of tiers.levels", required: true },
  },
  examples: [{ line: "featstore organisations set-tier org_k3v5t7n2q6x4a2c5 pro", does: "limits set for it stay" }],
  run: (args, io) =>
    withOperatorStore({ args, io, command: NAME }, "require", async ({ store, actor, config }) => {
      const { organisation, tier } = args;
      if (!Object.hasOwn(config.tiers.levels, tier)) {
        throw new CommandProblem({
          code: "tier_unknown",
          what: `there is no tier "${tier.slice(0, 100)}"`,
          where: "<tier>",
          advice: `tiers.levels has ${listNames(Object.keys(config.tiers.levels))}`,
          exit: "usage",
        });
      }
      requireFound(await store.setTier(actor, organisation, tier), organisation);
      const warning =
        config.tiers.levels[tier]?.resources.length === 0
          ? ` Its keys can read nothing: tiers.levels.${tier} has no resources.`
          : "";
      return { json: { organisation, tier }, text: `${organisation} is on the tier ${tier} now.${warning}` };
    }),
});
