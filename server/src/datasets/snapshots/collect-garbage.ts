import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotFiles } from "../files/snapshot-files";
import { leftBuildFolders } from "./build-folder";
import type { BuildStore } from "./build-store";
import { snapshotFolder } from "./snapshot-id";

/** A folder that no snapshot and no running build uses. */
export interface GarbageFolder {
  readonly folder: string;
  /** Null: of a build that did not finish, in the local folder. */
  readonly bytes: number | null;
}

export interface GarbageDependencies {
  readonly builds: BuildStore;
  readonly files: SnapshotFiles;
  readonly workFolder: string;
}

const DATASET = /^[a-z][a-z0-9_]{0,39}$/;
/** A snapshot, or one that was being copied or replaced. */
const SNAPSHOT = /^(?:[0-9a-f]{64}|\.(?:publishing|replaced)-[a-z0-9]+)$/;

/**
 * Lists folders that no row names: those of withdrawn snapshots, and of builds that ended before their snapshot became
 * visible. Folders of a dataset that is being built are left out. With `collect`, deletes them.
 */
export async function collectGarbage(
  { builds, files, workFolder }: GarbageDependencies,
  { collect }: { readonly collect: boolean },
): Promise<readonly GarbageFolder[]> {
  // In this order: a build that ends meanwhile has its row before the rows are read.
  const stored = [];
  for (const { folder } of await files.folders("")) {
    if (DATASET.test(folder))
      stored.push(...(await files.folders(folder)).map((each) => ({ ...each, dataset: folder })));
  }
  const left = await leftBuildFolders(workFolder, builds);
  const building = new Set((await builds.running()).map(({ dataset }) => dataset));
  const published = new Set((await builds.published()).map(({ dataset, id }) => snapshotFolder(dataset, id)));
  const unused = stored.filter(
    ({ folder, dataset }) =>
      !building.has(dataset) && !published.has(folder) && SNAPSHOT.test(folder.slice(dataset.length + 1)),
  );
  if (collect) {
    for (const { folder } of unused) await files.remove(folder);
    for (const name of left) await rm(join(workFolder, name), { recursive: true, force: true });
  }
  return [
    ...unused.map(({ folder, bytes }) => ({ folder, bytes })),
    ...left.map((folder) => ({ folder, bytes: null })),
  ];
}
