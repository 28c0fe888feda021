import { assetFolder, type Config } from "../core/index";
import { type Database, isSurelyDead, thisProcess } from "../database/index";
import type { Engine } from "../engine/index";
import type { RegistrySnapshot } from "../registry/index";
import { cardFiles } from "./card/card-files";
import { readLicenceTexts } from "./card/licence";
import { createDatasetStore, type DatasetStore } from "./dataset-store";
import { createDatasetDefinitions } from "./definition-store";
import { createLocalFiles } from "./files/local-files";
import type { SnapshotFiles } from "./files/snapshot-files";
import { type BuildStore, createBuildStore } from "./snapshots/build-store";
import { type Builds, createBuilds } from "./snapshots/builds";
import { planRead } from "./snapshots/plan-read";
import { type WriteSnapshot, writeSnapshot } from "./write/write-snapshot";

export interface OpenDatasetsOptions {
  readonly config: Pick<Config, "datasets">;
  readonly database: Database;
  readonly engine: Pick<Engine, "planDataset" | "datasetRows">;
  /** Returns the newest registry. */
  readonly snapshot: () => Promise<RegistrySnapshot>;
  /** Default: a worker thread, which starts with the first build. */
  readonly write?: WriteSnapshot;
  /** Default: the configured storage. */
  readonly files?: SnapshotFiles;
}

/** Datasets with their snapshots and files, for a server or a command. */
export interface OpenDatasets {
  readonly store: DatasetStore;
  readonly files: SnapshotFiles;
  readonly builds: Builds;
  readonly buildStore: BuildStore;
  /** The local folder in which builds work. */
  readonly workFolder: string;
  /** Ends the builds of this process. */
  close(): Promise<void>;
}

/** Opens the datasets of a database with the configured storage. */
export async function openDatasets({
  config,
  database,
  engine,
  snapshot,
  write = writeSnapshot,
  files: openFiles,
}: OpenDatasetsOptions): Promise<OpenDatasets> {
  const store = createDatasetStore(database, createDatasetDefinitions(database));
  const buildStore = createBuildStore(database);
  const files = openFiles ?? (await openSnapshotFiles(config.datasets));
  const workFolder = config.datasets.folder;
  const builds = createBuilds({
    ...{ store, builds: buildStore, files, workFolder, write },
    holder: await thisProcess(),
    isDead: isSurelyDead,
    maxFileBytes: config.datasets.maxFileBytes,
    plan: async ({ definition }) =>
      planRead(engine, await snapshot(), definition, await store.hasTakedowns(definition.name)),
    rows: (text, signal) => engine.datasetRows(text, { signal }),
    documents: async (manifest) => {
      const licenceTexts = await readLicenceTexts(assetFolder("licences"), manifest.definition.publication.licence);
      return cardFiles({ manifest, licenceTexts });
    },
  });
  return { store, files, builds, buildStore, workFolder, close: () => builds.close() };
}

/** Opens the configured storage. The client of S3 is loaded only if it is needed: it is large. */
async function openSnapshotFiles({ folder, s3 }: Pick<Config["datasets"], "folder" | "s3">): Promise<SnapshotFiles> {
  if (s3 === null) return createLocalFiles(folder);
  const { createS3Files } = await import("./files/s3-files");
  return createS3Files(s3);
}
