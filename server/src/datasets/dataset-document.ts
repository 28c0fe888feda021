import { instantText } from "@featstore/definitions/compiler";
import type { DocumentOf } from "../http/index";
import type {
  DatasetBuild,
  DatasetDocument,
  DatasetSummary,
  SnapshotManifestDocument,
  SnapshotSummary,
} from "./dataset-schema";
import type { RegisteredDataset, Snapshot } from "./dataset-types";
import { fileAddress } from "./download/dataset-file";
import type { StoredBuild } from "./snapshots/build-store";

/** Maps a dataset to its line in lists. `latest`: its newest snapshot that is not withdrawn. */
export function datasetSummary(
  { definition }: RegisteredDataset,
  latest: Snapshot | undefined,
): DocumentOf<typeof DatasetSummary> {
  const { name, publication, description, access } = definition;
  return {
    ...{ name, title: publication.title, description, licence: publication.licence, access },
    key: latest?.manifest.key ?? [],
    latest:
      latest === undefined
        ? null
        : {
            ...{ id: latest.id, version: latest.version, rows: latest.manifest.rows },
            created_at: instantText(latest.createdAt),
          },
  };
}

/** Maps a dataset to its document. `card`: the text of the newest snapshot's card. */
export function datasetDocument(
  dataset: RegisteredDataset,
  latest: Snapshot | undefined,
  { card, downloads }: { readonly card: string | null; readonly downloads: number },
): DocumentOf<typeof DatasetDocument> {
  const { columns, terms, publication } = dataset.definition;
  return {
    ...datasetSummary(dataset, latest),
    columns: (latest?.manifest.columns ?? columns).map(({ name, type, nullable, description, unit }) => ({
      ...{ name, type, nullable, description, unit },
    })),
    ...{ terms, cadence: publication.cadence, contact: publication.contact, downloads, card },
  };
}

export function snapshotDocument({
  id,
  dataset,
  version,
  manifest,
  createdAt,
  withdrawn,
}: Snapshot): DocumentOf<typeof SnapshotSummary> {
  const { changes, rows, files } = manifest;
  return {
    ...{ id, version, rows, created_at: instantText(createdAt) },
    changes: changes && {
      ...{ previous: changes.previous, added: changes.added, changed: changes.changed, removed: changes.removed },
      columns_added: changes.columnsAdded,
      columns_removed: changes.columnsRemoved,
      columns_retyped: changes.columnsRetyped,
    },
    withdrawn: withdrawn && {
      ...{ at: instantText(withdrawn.at), reason: withdrawn.reason, successor: withdrawn.successor },
    },
    files:
      withdrawn === null
        ? files.map((file) => ({
            ...{ name: file.name, path: file.path, role: file.role, format: file.format, split: file.split },
            ...{ part: file.part, rows: file.rows, bytes: file.bytes, sha256: file.sha256 },
            url: fileAddress(dataset, id, file.name),
          }))
        : [],
  };
}

export function manifestDocument({
  id,
  version,
  manifest,
  createdAt,
}: Snapshot): DocumentOf<typeof SnapshotManifestDocument> {
  return { id, version, created_at: instantText(createdAt), manifest: { ...manifest } };
}

export function buildDocument(build: StoredBuild): DocumentOf<typeof DatasetBuild> {
  const { id, dataset, state, rowsDone, snapshot, version, unchanged, failure, createdAt, finishedAt } = build;
  return {
    ...{ id, dataset, state, rows: rowsDone },
    snapshot: snapshot === null || version === null ? null : { id: snapshot, version },
    ...{ unchanged, failure, created_at: instantText(createdAt) },
    finished_at: finishedAt === null ? null : instantText(finishedAt),
  };
}
