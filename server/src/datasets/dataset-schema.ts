import { z } from "@hono/zod-openapi";

const Id = z.string().describe("The SHA-256 of the manifest, 64 hexadecimal digits");
const Version = z
  .string()
  .describe("A semantic version of the data: major for changed or removed rows, minor for additions");

export const DatasetSummary = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string().nullable(),
    licence: z.string().describe("An SPDX expression"),
    access: z.enum(["public", "key", "gated"]).describe("`gated`: files need an acceptance of the terms"),
    key: z.array(z.string()).describe("The columns that identify a row; none before the first snapshot"),
    latest: z
      .object({ id: Id, version: Version, rows: z.int(), created_at: z.string() })
      .nullable()
      .describe("The newest snapshot that is not withdrawn"),
  })
  .openapi("DatasetSummary");

export const DatasetList = z.object({ datasets: z.array(DatasetSummary) }).openapi("DatasetList");

const DatasetColumn = z.object({
  name: z.string(),
  type: z.unknown().describe("A type of the language of definitions"),
  nullable: z.boolean(),
  description: z.string(),
  unit: z.string().nullable(),
});

// Not an extension in the document: schemas that are combined cannot say that there are no other members.
export const DatasetDocument = z
  .object({
    ...DatasetSummary.shape,
    columns: z.array(DatasetColumn).describe("Of the newest snapshot, or as declared before the first"),
    terms: z.object({ version: z.string(), text: z.string() }).nullable(),
    cadence: z.string(),
    contact: z.string(),
    downloads: z.int().describe("Downloads of data files so far"),
    card: z.string().nullable().describe("The card of the newest snapshot, Markdown"),
  })
  .openapi("Dataset");

const Changes = z.object({
  previous: Id,
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  columns_added: z.array(z.string()),
  columns_removed: z.array(z.string()),
  columns_retyped: z.array(z.string()),
});

const SnapshotFileDocument = z.object({
  name: z.string(),
  path: z.string().describe("Where the file is in the folder of the snapshot"),
  role: z.string().describe("`data`, `card`, `licence`, `citation`, `checksums` or `digests`"),
  format: z.string().nullable().describe("`parquet`, `csv`, `jsonl` or `json`; null if it has no data"),
  split: z.string().nullable(),
  part: z.int(),
  rows: z.int().nullable(),
  bytes: z.int(),
  sha256: z.string(),
  url: z.string().describe("The path that never changes"),
});

export const SnapshotSummary = z
  .object({
    id: Id,
    version: Version,
    rows: z.int(),
    created_at: z.string(),
    changes: Changes.nullable().describe("The differences from an earlier snapshot; null for the first"),
    withdrawn: z
      .object({ at: z.string(), reason: z.string(), successor: Id.nullable() })
      .nullable()
      .describe("Files of a withdrawn snapshot are deleted"),
    files: z.array(SnapshotFileDocument).describe("None if it is withdrawn"),
  })
  .openapi("DatasetSnapshot");

export const SnapshotList = z.object({ snapshots: z.array(SnapshotSummary) }).openapi("DatasetSnapshotList");

export const SnapshotManifestDocument = z
  .object({
    id: Id,
    version: Version,
    created_at: z.string(),
    manifest: z
      .looseObject({ manifestVersion: z.int(), dataset: z.string(), version: z.string() })
      .describe("The content of `manifest.json`. Newer servers add members: ignore those that you do not know"),
  })
  .openapi("DatasetSnapshotManifest");

export const DatasetBuild = z
  .object({
    id: z.string(),
    dataset: z.string(),
    state: z.enum(["running", "finished", "failed"]),
    rows: z.int().describe("Rows read so far"),
    snapshot: z.object({ id: Id, version: Version }).nullable().describe("The result"),
    unchanged: z
      .boolean()
      .nullable()
      .describe("True if the newest snapshot had the same content, so that it is the result"),
    failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
    created_at: z.string(),
    finished_at: z.string().nullable(),
  })
  .openapi("DatasetBuild");

const id = "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706";
const createdAt = "2026-11-23T07:30:00.000000Z";

export const exampleSummary: z.infer<typeof DatasetSummary> = {
  name: "state_of_the_union",
  title: "State of the Union addresses",
  description: "The addresses since 1790",
  licence: "CC0-1.0",
  access: "public",
  key: ["speech_id"],
  latest: { id, version: "1.0.0", rows: 244, created_at: createdAt },
};

export const exampleDataset: z.infer<typeof DatasetDocument> = {
  ...exampleSummary,
  columns: [
    { name: "speech_id", type: "string", nullable: false, description: "Identifies the row.", unit: null },
    { name: "year", type: "int32", nullable: false, description: "The year of the address", unit: null },
  ],
  terms: null,
  cadence: "Once a year",
  contact: "data@example.com",
  downloads: 12,
  card: "# State of the Union addresses\n",
};

export const exampleSnapshot: z.infer<typeof SnapshotSummary> = {
  ...{ id, version: "1.0.0", rows: 244, created_at: createdAt, changes: null, withdrawn: null },
  files: [
    {
      ...{ name: "train-00000-of-00001.parquet", path: "data/train-00000-of-00001.parquet", role: "data" },
      ...{ format: "parquet", split: null, part: 0, rows: 244, bytes: 1_048_576, sha256: id },
      url: `/api/datasets/state_of_the_union/snapshots/${id}/files/train-00000-of-00001.parquet`,
    },
  ],
};

export const exampleManifest: z.infer<typeof SnapshotManifestDocument> = {
  ...{ id, version: "1.0.0", created_at: createdAt },
  manifest: { manifestVersion: 1, dataset: "state_of_the_union", version: "1.0.0" },
};

export const exampleBuild: z.infer<typeof DatasetBuild> = {
  ...{ id: "k3v7w2q5m4x6p2ab", dataset: "state_of_the_union", state: "running", rows: 0, snapshot: null },
  ...{ unchanged: null, failure: null, created_at: createdAt, finished_at: null },
};
