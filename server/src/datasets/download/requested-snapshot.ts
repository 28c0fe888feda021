import { FeatstoreError } from "../../core/index";
import type { DatasetReader } from "../dataset-reader";
import type { Snapshot } from "../dataset-types";

const REFERENCE = /^(?:latest|\d{1,9}\.\d{1,9}\.\d{1,9}|[0-9a-f]{64})$/;

/**
 * Finds a snapshot by its id, its version or `latest`, for its files. Errors: `snapshot_not_found`,
 * `snapshot_withdrawn`.
 */
export async function requestedSnapshot(
  reader: Pick<DatasetReader, "snapshot">,
  dataset: string,
  reference: string,
): Promise<Snapshot> {
  const snapshot = REFERENCE.test(reference) ? await reader.snapshot(dataset, reference) : undefined;
  if (snapshot === undefined) {
    const detail =
      reference === "latest"
        ? `The dataset "${dataset}" has no snapshot yet.`
        : `The dataset "${dataset}" has no snapshot "${reference.slice(0, 80)}": expected an id, a version or latest.`;
    throw new FeatstoreError("snapshot_not_found", detail);
  }
  if (snapshot.withdrawn !== null) throw withdrawn(snapshot, snapshot.withdrawn);
  return snapshot;
}

function withdrawn(
  { dataset, version }: Snapshot,
  { reason, successor }: NonNullable<Snapshot["withdrawn"]>,
): FeatstoreError {
  const next = successor === null ? "There is no newer one." : `Its successor is ${successor}.`;
  const link = `</api/datasets/${dataset}/snapshots/${successor}>; rel="successor-version"`;
  return new FeatstoreError(
    "snapshot_withdrawn",
    `The snapshot ${version} of "${dataset}" was withdrawn: ${reason}. ${next}`,
    {
      members: { reason, ...(successor === null ? {} : { successor }) },
      ...(successor === null ? {} : { headers: { link } }),
    },
  );
}
