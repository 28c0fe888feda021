import type { Profile } from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../database/index";
import type { DocumentOf } from "../http/index";
import type { GenerationName } from "../materialization/index";
import type { FeatureDrift } from "./drift-schema";

/** A filled generation and the profile of its rows. */
export interface ProfiledGeneration extends GenerationName {
  /** The table's name in schema `features`; the table may no longer exist. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** Microseconds since 1970 UTC; null if it broke a contract and was not published. */
  readonly publishedAt: bigint | null;
  readonly profile: Profile | null;
}

/** A view version whose last run failed or died. */
export interface ViewName {
  readonly view: string;
  readonly version: number;
}

export interface FailedView extends ViewName {
  /** The cause of the failure: `contract_broken`, `holder_died`, … */
  readonly code: string;
}

/** The drift of a generation's features from another generation, measured at its publish. */
export interface StoredDrift {
  readonly against: "previous" | "baseline";
  /** The generation that this one was compared with: the previous one or the baseline. */
  readonly baseline: number;
  readonly features: readonly DocumentOf<typeof FeatureDrift>[];
}

/** Stores profiles and drift of generations. */
export interface QualityStore {
  /** Reads a generation; undefined if it does not exist or was never filled. */
  generation(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Finds the newest earlier published generation that has a profile. */
  before(name: GenerationName, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Reads a version's drift baseline with its profile; undefined if none is chosen. */
  baseline(view: string, version: number, options?: CallOptions): Promise<ProfiledGeneration | undefined>;
  /** Makes a generation the baseline of its version; false if it has no profile. */
  setBaseline(name: GenerationName, by: string, options?: CallOptions): Promise<boolean>;
  /** Computes a profile with a query over a generation's table without storing it; null if the table is gone. */
  profileOfScope(name: GenerationName, query: string, options?: CallOptions): Promise<Profile | null>;
  /** Stores the drift of a generation that has a profile. */
  saveDrifts(name: GenerationName, drifts: readonly StoredDrift[], options?: CallOptions): Promise<void>;
  drifts(name: GenerationName, options?: CallOptions): Promise<readonly StoredDrift[]>;
  /** Lists failed versions that are not retired, in the order of their names. */
  failedViews(options?: CallOptions): Promise<readonly FailedView[]>;
  /** Lists view versions whose values were served differently from the table when they were last compared. */
  differingViews(options?: CallOptions): Promise<readonly ViewName[]>;
}

const SHORT_MS = 15_000;

interface GenerationRow {
  readonly generation: number;
  readonly table: string;
  readonly as_of: string;
  readonly published_at: string | null;
  readonly profile: string | null;
}

const GENERATION = `
select g.generation, g.table_name as table, featstore.epoch_microseconds(g.as_of)::text as as_of,
  featstore.epoch_microseconds(g.published_at)::text as published_at, p.profile::text as profile
from featstore.generations as g
left join featstore.profiles as p on p.view = g.view and p.version = g.version and p.generation = g.generation
where g.view = $1::text and g.version = $2::text::integer`;

const BASELINE = `
select g.generation, g.table_name as table, featstore.epoch_microseconds(g.as_of)::text as as_of,
  featstore.epoch_microseconds(g.published_at)::text as published_at, b.profile::text as profile
from featstore.baselines as b
join featstore.generations as g on g.view = b.view and g.version = b.version and g.generation = b.generation
where b.view = $1::text and b.version = $2::text::integer`;

const SET_BASELINE = `
insert into featstore.baselines (view, version, generation, profile, set_by)
select view, version, generation, profile, $4::text from featstore.profiles
where view = $1::text and version = $2::text::integer and generation = $3::text::integer
on conflict (view, version) do update set
  generation = excluded.generation, profile = excluded.profile, set_by = excluded.set_by, set_at = clock_timestamp()
returning generation`;

const KEEP_DRIFTS = `
insert into featstore.drifts (view, version, generation, against, baseline_generation, drift)
select $1::text, $2::text::integer, $3::text::integer, item ->> 'against', (item ->> 'baseline')::integer, item -> 'features'
from jsonb_array_elements($4::text::jsonb) as listed (item)
on conflict (view, version, generation, against) do update set
  baseline_generation = excluded.baseline_generation, drift = excluded.drift, measured_at = clock_timestamp()`;

const DRIFTS = `
select against, baseline_generation as baseline, drift::text as drift from featstore.drifts
where view = $1::text and version = $2::text::integer and generation = $3::text::integer order by against desc`;

const DIFFERING = `select v.name as view, v.version
from featstore.read_backs as r join featstore.feature_views as v on v.name = r.view and v.version = r.version
where r.differs and featstore.view_state(v) <> 'retired' order by v.name, v.version`;

/**
 * Stores profiles, drift and failures in the tables of `migrations/tables/05-quality.sql`.
 */
export function createQualityStore(database: Database): QualityStore {
  const read = async (
    { view, version, generation }: GenerationName,
    conditionAndOrder: string,
    options: CallOptions | undefined,
  ): Promise<ProfiledGeneration | undefined> => {
    const [row] = await database.query<GenerationRow>(
      { text: `${GENERATION} and ${conditionAndOrder}`, parameters: [view, String(version), String(generation)] },
      { deadlineMs: SHORT_MS, ...options },
    );
    return row && profiledOf(view, version, row);
  };
  const named = ({ view, version, generation }: GenerationName) => [view, String(version), String(generation)];
  return {
    generation: (name, options) =>
      read(name, "g.generation = $3::text::integer and g.state in ('broken', 'published', 'dropped')", options),
    before: (name, options) =>
      read(
        name,
        `g.generation < $3::text::integer and g.published_at is not null and p.profile is not null
          order by g.generation desc limit 1`,
        options,
      ),
    async baseline(view, version, options) {
      const [row] = await database.query<GenerationRow>(
        { text: BASELINE, parameters: [view, String(version)] },
        { deadlineMs: SHORT_MS, ...options },
      );
      return row && profiledOf(view, version, row);
    },
    async setBaseline(name, by, options) {
      const rows = await database.query(
        { text: SET_BASELINE, parameters: [...named(name), by] },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.length === 1;
    },
    async profileOfScope(name, query, options) {
      const [row] = await database.query<{ profile: string | null }>(
        {
          text: "select featstore.profile_of_scope($1::text, $2::text::integer, $3::text::integer, $4::text)::text as profile",
          parameters: [...named(name), query],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
      return row?.profile == null ? null : (JSON.parse(row.profile) as Profile); // the query's documented result
    },
    async saveDrifts(name, drifts, options) {
      await database.query(
        { text: KEEP_DRIFTS, parameters: [...named(name), JSON.stringify(drifts)] },
        { deadlineMs: SHORT_MS, ...options },
      );
    },
    async drifts(name, options) {
      const rows = await database.query<{ against: StoredDrift["against"]; baseline: number; drift: string }>(
        { text: DRIFTS, parameters: named(name) },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.map(({ against, baseline, drift }) => ({
        against,
        baseline,
        features: JSON.parse(drift) as StoredDrift["features"], // an array written by `saveDrifts`
      }));
    },
    async differingViews(options) {
      const rows = await database.query<{ view: string; version: number }>(
        { text: DIFFERING },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.map(({ view, version }) => ({ view, version }));
    },
    async failedViews(options) {
      const [row] = await database.query<{ failed: string }>(
        { text: "select featstore.failed_views()::text as failed" },
        { deadlineMs: SHORT_MS, ...options },
      );
      return JSON.parse(row?.failed ?? "[]") as readonly FailedView[]; // the function's documented result
    },
  };
}

function profiledOf(view: string, version: number, row: GenerationRow): ProfiledGeneration {
  return {
    view,
    version,
    generation: row.generation,
    table: row.table,
    asOf: BigInt(row.as_of),
    publishedAt: row.published_at === null ? null : BigInt(row.published_at),
    profile: row.profile === null ? null : (JSON.parse(row.profile) as Profile), // the result of `profileQuery`
  };
}
