import { CommandProblem } from "../core/index";
import { keyOfDataset, snapshotsWithKey } from "../datasets/index";
import { KEY_SEPARATOR, parseBatchKey } from "../serving/index";
import { namedDataset, reasonOf, withDatasets } from "./dataset/dataset-session";
import { snapshotFindings } from "./dataset/snapshot-findings";
import { defineFeatstoreCommand } from "./kit/command";
import { idOf } from "./kit/id-of";

const NAME = "dataset takedown";

export const datasetTakedown = defineFeatstoreCommand({
  name: NAME,
  summary: "Leaves a row out of all later snapshots of a dataset",
  args: {
    name: { type: "positional", description: "The dataset's name", required: true },
    key: {
      type: "positional",
      description: "The row's key; parts of a composite key are percent-encoded and separated by commas",
      required: true,
    },
    reason: { type: "string", description: "The reason, for the audit log; do not name the key", valueHint: "text" },
  },
  examples: [
    {
      line: 'featstore dataset takedown state_of_the_union 7 --reason "At the request of the rights holder"',
      does: "names the snapshots that have the row: build a new one, and withdraw those",
    },
  ],
  run: (args, io) => {
    const reason = reasonOf(args.reason);
    return withDatasets({ args, io, command: NAME }, async (datasets) => {
      const { store, session, actor } = datasets;
      const { definition } = await namedDataset(datasets, args.name);
      const columns = keyOfDataset(definition, await session.registry.snapshot());
      if (columns === undefined)
        throw new CommandProblem({
          code: "feature_service_not_found",
          what: `the service of the dataset "${args.name}" is not applied`,
          advice: "run featstore apply first",
        });
      const entity = { kind: "entity", name: args.name, key: columns, population: null, description: null } as const;
      const key = parseBatchKey(entity, JSON.stringify(idOf(columns, args.key)), 0, "").split(KEY_SEPARATOR);
      const added = await store.takeDown([args.name], key, reason, actor);
      const found = await snapshotsWithKey(datasets, [args.name], key, io.signal);
      const { documents, lines } = snapshotFindings(found);
      const isNew = added.length > 0;
      return {
        json: { dataset: args.name, added: isNew, snapshots: documents },
        text: [
          isNew
            ? `Later snapshots of ${args.name} leave the row out.`
            : `The row had been taken down from ${args.name} before.`,
          ...(lines.length === 0 ? ["No snapshot contains it."] : lines),
        ].join("\n"),
      };
    });
  },
});
