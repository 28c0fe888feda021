import { type Actor, FeatstoreError } from "../../core/index";
import type { DatasetStore } from "../dataset-store";
import type { Snapshot } from "../dataset-types";
import type { SnapshotFiles } from "../files/snapshot-files";
import { snapshotFolder } from "./snapshot-id";

/**
 * Withdraws a snapshot: requests for it get 410 from now on, its manifest stays, its files are deleted. Repeated, it
 * deletes files that a failure left. Returns the snapshot as it is then.
 * Errors: `snapshot_not_found`, `storage_unavailable`.
 */
export async function withdrawSnapshot(
  { store, files }: { readonly store: DatasetStore; readonly files: SnapshotFiles },
  { dataset, id }: Pick<Snapshot, "dataset" | "id">,
  reason: string,
  actor: Actor,
): Promise<Snapshot> {
  await store.withdraw(id, reason, actor);
  const withdrawn = await store.snapshot(dataset, id);
  if (withdrawn === undefined) throw new FeatstoreError("snapshot_not_found", `There is no snapshot ${id}.`);
  await files.remove(snapshotFolder(dataset, id));
  return withdrawn;
}
