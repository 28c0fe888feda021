import { userInfo } from "node:os";
import { apply as applyDefinitions } from "../services/apply";
import { defineFeatstoreCommand } from "./base/command";
import { loadUserDefinitions, requireLoaded } from "./base/load-user-definitions";
import { withDatabase } from "./base/session";
import { planDocument, planText } from "./plan/plan-report";

export const apply = defineFeatstoreCommand({
  name: "apply",
  summary: "Writes the definitions into the registry, all or nothing",
  args: {
    strict: { type: "boolean", description: "As strict as check --strict" },
    message: { type: "string", description: "Why, for the history", valueHint: "text" },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore apply", does: "applies what plan shows" },
    { line: 'featstore apply --message "longer window"', does: "with a word for the history" },
  ],
  run: (args, io) =>
    withDatabase(args, io, "apply", async ({ registry, catalog, config }) => {
      const loaded = await loadUserDefinitions(args, config, io);
      const { plan, revision } = await applyDefinitions({ registry, catalog }, requireLoaded(loaded), {
        strict: args.strict === true,
        appliedBy: userInfo().username,
        ...(args.message === undefined ? {} : { message: args.message }),
      });
      const outcome =
        revision === null
          ? plan.outcome === "refused"
            ? "Nothing was applied."
            : "Nothing to apply."
          : `Applied as revision ${revision}. Next: featstore materialize`;
      return {
        json: { ...planDocument(plan, loaded.fileOf), applied_revision: revision },
        text: `${planText(plan, loaded.fileOf)}\n${outcome}`,
        exit: plan.outcome === "refused" ? "failed" : "ok",
      };
    }),
});
