import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataset, int64, source, string } from "@featstore/definitions";
import type { Database } from "../../../src/database/database";
import type { RegisteredDataset } from "../../../src/datasets/dataset-types";
import { createDatasetDefinitions } from "../../../src/datasets/definition-store";
import { type OpenDatasetsOptions, openDatasets } from "../../../src/datasets/open-datasets";
import { createEngine } from "../../../src/engine/index";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { actor } from "./builds";
import { writePlainly } from "./plain-writer";

export const songTable = `create table songs (song_id bigint, title text, plays bigint)`;

const songs = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64() },
  history: "current",
  columns: { title: string().nullable(), plays: int64().nullable() },
});

/** A dataset over the table `songs`. */
export function songDataset(
  more: Partial<Parameters<typeof dataset>[0]> = {},
  names: readonly ("title" | "plays")[] = ["title", "plays"],
) {
  return dataset({
    name: "songs",
    from: songs,
    columns: (row) => ({
      ...(names.includes("title") ? { title: row.title.describe("Its title") } : {}),
      ...(names.includes("plays") ? { plays: row.plays.describe("How often it was played") } : {}),
    }),
    title: "Songs",
    purpose: "Tests",
    provenance: ["The table"],
    licence: "CC0-1.0",
    cadence: "Never",
    contact: "data@example.com",
    ...(more as object),
  }).ir;
}

export interface WorldOptions extends Partial<Pick<OpenDatasetsOptions, "write" | "files">> {
  readonly folder?: string;
}

/** Datasets of a database in a folder of their own. */
export async function openDatasetWorld(database: Database, options: WorldOptions = {}) {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "featstore-datasets-")));
  const registry = createRegistryStore(database);
  const opened = await openDatasets({
    config: {
      datasets: {
        ...{ folder, s3: null, maxFileBytes: 2 ** 20, anonymous: false, anonymousPerMinute: 60 },
        ...{ streamBytes: 2 ** 20, exportMs: 1000 },
      },
    },
    database,
    engine: createEngine(database),
    snapshot: () => registry.snapshot(),
    write: options.write ?? writePlainly,
    ...(options.files === undefined ? {} : { files: options.files }),
  });
  const definitions = createDatasetDefinitions(database);
  const registered = async (name = "songs"): Promise<RegisteredDataset> => {
    const found = await opened.store.dataset(name);
    if (found === undefined) throw new Error(`no dataset ${name}`);
    return found;
  };
  return {
    ...opened,
    folder,
    registered,
    apply: (...datasets: Parameters<typeof definitions.apply>[0]) => definitions.apply(datasets, "tester"),
    /** Builds to the end. */
    build: async (name = "songs", signal?: AbortSignal) =>
      (await opened.builds.start(await registered(name), { actor, ...(signal === undefined ? {} : { signal }) })).done,
    close: async () => {
      await opened.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

export type DatasetWorld = Awaited<ReturnType<typeof openDatasetWorld>>;

/** Reads every file below a folder, by its path. */
export async function contentsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, "hex")] as const);
  return Object.fromEntries(await Promise.all(read));
}
