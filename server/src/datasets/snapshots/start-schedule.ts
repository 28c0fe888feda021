import type { CronReader } from "../../core/index";
import type { RegisteredDataset } from "../dataset-types";
import type { BuildStore } from "./build-store";
import type { Builds } from "./builds";

export interface DatasetScheduleDependencies {
  readonly datasets: () => Promise<readonly RegisteredDataset[]>;
  readonly newest: BuildStore["newest"];
  readonly start: Builds["start"];
  readonly readCron: CronReader;
  /** Microseconds since 1970 UTC. */
  readonly clock: () => bigint;
  readonly onFault: (error: unknown, dataset: string | null) => void;
}

/**
 * Starts the builds that are due by the schedules of their definitions, one after another. Every server calls it: the
 * lease of a build decides which one does it. All times that were missed become one build; a failed build waits for the
 * next time.
 */
export async function startDueBuilds({
  datasets,
  newest,
  start,
  readCron,
  clock,
  onFault,
}: DatasetScheduleDependencies): Promise<void> {
  for (const dataset of await datasets()) {
    const { name, schedule } = dataset.definition;
    if (schedule === undefined) continue;
    try {
      const last = await newest(name);
      if (last?.isRunning === true) continue;
      const since = last === undefined || last.createdAt < dataset.appliedAt ? dataset.appliedAt : last.createdAt;
      const due = readCron(schedule).next(since);
      if (due === null || due > clock()) continue;
      await (await start(dataset, { actor: { kind: "server", id: "datasets", address: null } })).done;
    } catch (error) {
      onFault(error, name);
    }
  }
}
