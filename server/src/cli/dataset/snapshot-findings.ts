import type { SnapshotFinding } from "../../datasets/index";

/** Describes snapshots that contain a key, or that could not be searched. */
export function snapshotFindings(found: readonly SnapshotFinding[]) {
  const names = found.filter(({ finding }) => finding === "contains");
  return {
    documents: found.map(({ dataset, id, version, finding }) => ({ dataset, snapshot: id, version, finding })),
    lines: [
      ...found.map(({ dataset, version, id, finding }) =>
        finding === "contains"
          ? `Snapshot ${dataset}@${version} contains it: ${id}`
          : `Snapshot ${dataset}@${version} could not be searched: its files are missing or damaged (${id})`,
      ),
      ...(names.length === 0
        ? []
        : ["Build a new snapshot, then withdraw these: featstore dataset withdraw <snapshot> --reason …"]),
    ],
  };
}
