import type { Actor } from "../../core/index";
import { type CallOptions, type Database, ownQuery, type RunHolder, refuseStoreFault } from "../../database/index";

/** A build that this process holds. */
export interface HeldBuild {
  readonly id: string;
  readonly dataset: string;
  /** Fences writes: only the holder of the newest token may publish. */
  readonly token: string;
}

/** A build that another process holds. */
export interface RunningBuild {
  readonly running: string;
  readonly token: string;
  readonly holder: RunHolder;
}

/** A build as the database has it. Times are microseconds since 1970 UTC. */
export interface StoredBuild {
  readonly id: string;
  readonly dataset: string;
  readonly state: "running" | "finished" | "failed";
  readonly rowsDone: number;
  /** The id of the resulting snapshot. */
  readonly snapshot: string | null;
  readonly version: string | null;
  /** True if the snapshot existed before. */
  readonly unchanged: boolean | null;
  readonly failure: BuildFailure | null;
  readonly createdAt: bigint;
  readonly finishedAt: bigint | null;
}

export interface BuildFailure {
  readonly code: string;
  readonly detail: string;
}

export interface BuildResult {
  /** Of the snapshot. */
  readonly id: string;
  /** Rows that were read. */
  readonly rows: number;
}

/** Stores builds of datasets. Errors: `store_unavailable`, `store_timeout`. */
export interface BuildStore {
  /**
   * Begins a build. `deadToken` is the token of a running build whose process is surely dead: it is ended first, as one
   * whose lease is over.
   */
  claim(
    build: Pick<HeldBuild, "id" | "dataset">,
    holder: RunHolder,
    actor: Actor,
    deadToken?: string,
  ): Promise<HeldBuild | RunningBuild>;
  /** Renews the lease for a minute and records progress. False if another process has taken the build over. */
  heartbeat(held: HeldBuild, rowsDone: number): Promise<boolean>;
  /** Makes a new snapshot visible and ends its build, in one statement. False if the lease is lost. */
  publish(
    held: HeldBuild,
    snapshot: BuildResult & { readonly version: string; readonly manifest: string },
    actor: Actor,
  ): Promise<boolean>;
  /** Ends a build whose snapshot existed before. False if the lease is lost. */
  finishUnchanged(held: HeldBuild, snapshot: BuildResult, actor: Actor): Promise<boolean>;
  fail(held: HeldBuild, failure: BuildFailure): Promise<void>;
  read(dataset: string, id: string): Promise<StoredBuild | undefined>;
  /** Lists the running builds whose leases are not over. */
  running(): Promise<readonly (HeldBuild & { readonly holder: RunHolder })[]>;
  /** Returns when the newest build of a dataset began, and whether it runs, for schedules. */
  newest(dataset: string): Promise<{ readonly createdAt: bigint; readonly isRunning: boolean } | undefined>;
  /** Lists the ids of snapshots that are not withdrawn, of all datasets. */
  published(): Promise<readonly { readonly id: string; readonly dataset: string }[]>;
}

const SHORT_MS = 15_000;

const COLUMNS = `b.id, b.dataset, b.rows_done::float8 as "rowsDone", b.snapshot, s.version, b.is_unchanged as unchanged,
  case when b.state = 'running' and b.expires_at <= clock_timestamp() then 'failed' else b.state end as state,
  case when b.state = 'running' and b.expires_at <= clock_timestamp() then featstore.interrupted_dataset_build() else b.failure end::text as failure,
  featstore.epoch_microseconds(b.created_at)::text as "createdAt", featstore.epoch_microseconds(b.finished_at)::text as "finishedAt"`;

interface Row extends Omit<StoredBuild, "failure" | "createdAt" | "finishedAt"> {
  readonly failure: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** Stores builds in `featstore.dataset_builds`. */
export function createBuildStore(database: Database): BuildStore {
  const query = <Result extends object>(text: string, parameters: readonly (string | null)[], options?: CallOptions) =>
    ownQuery<Result>(database, { text, parameters }, { deadlineMs: SHORT_MS, ...options }).catch(refuseStoreFault);

  const end = async (held: HeldBuild, snapshot: object, actor: Actor): Promise<boolean> => {
    const [row] = await query<{ done: boolean }>(
      "select featstore.publish_dataset_snapshot($1::text, $2::text::bigint, $3::text::jsonb, $4::text::jsonb) as done",
      [held.id, held.token, JSON.stringify(snapshot), JSON.stringify(actor)],
    );
    return row?.done === true;
  };

  return {
    async claim({ id, dataset }, holder, actor, deadToken) {
      const [row] = await query<{ begun: string }>(
        `select featstore.begin_dataset_build($1::text, $2::text, $3::text::jsonb, $4::text::jsonb, $5::text::bigint)::text as begun`,
        [id, dataset, JSON.stringify(holder), JSON.stringify(actor), deadToken ?? null],
      );
      const begun = JSON.parse(row?.begun ?? "null") as RunningBuild | { readonly token: string };
      return "running" in begun ? begun : { id, dataset, token: begun.token };
    },

    async heartbeat({ id, token }, rowsDone) {
      const rows = await query(
        `update featstore.dataset_builds set expires_at = clock_timestamp() + interval '1 minute', rows_done = $3::text::bigint
where id = $1::text and token = $2::text::bigint and state = 'running' returning id`,
        [id, token, String(rowsDone)],
      );
      return rows.length === 1;
    },

    publish: (held, snapshot, actor) => end(held, { ...snapshot, dataset: held.dataset }, actor),
    finishUnchanged: (held, { id, rows }, actor) => end(held, { id, rows }, actor),

    async fail({ id, token }, failure) {
      await query(
        `update featstore.dataset_builds set state = 'failed', failure = $3::text::jsonb, finished_at = clock_timestamp()
where id = $1::text and token = $2::text::bigint and state = 'running'`,
        [id, token, JSON.stringify(failure)],
      );
    },

    async read(dataset, id) {
      const [row] = await query<Row>(
        `select ${COLUMNS} from featstore.dataset_builds as b left join featstore.dataset_snapshots as s on s.id = b.snapshot
where b.dataset = $1::text and b.id = $2::text`,
        [dataset, id],
      );
      return row && buildOf(row);
    },

    async running() {
      const rows = await query<HeldBuild & { readonly holder: string }>(
        `select id, dataset, token::text as token, holder::text as holder from featstore.dataset_builds
where state = 'running' and expires_at > clock_timestamp() order by id`,
        [],
      );
      return rows.map((row) => ({ ...row, holder: JSON.parse(row.holder) as RunHolder }));
    },

    async newest(dataset) {
      const [row] = await query<{ createdAt: string; isRunning: boolean }>(
        `select featstore.epoch_microseconds(created_at)::text as "createdAt",
    state = 'running' and expires_at > clock_timestamp() as "isRunning"
  from featstore.dataset_builds where dataset = $1::text order by created_at desc limit 1`,
        [dataset],
      );
      return row && { createdAt: BigInt(row.createdAt), isRunning: row.isRunning };
    },

    published: () =>
      query<{ id: string; dataset: string }>(
        "select id, dataset from featstore.dataset_snapshots where withdrawn_at is null order by number",
        [],
      ),
  };
}

function buildOf({ failure, createdAt, finishedAt, ...row }: Row): StoredBuild {
  return {
    ...row,
    failure: failure === null ? null : (JSON.parse(failure) as BuildFailure),
    createdAt: BigInt(createdAt),
    finishedAt: finishedAt === null ? null : BigInt(finishedAt),
  };
}
