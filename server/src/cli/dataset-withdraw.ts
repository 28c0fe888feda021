import { instantText } from "@featstore/definitions/compiler";
import { withdrawSnapshot } from "../datasets/index";
import { namedSnapshot, reasonOf, withDatasets } from "./dataset/dataset-session";
import { defineFeatstoreCommand } from "./kit/command";

const NAME = "dataset withdraw";

export const datasetWithdraw = defineFeatstoreCommand({
  name: NAME,
  summary: "Withdraws a snapshot: deletes its files and keeps its manifest",
  args: {
    snapshot: { type: "positional", description: "Its id, or dataset@version", required: true },
    reason: { type: "string", description: "The reason, which requests for it get", valueHint: "text" },
  },
  examples: [
    {
      line: 'featstore dataset withdraw state_of_the_union@1.2.0 --reason "Wrong speakers"',
      does: "its files are gone, and requests get 410 with the reason and the newest later snapshot",
    },
  ],
  run: (args, io) => {
    const reason = reasonOf(args.reason);
    return withDatasets({ args, io, command: NAME }, async (datasets) => {
      const { id, dataset, version, withdrawn } = await withdrawSnapshot(
        datasets,
        await namedSnapshot(datasets, args.snapshot),
        reason,
        datasets.actor,
      );
      if (withdrawn === null) throw new Error(`the snapshot ${id} is not withdrawn`);
      const { at, successor } = withdrawn;
      const kept = withdrawn.reason === reason ? "" : ` It had been withdrawn before: ${withdrawn.reason}`;
      const next =
        successor === null ? `Build a successor: featstore dataset build ${dataset}` : `Successor: ${successor}`;
      return {
        json: {
          ...{ dataset, snapshot: id, version },
          withdrawn: { at: instantText(at), reason: withdrawn.reason, successor },
        },
        text: `Withdrew ${dataset} ${version} (${id}).${kept}\n${next}`,
      };
    });
  },
});
