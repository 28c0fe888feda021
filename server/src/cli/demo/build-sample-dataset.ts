import { commandActor } from "../../core/index";
import type { DatasetServices } from "../../datasets/index";
import type { CommandIo } from "../kit/command";

/** The dataset that the demo publishes. */
export const SAMPLE_DATASET = "state_of_the_union";

/** Builds the first snapshot of the sample's dataset, which takes about a second; later starts have it already. */
export async function buildSampleDataset(
  { store, builds }: Pick<DatasetServices["datasets"], "store" | "builds">,
  io: Pick<CommandIo, "stderr" | "signal">,
): Promise<void> {
  const dataset = await store.dataset(SAMPLE_DATASET);
  if (dataset === undefined || (await store.snapshots(SAMPLE_DATASET)).length > 0) return;
  io.stderr(`Building the dataset ${SAMPLE_DATASET}…\n`);
  const { done } = await builds.start(dataset, { actor: commandActor("demo"), signal: io.signal });
  await done;
}
