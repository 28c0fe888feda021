import type { Dataset } from "@featstore/definitions/compiler";
import { commandActor } from "../../../src/core/index";
import type { Database } from "../../../src/database/database";
import type { RunHolder } from "../../../src/database/lease-holder";
import type { DatasetReader } from "../../../src/datasets/dataset-reader";
import type { SnapshotManifest } from "../../../src/datasets/dataset-types";

export const actor = commandActor("dataset build");

/** A process that nobody can look at, so its lease has to expire. */
export const elsewhere: RunHolder = { host: "elsewhere", pid: 1, identity: null, pidNamespace: null };

/** Definitions of no datasets. */
export const noDefinitions: Pick<DatasetReader, "datasets" | "dataset"> = {
  datasets: async () => [],
  dataset: async () => undefined,
};

/** A manifest without rows and files. */
export function emptyManifest(dataset: string, version: string): SnapshotManifest {
  return {
    manifestVersion: 1,
    dataset,
    version,
    definition: { kind: "dataset", name: dataset } as Dataset,
    inputs: [],
    key: ["id"],
    columns: [],
    rows: 0,
    splits: {},
    excluded: {},
    quality: null,
    changes: null,
    files: [],
  };
}

export async function expireLeases(database: Database): Promise<void> {
  await database.query({ text: "update featstore.dataset_builds set expires_at = clock_timestamp()" });
}
