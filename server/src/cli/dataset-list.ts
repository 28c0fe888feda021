import { instantText } from "@featstore/definitions/compiler";
import { datasetSummary, snapshotDocument } from "../datasets/index";
import { withDatasets } from "./dataset/dataset-session";
import { defineFeatstoreCommand } from "./kit/command";
import { table } from "./kit/table";

const NAME = "dataset list";

export const datasetList = defineFeatstoreCommand({
  name: NAME,
  summary: "Lists the datasets with their snapshots",
  args: {},
  examples: [{ line: "featstore dataset list", does: "versions, rows and ids, withdrawn snapshots included" }],
  run: (args, io) =>
    withDatasets({ args, io, command: NAME }, async ({ store }) => {
      const latest = await store.latest();
      const listed = [];
      for (const dataset of await store.datasets()) {
        const { name } = dataset.definition;
        listed.push({ dataset, latest: latest.get(name), snapshots: await store.snapshots(name) });
      }
      const rows = listed.flatMap(({ dataset: { definition }, snapshots }) =>
        snapshots.length === 0
          ? [[definition.name, "", "", "", "not built yet", ""]]
          : snapshots.map(({ version, manifest, createdAt, withdrawn, id }) => [
              ...[definition.name, version, String(manifest.rows), instantText(createdAt)],
              withdrawn === null ? "published" : `withdrawn: ${withdrawn.reason}`,
              id,
            ]),
      );
      return {
        json: {
          datasets: listed.map((each) => ({
            ...datasetSummary(each.dataset, each.latest),
            snapshots: each.snapshots.map(snapshotDocument),
          })),
        },
        text:
          rows.length === 0
            ? "There are no datasets yet: declare one with dataset({ … }) and run featstore apply"
            : table(["dataset", "version", "rows", "created", "state", "snapshot"], rows),
      };
    }),
});
