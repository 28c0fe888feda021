import { createHash } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Dataset } from "@featstore/definitions/compiler";
import type { DatasetReader } from "../../../src/datasets/dataset-reader";
import type {
  RegisteredDataset,
  Snapshot,
  SnapshotColumn,
  SnapshotFile,
  SnapshotManifest,
} from "../../../src/datasets/dataset-types";
import type { SnapshotFiles } from "../../../src/datasets/files/snapshot-files";

export const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** Deterministic bytes that no compression shortens. */
export function sampleBytes(length: number, seed = "sample"): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < length; at += 32) blocks.push(createHash("sha256").update(`${seed}${at}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

export function sampleDefinition(name: string, more: Partial<Dataset> = {}): Dataset {
  return {
    ...({ name, access: "key", terms: null, split: null } as unknown as Dataset), // no test reads the rest
    ...more,
  };
}

const column = (name: string, role: SnapshotColumn["role"]) =>
  ({ name, role, type: { kind: "string" }, nullable: role !== "key" }) as unknown as SnapshotColumn; // no test reads the rest

export type SampleFile = Partial<SnapshotFile> & { readonly name: string; readonly content: Uint8Array | string };

/** Writes files and a manifest, and publishes them. */
export async function publishSample(
  storage: SnapshotFiles,
  dataset: string,
  files: readonly SampleFile[],
  more: { readonly version?: string; readonly columns?: readonly string[]; readonly key?: readonly string[] } = {},
): Promise<Snapshot> {
  const { version = "1.0.0", key = ["id"], columns = ["id", "title", "score"] } = more;
  const folder = await mkdtemp(join(tmpdir(), "featstore-snapshot-"));
  const listed: SnapshotFile[] = [];
  for (const { content, ...file } of files) {
    const bytes = Buffer.from(content);
    const path = file.path ?? (file.format ? `data/${file.name}` : file.name);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
    const rest = { role: "data", format: null, split: null, part: 0, rows: null } as const;
    listed.push({ ...rest, ...file, path, bytes: bytes.byteLength, sha256: sha256(bytes) });
  }
  const manifest = {
    manifestVersion: 1,
    dataset,
    version,
    definition: sampleDefinition(dataset),
    key,
    columns: columns.map((name) => column(name, key.includes(name) ? "key" : "value")),
    files: listed,
  } as unknown as SnapshotManifest; // no test reads the rest
  const text = JSON.stringify(manifest);
  await writeFile(join(folder, "manifest.json"), text);
  const id = sha256(text);
  await storage.publish(folder, `${dataset}/${id}`);
  return { id, dataset, version, manifest, createdAt: 1_767_225_600_000_000n, withdrawn: null };
}

/** A reader over lists that tests change. */
export function createStubReader() {
  const datasets = new Map<string, RegisteredDataset>();
  const snapshots: Snapshot[] = [];
  const reader: DatasetReader = {
    datasets: async () => [...datasets.values()],
    dataset: async (name) => datasets.get(name),
    snapshots: async (dataset) => snapshots.filter((each) => each.dataset === dataset).reverse(),
    async snapshot(dataset, reference) {
      const own = (await reader.snapshots(dataset)).filter((each) =>
        reference === "latest" ? each.withdrawn === null : each.id === reference || each.version === reference,
      );
      return own[0];
    },
    downloads: async () => 0,
  };
  const add = (definition: Dataset) => datasets.set(definition.name, { definition, appliedAt: 0n });
  return { reader, add, snapshots };
}
