import { plan as planDefinitions } from "../services/plan";
import { defineFeatstoreCommand } from "./base/command";
import { loadUserDefinitions, requireLoaded } from "./base/load-user-definitions";
import { withDatabase } from "./base/session";
import { planDocument, planText } from "./plan/plan-report";

export const plan = defineFeatstoreCommand({
  name: "plan",
  summary: "Shows what apply would do, and changes nothing",
  args: {
    strict: { type: "boolean", description: "As strict as check --strict" },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore plan", does: "states, classes of change, SQL differences, consumers" },
    { line: "featstore plan --json", does: "the same for a program" },
  ],
  run: (args, io) =>
    withDatabase(args, io, "tolerate", async ({ registry, catalog, config }) => {
      const loaded = await loadUserDefinitions(args, config, io);
      const options = { strict: args.strict === true };
      const planned = await planDefinitions({ registry, catalog }, requireLoaded(loaded), options);
      return {
        json: planDocument(planned, loaded.fileOf),
        text: planText(planned, loaded.fileOf),
        exit: planned.outcome === "refused" ? "failed" : "ok",
      };
    }),
});
