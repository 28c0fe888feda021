import { defineFeatstoreCommand } from "./kit/command";
import { wholeNumber } from "./kit/whole-number";
import { showPlan } from "./plan/show-plan";

export const plan = defineFeatstoreCommand({
  name: "plan",
  summary: "Shows what apply would do, without changing anything",
  args: {
    values: {
      type: "boolean",
      description: "Compute old and new values of a sample of entities and show the differences; stores nothing",
    },
    sample: { type: "string", description: "Entities to compare with --values (default: 1000)", valueHint: "n" },
    strict: { type: "boolean", description: "As strict as check --strict" },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore plan", does: "states, classes of change, SQL differences, consumers, how changes are found" },
    { line: "featstore plan --values --sample 5000", does: "value differences of 5,000 entities" },
    { line: "featstore plan --json", does: "the same for a program" },
  ],
  run: (args, io) => {
    const size = wholeNumber(args.sample, "--sample", 1000, 1);
    return showPlan(args, io, args.values === true ? { compare: Math.max(1, size) } : {});
  },
});
