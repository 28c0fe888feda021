import { createTrainingSetStore } from "../training-sets/index";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { openSets } from "./training-set/open-sets";

export const trainingSetDelete = defineFeatstoreCommand({
  name: "training-set delete",
  summary: "Deletes a finished training set, or cancels a running one",
  args: {
    id: { type: "positional", description: "The training set's id", required: true },
    tenant: { type: "string", description: "The tenant to delete as", valueHint: "name" },
  },
  examples: [{ line: "featstore training-set delete abcdefgh234567ab", does: "deletes its data and manifest" }],
  run: (args, io) =>
    withDatabase(args, io, "require", async (session) => {
      const sets = await openSets(session, createTrainingSetStore(session.database));
      try {
        const { id, state } = await sets.delete(args.id, { tenant: args.tenant ?? null });
        const text = state === "deleted" ? `Deleted ${id}.` : `${id} is ${state} and will be cancelled.`;
        return { json: { id, state }, text };
      } finally {
        await sets.close();
      }
    }),
});
