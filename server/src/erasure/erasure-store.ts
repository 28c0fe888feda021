import { type CallOptions, type Database, type RunHolder, withRefusals } from "../database/index";
import type { TrainingSetState } from "../training-sets/index";

/** A request to erase a key, with its actor. */
export interface ErasureRequest {
  readonly entity: string;
  /** The key's parts in key order, integers in canonical decimal. */
  readonly key: readonly string[];
  /** The only tenant whose rows are erased; null for every scope. */
  readonly tenant: string | null;
  readonly actor: string;
  readonly message: string | null;
  readonly holder: RunHolder;
  /** The datasets from whose later snapshots the key is left out. */
  readonly datasets: readonly string[];
}

/** The rows erased from one version of a view. */
export interface ErasedView {
  readonly view: string;
  readonly version: number;
  /** Rows of all existing generations and of the stored history. */
  readonly rows: number;
  readonly history: number;
  /**
   * The reason why the version was skipped: `other_key`, its key has other parts; `shared`, its rows belong to no tenant but
   * the request names one. Null if it was searched.
   */
  readonly skipped: "other_key" | "shared" | null;
}

export interface ErasureReport {
  /** Null in a preview. */
  readonly revision: number | null;
  /** HMAC of the key under a secret of the database, as in the history: always the same for the same key. */
  readonly keyDigest: string;
  readonly views: readonly ErasedView[];
  /** Erased sampled responses. */
  readonly answers: number;
  /** Runs whose examples or message contained the key. */
  readonly runs: number;
}

/** A training set of an entity that has data, or will have data. */
export interface EntityTrainingSet {
  readonly id: string;
  readonly tenant: string | null;
  readonly state: Extract<TrainingSetState, "loading" | "queued" | "running" | "finished">;
  /** The machine that built it. */
  readonly host: string;
  /** True while it is made: its spine is in the database. */
  readonly hasSpine: boolean;
}

/** Erases an entity key from the database. */
export interface ErasureStore {
  /** Reports what `erase` would do now. Errors: as `erase`, except those of active runs. */
  preview(request: ErasureRequest, options?: CallOptions): Promise<ErasureReport>;
  /**
   * Erases a key in one statement.
   *
   * @throws RegistryError `entity_not_applied`, `key_has_other_parts`; `run_in_progress` during a run of one of the entity's
   *   views, `changes_in_progress` while changes are computed
   */
  erase(request: ErasureRequest, options?: CallOptions): Promise<ErasureReport>;
  /** Lists training sets of the entity, including those being loaded, whose entity is unknown. A null `tenant` means all. */
  trainingSets(entity: string, tenant: string | null): Promise<readonly EntityTrainingSet[]>;
}

const SHORT_MS = 30_000;
/** Without a tenant, whole tables are scanned. */
const LONG_MS = 3_600_000;

// A job stores no entity: it has that of its service or, without one or after its removal, of the views that it reads.
const TRAINING_SETS = `
select t.id, t.tenant, t.state, t.holder ->> 'host' as host,
    t.state in ('queued', 'running') and t.spine_table is not null as "hasSpine"
  from featstore.training_sets as t
  where t.state in ('loading', 'queued', 'running', 'finished') and ($2::text is null or t.tenant = $2::text)
    and case
      when t.state = 'finished' then t.manifest ->> 'entity' = $1::text
      when t.state = 'loading' then true
      else coalesce((
        select s.definition ->> 'entity' = $1::text from featstore.feature_services as s
          where format('%s@%s', s.name, s.version) = t.job -> 'service' ->> 'service'), exists (
        select from featstore.feature_views as v join jsonb_array_elements(t.job -> 'features' || (t.job -> 'labels')) as read
            on v.name = read ->> 'view' and v.version = (read ->> 'version')::integer
          where v.definition -> 'entity' ->> 'name' = $1::text))
    end
  order by t.created_at, t.id`;

/** Erases, takes the key down from datasets, and records both without the key, as the history does. */
const RECORDED_ERASURE = `with given as (select $1::text::jsonb as request),
done as materialized (select request, featstore.erase(request) as report from given)
select report::text as report,
  featstore.take_down_from_datasets(request -> 'datasets', request -> 'key', 'erased',
    jsonb_build_object('kind', 'command', 'id', 'erase', 'address', null))::text as taken,
  featstore.record_change(jsonb_build_object('kind', 'command', 'id', 'erase', 'address', null),
    null, 'entity.erased', request ->> 'entity', null, jsonb_build_object('by', request -> 'actor',
      'tenant', request -> 'tenant', 'key_digest', report::jsonb -> 'keyDigest', 'revision', report::jsonb -> 'revision'))::text as recorded
  from done`;

/** Erases with the SQL functions `erase` and `take_down_from_datasets`. */
export function createErasureStore(database: Database): ErasureStore {
  async function call(request: ErasureRequest, dryRun: boolean, options: object): Promise<ErasureReport> {
    const [row] = await withRefusals(
      database.query<{ report: string }>(
        {
          text: dryRun ? "select featstore.erase($1::text::jsonb)::text as report" : RECORDED_ERASURE,
          parameters: [JSON.stringify({ ...request, dryRun })],
        },
        { deadlineMs: LONG_MS, ...options },
      ),
    );
    return JSON.parse(row?.report ?? "null") as ErasureReport; // the function's documented result
  }

  return {
    preview: (request, options = {}) => call(request, true, options),
    erase: (request, options = {}) => call(request, false, options),

    trainingSets: (entity, tenant) =>
      database.query<EntityTrainingSet & Record<string, string | boolean | null>>(
        { text: TRAINING_SETS, parameters: [entity, tenant] },
        { deadlineMs: SHORT_MS },
      ),
  };
}
