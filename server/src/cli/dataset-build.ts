import type { BuiltSnapshot } from "../datasets/index";
import { plural } from "./check/diagnostics-report";
import { startBuildProgress } from "./dataset/build-progress";
import { namedDataset, withDatasets } from "./dataset/dataset-session";
import { defineFeatstoreCommand } from "./kit/command";

const NAME = "dataset build";

export const datasetBuild = defineFeatstoreCommand({
  name: NAME,
  summary: "Builds a snapshot of a dataset, unless nothing changed since the newest one",
  args: { name: { type: "positional", description: "The dataset's name", required: true } },
  examples: [
    { line: "featstore dataset build state_of_the_union", does: "reads the rows once and publishes a version" },
    { line: "featstore dataset build state_of_the_union --json", does: "prints its id, version and changes" },
  ],
  run: (args, io) =>
    withDatasets({ args, io, command: NAME }, async (datasets) => {
      const dataset = await namedDataset(datasets, args.name);
      const progress = startBuildProgress(io);
      try {
        const { actor, builds } = datasets;
        const { done } = await builds.start(dataset, { actor, signal: io.signal, onProgress: progress.show });
        const built = await done;
        return { json: builtDocument(args.name, built), text: builtText(args.name, built) };
      } finally {
        progress.end();
      }
    }),
});

function builtDocument(dataset: string, { id, version, rows, changes, unchanged }: BuiltSnapshot) {
  return {
    ...{ dataset, snapshot: id, version, rows, unchanged },
    changes: changes && {
      ...{ previous: changes.previous, added: changes.added, changed: changes.changed, removed: changes.removed },
      columns_added: changes.columnsAdded,
      columns_removed: changes.columnsRemoved,
      columns_retyped: changes.columnsRetyped,
    },
  };
}

function builtText(dataset: string, { id, version, rows, changes, unchanged }: BuiltSnapshot): string {
  if (unchanged) return `Nothing changed: ${dataset} ${version} is up to date (${id}).`;
  const columns = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`Columns ${what}: ${names.join(", ")}`];
  return [
    `Published ${dataset} ${version}: ${plural(rows, "row")}, snapshot ${id}`,
    ...(changes === null
      ? []
      : [
          `Rows added: ${changes.added}, changed: ${changes.changed}, removed: ${changes.removed}`,
          ...columns("added", changes.columnsAdded),
          ...columns("removed", changes.columnsRemoved),
          ...columns("of another type", changes.columnsRetyped),
        ]),
    `Download: featstore dataset download ${dataset}`,
  ].join("\n");
}
