import { rmSync } from "node:fs";
import { join } from "node:path";
import type { FeatureView } from "../../../feature-definitions/src/compiler";
import type { TrainingManifest } from "../../../server/src/training-sets/index";
import type { DuckdbLimits } from "./bare-duckdb";
import { requireEqualFiles } from "./compare-files";
import { type WatchedCommand, watchedCommand } from "./watched-command";

export interface TrainingSets extends DuckdbLimits {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface MadeTrainingSet extends WatchedCommand {
  readonly manifest: TrainingManifest;
}

/** Makes a training set of all features of a view for a spine of the lake. */
export async function makeTrainingSet(
  { folder, environment }: TrainingSets,
  spine: "large" | "small",
  view: FeatureView,
  ...more: readonly string[]
): Promise<MadeTrainingSet> {
  const features = view.features.map(({ name }) => `${view.name}.${name}`).join(",");
  const out = join(folder, fileOf(view));
  const made = await watchedCommand(
    [
      "training-set",
      "--features",
      features,
      "--spine",
      `lake:spines/${spine}.parquet`,
      "--out",
      out,
      "--json",
      ...more,
    ],
    { folder, environment },
  );
  return { ...made, manifest: JSON.parse(made.stdout).manifest };
}

/**
 * Makes the same training set with the engine of each view, with labels and a split, for the small spine. Fails if a value, or anything
 * that the manifests report about the rows, differs. Returns the commands in the order of the views.
 */
export async function makeEqualTrainingSets(
  sets: TrainingSets,
  views: readonly [FeatureView, ...FeatureView[]],
): Promise<readonly WatchedCommand[]> {
  const make = (view: FeatureView) =>
    makeTrainingSet(
      sets,
      "small",
      view,
      ...["--label", `${view.name}.plays_7d@7d,${view.name}.last_country@1h`, "--label-column", "liked"],
      ...["--allow-leakage", "the report is compared", "--split", "hash:train=0.8,test=0.2"],
    );
  const { folder, threads, memoryMb } = sets;
  const [first, ...others] = views;
  const made = [await make(first)];
  for (const view of others) {
    const other = await make(view);
    const reports = [made[0], other].map((each) => each && reportOf(each.manifest));
    if (reports[0] !== reports[1])
      throw new Error(`The reports of ${first.name} and ${view.name} differ:\n${reports.join("\n")}`);
    await requireEqualFiles({ folder, threads, memoryMb, ours: fileOf(first), theirs: fileOf(view), by: "position" });
    made.push(other);
  }
  for (const view of views) rmSync(join(folder, fileOf(view)));
  return made;
}

const fileOf = ({ name }: FeatureView): string => `${name}.parquet`;

/** Returns the parts of a manifest about its rows, as JSON, with one name for both views. */
function reportOf({ views, columns, labels, leakage, result, split, unparsed, warnings }: TrainingManifest): string {
  const report = {
    views: views.map(({ rows }) => rows),
    columns: columns.map(({ name, role, type }) => ({ name, role, type })),
    labels: labels.map(({ meaning_hash: _, ...label }) => label),
    ...{ leakage, rows: result.rows, split, unparsed, warnings },
  };
  return JSON.stringify(report).replaceAll(/benchmark_listening_(?:in_files|in_table|on_cluster)/g, "listening");
}
