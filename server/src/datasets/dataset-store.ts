import type { Actor } from "../core/index";
import { type CallOptions, type Database, ownQuery, refuseStoreFault } from "../database/index";
import type { DatasetReader } from "./dataset-reader";
import type { Snapshot, SnapshotManifest } from "./dataset-types";

/** A download to count. */
export interface DatasetDownload {
  readonly dataset: string;
  /** The snapshot's id. */
  readonly snapshot: string;
  /** In UTC, `2026-01-31`. */
  readonly day: string;
  /** Requests that began a download; 0 for the bytes of a resumed one. */
  readonly downloads: number;
  readonly bytes: number;
}

/** Reads and changes datasets. Errors: `store_unavailable`, `store_timeout`. */
export interface DatasetStore extends DatasetReader {
  /** Returns the newest snapshot of each dataset that is not withdrawn, by the dataset's name. */
  latest(): Promise<ReadonlyMap<string, Snapshot>>;
  /** Finds a snapshot of any dataset by its id. */
  snapshotById(id: string): Promise<Snapshot | undefined>;
  /** Returns whether keys of the dataset were taken down. */
  hasTakedowns(dataset: string): Promise<boolean>;
  /** Withdraws a snapshot. Undefined: no snapshot has this id. False: it is withdrawn already, and its reason stays. */
  withdraw(id: string, reason: string, actor: Actor): Promise<boolean | undefined>;
  /** Leaves a key, by its parts in key order, out of later snapshots. Returns the datasets that did not have it yet. */
  takeDown(
    datasets: readonly string[],
    key: readonly string[],
    reason: string,
    actor: Actor,
  ): Promise<readonly string[]>;
  countDownloads(downloads: readonly DatasetDownload[]): Promise<void>;
}

const SHORT_MS = 15_000;

const COLUMNS = `s.id, s.dataset, s.version, s.manifest::text as manifest, featstore.epoch_microseconds(s.created_at)::text as "createdAt",
  featstore.epoch_microseconds(s.withdrawn_at)::text as "withdrawnAt", s.withdrawn_reason as reason,
  case when s.withdrawn_at is not null then (select n.id from featstore.dataset_snapshots as n
    where n.dataset = s.dataset and n.number > s.number and n.withdrawn_at is null order by n.number desc limit 1) end as successor`;

interface Row {
  readonly id: string;
  readonly dataset: string;
  readonly version: string;
  readonly manifest: string;
  readonly createdAt: string;
  readonly withdrawnAt: string | null;
  readonly reason: string | null;
  readonly successor: string | null;
}

const ID = /^[0-9a-f]{64}$/;
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}$/;

/**
 * Stores datasets in the tables of `migrations/tables/14-datasets.sql`. `definitions` reads the applied
 * definitions.
 */
export function createDatasetStore(
  database: Database,
  definitions: Pick<DatasetReader, "datasets" | "dataset">,
): DatasetStore {
  const query = <Result extends object>(text: string, parameters: readonly (string | null)[], options?: CallOptions) =>
    ownQuery<Result>(database, { text, parameters }, { deadlineMs: SHORT_MS, ...options }).catch(refuseStoreFault);

  return {
    datasets: () => definitions.datasets(),
    dataset: (name) => definitions.dataset(name),

    async snapshots(dataset) {
      const rows = await query<Row>(
        `select ${COLUMNS} from featstore.dataset_snapshots as s where s.dataset = $1::text order by s.number desc`,
        [dataset],
      );
      return rows.map(snapshotOf);
    },

    async snapshot(dataset, reference) {
      const condition = conditionOf(reference);
      if (condition === undefined) return undefined;
      const [row] = await query<Row>(
        `select ${COLUMNS} from featstore.dataset_snapshots as s
where s.dataset = $1::text and $2::text is not null and ${condition} order by s.number desc limit 1`,
        [dataset, reference],
      );
      return row && snapshotOf(row);
    },

    async snapshotById(id) {
      const [row] = await query<Row>(`select ${COLUMNS} from featstore.dataset_snapshots as s where s.id = $1::text`, [
        id,
      ]);
      return row && snapshotOf(row);
    },

    async latest() {
      const rows = await query<Row>(
        `select distinct on (s.dataset) ${COLUMNS} from featstore.dataset_snapshots as s
where s.withdrawn_at is null order by s.dataset, s.number desc`,
        [],
      );
      return new Map(rows.map((row) => [row.dataset, snapshotOf(row)]));
    },

    async hasTakedowns(dataset) {
      const [row] = await query<{ found: boolean }>(
        "select exists (select from featstore.dataset_takedowns where dataset = $1::text) as found",
        [dataset],
      );
      return row?.found === true;
    },

    async downloads(dataset) {
      const [row] = await query<{ total: number }>(
        "select coalesce(sum(downloads), 0)::float8 as total from featstore.dataset_downloads where dataset = $1::text",
        [dataset],
      );
      return row?.total ?? 0;
    },

    async withdraw(id, reason, actor) {
      const [row] = await query<{ withdrawn: boolean | null }>(
        "select featstore.withdraw_dataset_snapshot($1::text, $2::text, $3::text::jsonb) as withdrawn",
        [id, reason, JSON.stringify(actor)],
      );
      return row?.withdrawn ?? undefined;
    },

    async takeDown(datasets, key, reason, actor) {
      const [row] = await query<{ added: string }>(
        `select featstore.take_down_from_datasets($1::text::jsonb, $2::text::jsonb, $3::text, $4::text::jsonb)::text as added`,
        [JSON.stringify(datasets), JSON.stringify(key), reason, JSON.stringify(actor)],
      );
      return JSON.parse(row?.added ?? "[]") as string[]; // the function's documented result
    },

    async countDownloads(downloads) {
      await query("select featstore.count_dataset_downloads($1::text::jsonb)::text as counted", [
        JSON.stringify(downloads),
      ]);
    },
  };
}

/** The condition for an id, a version or `latest`; undefined if no snapshot can have this reference. */
function conditionOf(reference: string): string | undefined {
  if (reference === "latest") return "s.withdrawn_at is null";
  if (ID.test(reference)) return "s.id = $2::text";
  return VERSION.test(reference) ? "s.version = $2::text" : undefined;
}

function snapshotOf({ createdAt, withdrawnAt, reason, successor, manifest, ...row }: Row): Snapshot {
  return {
    ...row,
    manifest: JSON.parse(manifest) as SnapshotManifest, // `publish_dataset_snapshot` stored it
    createdAt: BigInt(createdAt),
    withdrawn: withdrawnAt === null || reason === null ? null : { at: BigInt(withdrawnAt), reason, successor },
  };
}
