import { instantText } from "@featstore/definitions/compiler";
import { type Database, ownQuery, withRefusals } from "../database/index";
import type {
  FormerName,
  HistoryChange,
  HistoryEvent,
  NameRetirement,
  Promotion,
  RegistryChange,
  RegistryHistory,
  RegistrySnapshot,
  RetirementReport,
  RetireRequest,
  VersionRequest,
} from "./registry";
import {
  byName,
  type EntityRow,
  type FormerNameRow,
  formerName,
  formerVersions,
  type PromotionRow,
  type RetirementRow,
  registeredService,
  registeredView,
  retirement,
  type ServiceRow,
  type ViewRow,
} from "./registry-rows";
import { GENERATION } from "./served-generation";

/** Reads the registry. */
export interface RegistryStore {
  revision(): Promise<number>;
  snapshot(): Promise<RegistrySnapshot>;
  /** Calls back after every change, and possibly without one. Returns the function that stops it. */
  watch(onChange: () => void): Promise<() => Promise<void>>;
}

/** Writes to the registry, each in one statement. Refusals are `RegistryError`s. */
export interface RegistryWriter {
  /**
   * Writes a change and returns the new revision.
   *
   * @throws RegistryError `registry_moved` with the other changes if something was applied since `change.revision`;
   *   `name_taken`, `name_moved`, `run_in_progress`, `view_is_read` if a view cannot be renamed now;
   *   `version_meaning_changed` when a version of the change is registered with another meaning;
   *   `service_reads_retiring` when a new service reads a version that is deprecated or retired.
   */
  apply(change: RegistryChange): Promise<number>;

  /**
   * Promotes a version: at once if it can be read, else with its first publish. Ends a rollback.
   *
   * @throws RegistryError `view_not_applied`, `version_deprecated`, `version_retired`, `service_reads_retiring`
   */
  promote(request: VersionRequest & { readonly version: number }): Promise<Promotion>;

  /**
   * Promotes the previously promoted version that can still be read. Versions applied later wait for `promote`.
   *
   * @throws RegistryError `nothing_to_roll_back`, `version_deprecated`, `service_reads_retiring`
   */
  rollback(request: VersionRequest): Promise<Promotion>;

  /**
   * Deprecates a view version and sets its sunset, or changes these. A version that was never published is removed instead.
   *
   * @throws RegistryError `view_not_applied`, `version_promoted`, `version_in_use`, `version_retired`, `successor_unknown`,
   *   `sunset_in_past`; if it would be removed, also `version_named`, `run_in_progress`, `view_is_read`
   */
  retire(request: RetireRequest): Promise<RetirementReport>;

  /**
   * Removes a service version that could never be served because a view that it reads was never published. Returns the new
   * revision.
   *
   * @throws RegistryError `view_not_applied`, `service_stays`
   */
  removeService(request: Omit<RetireRequest, "sunset" | "successor">): Promise<number>;

  /**
   * Sets the sunset of a former name of a view.
   *
   * @throws RegistryError `name_retired`, `name_in_use`, `sunset_in_past`
   */
  retireName(request: Omit<RetireRequest, "version" | "successor">): Promise<NameRetirement>;

  /**
   * Undoes a retirement before its sunset and returns the new revision.
   *
   * @throws RegistryError `view_not_applied`, `version_not_deprecated`, `version_retired`
   */
  restore(request: Omit<RetireRequest, "sunset" | "successor">): Promise<number>;
}

const CHANNEL = "featstore_registry";
const SHORT_MS = 15_000;

// One statement, so that the revision and the rows are consistent.
const SNAPSHOT = `
select
  (select revision from featstore.registry_state)::text as revision,
  (select coalesce(json_agg(json_build_object('name', name, 'definition', definition) order by name), '[]')
    from featstore.entities) as entities,
  (select coalesce(json_agg(json_build_object(
      'name', v.name, 'version', v.version, 'definition', v.definition,
      'meaningHash', v.meaning_hash, 'documentHash', v.document_hash, 'state', featstore.view_state(v),
      'retirement', case when v.deprecated_at is not null then json_build_object(
        'deprecatedAt', featstore.epoch_microseconds(v.deprecated_at)::text,
        'sunsetAt', featstore.epoch_microseconds(v.sunset_at)::text, 'successor', v.successor) end,
      'sql', v.sql, 'parameters', v.sql_parameters, 'compilerVersion', v.compiler_version,
      'appliedAt', featstore.epoch_microseconds(v.applied_at)::text, 'lastGeneration', v.last_generation,
      'historySince', featstore.epoch_microseconds(v.history_since)::text, 'erasures', v.erasures,
      'served', ${GENERATION})
      order by v.name, v.version), '[]')
    from featstore.feature_views as v
    left join featstore.generations as g
      on g.view = v.name and g.version = v.version and g.generation = v.served_generation) as views,
  (select coalesce(json_agg(json_build_object('name', name, 'version', version, 'next', next_version,
      'rolledBackFrom', rolled_back_from) order by name), '[]')
    from featstore.feature_view_promotions) as view_promotions,
  (select coalesce(json_agg(json_build_object(
      'name', name, 'version', version, 'definition', definition, 'documentHash', document_hash,
      'appliedAt', featstore.epoch_microseconds(applied_at)::text) order by name, version), '[]')
    from featstore.feature_services) as services,
  (select coalesce(json_agg(json_build_object('name', name, 'version', version, 'next', next_version,
      'rolledBackFrom', rolled_back_from) order by name), '[]')
    from featstore.feature_service_promotions) as service_promotions,
  (select coalesce(json_agg(json_build_object(
      'name', n.old_name, 'newName', n.new_name, 'renamedAt', featstore.epoch_microseconds(n.renamed_at)::text,
      'sunsetAt', featstore.epoch_microseconds(n.sunset_at)::text, 'state', featstore.name_state(n)) order by n.old_name), '[]')
    from featstore.renamed_views as n) as former_names`;

interface SnapshotRow {
  readonly revision: string;
  readonly entities: string;
  readonly views: string;
  readonly view_promotions: string;
  readonly services: string;
  readonly service_promotions: string;
  readonly former_names: string;
}

// The query above defines the content of these texts.
const listOf = <Item>(text: string): readonly Item[] => JSON.parse(text) as readonly Item[];

function snapshotOf(row: SnapshotRow): RegistrySnapshot {
  const featureViews = byName(listOf<ViewRow>(row.views), listOf<PromotionRow>(row.view_promotions), registeredView);
  const formerNames = listOf<FormerNameRow>(row.former_names).flatMap((former): [string, FormerName][] => {
    const versions = featureViews.get(former.newName);
    if (versions === undefined) return [];
    const parsed = formerName(former);
    return [[former.name, { ...parsed, state: former.state, versions: formerVersions(versions, parsed) }]];
  });
  return {
    revision: Number(row.revision),
    entities: new Map(listOf<EntityRow>(row.entities).map(({ name, definition }) => [name, definition])),
    featureViews,
    featureServices: byName(
      listOf<ServiceRow>(row.services),
      listOf<PromotionRow>(row.service_promotions),
      registeredService,
    ),
    formerNames: new Map(formerNames),
  };
}

function planOf(change: RegistryChange): unknown {
  return {
    revision: change.revision,
    actor: change.actor,
    message: change.message,
    promote: change.promote,
    changes: change.changes,
    renames: change.renames ?? [],
    entities: change.entities.map((entity) => ({ name: entity.name, definition: entity })),
    featureViews: change.featureViews.map(({ view, compiled, ...hashes }) => ({
      ...hashes,
      name: view.name,
      version: view.version,
      definition: view,
      irVersion: view.irVersion,
      compilerVersion: compiled.compilerVersion,
      sql: compiled.text,
      parameters: compiled.parameters,
      columns: compiled.columns,
    })),
    featureServices: change.featureServices.map(({ service, ...hashes }) => ({
      ...hashes,
      name: service.name,
      version: service.version,
      definition: service,
      irVersion: service.irVersion,
    })),
  };
}

// A name's history includes the view's former names.
const HISTORY = `
with recursive names as (
  select $1::text as name, null::bigint as until
  union
  select item ->> 'renamedFrom', h.revision
    from names
    join featstore.history as h on (names.until is null or h.revision <= names.until)
      and h.changes @> jsonb_build_array(jsonb_build_object('name', names.name))
    cross join lateral jsonb_array_elements(h.changes) as listed (item)
    where item ->> 'name' = names.name and item ? 'renamedFrom'
)
select revision::text as revision, featstore.epoch_microseconds(happened_at)::text as at, kind, actor,
    database_role::text as role, message, changes::text as changes
  from featstore.history
  where $1::text is null or exists (select from names
    where changes @> jsonb_build_array(jsonb_build_object('name', names.name)) and (until is null or revision <= until))
  order by event_id desc
  limit $2::text::bigint`;

interface HistoryRow {
  readonly revision: string;
  readonly at: string;
  readonly kind: HistoryEvent["kind"];
  readonly actor: string;
  readonly role: string;
  readonly message: string | null;
  readonly changes: string;
}

type RetiredRow =
  | { readonly removed: true; readonly revision: number }
  | (RetirementRow & { readonly removed: false; readonly revision: number; readonly services: readonly string[] });

interface RetiredNameRow extends Omit<FormerNameRow, "name" | "state"> {
  readonly revision: number;
  readonly services: readonly string[];
}

function sunsetOf(sunset: RetireRequest["sunset"]) {
  const isNow = sunset === "now";
  return { now: isNow, sunset: sunset === null || isNow ? null : instantText(sunset) };
}

/** The functions that change the registry, with their actions in the audit log. */
const RECORDED = {
  apply: "definitions.applied",
  promote: "version.promoted",
  rollback: "version.rolled_back",
  retire: "version.retired",
  retire_name: "name.retired",
  remove_service: "version.removed",
  restore: "version.restored",
} as const;

/** Returns the statement that calls one of these functions and records the change. Its only parameter is the request. */
function recordedCall(name: keyof typeof RECORDED): string {
  return `with given as (select $1::text::jsonb as request),
done as materialized (select request, featstore.${name}(request) as result from given)
select result::text as result, featstore.record_change(
    jsonb_build_object('kind', 'command', 'id', '${name}', 'address', null), null, '${RECORDED[name]}',
    coalesce(nullif(concat_ws('@', request ->> 'name', coalesce(request ->> 'version', to_jsonb(result) ->> 'promoted')), ''), 'registry'),
    null, jsonb_build_object('by', request -> 'actor', 'message', request -> 'message', 'changes', request -> 'changes',
      'result', to_jsonb(result)))::text as recorded
  from done`;
}

/** Stores the registry in schema `featstore`. */
export function createRegistryStore(database: Database): RegistryStore & RegistryWriter & RegistryHistory {
  // Calls a function of `migrations/functions` and parses its documented result.
  async function change<Result>(name: Exclude<keyof typeof RECORDED, "apply">, request: object): Promise<Result> {
    const [row] = await withRefusals(
      ownQuery<{ result: string }>(
        database,
        { text: recordedCall(name), parameters: [JSON.stringify(request)] },
        { deadlineMs: SHORT_MS },
      ),
    );
    return JSON.parse(row?.result ?? "null") as Result;
  }

  async function revision(): Promise<number> {
    const [row] = await database.query<{ revision: string }>(
      { text: "select revision::text as revision from featstore.registry_state" },
      { deadlineMs: SHORT_MS },
    );
    return Number(row?.revision ?? 0);
  }

  return {
    revision,

    async snapshot() {
      const [row] = await database.query<SnapshotRow>({ text: SNAPSHOT }, { deadlineMs: SHORT_MS });
      if (!row) throw new Error("A query without FROM returned no row");
      return snapshotOf(row);
    },

    watch(onChange) {
      return database.listen(CHANNEL, () => onChange(), onChange);
    },

    async apply(change) {
      const [row] = await withRefusals(
        ownQuery<{ result: string }>(
          database,
          { text: recordedCall("apply"), parameters: [JSON.stringify(planOf(change))] },
          { deadlineMs: 60_000 },
        ),
      );
      return Number(row?.result);
    },

    promote: (request) => change<Promotion>("promote", request),

    rollback: (request) => change<Promotion>("rollback", request),

    async retire({ sunset, ...request }) {
      const report = await change<RetiredRow>("retire", { ...request, ...sunsetOf(sunset) });
      const { revision } = report;
      if (report.removed) return { removed: true, revision };
      return { removed: false, revision, services: report.services, ...retirement(report) };
    },

    async removeService(request) {
      const { revision } = await change<{ readonly revision: number }>("remove_service", request);
      return revision;
    },

    async retireName({ sunset, ...request }) {
      const { revision, services, ...row } = await change<RetiredNameRow>("retire_name", {
        ...request,
        ...sunsetOf(sunset),
      });
      return { revision, services, ...formerName(row) };
    },

    restore: (request) => change<number>("restore", request),

    async history({ name, limit } = {}) {
      const rows = await database.query<HistoryRow>(
        { text: HISTORY, parameters: [name ?? null, limit === undefined ? null : String(limit)] },
        { deadlineMs: SHORT_MS },
      );
      return rows.map(({ revision, at, kind, actor, role, message, changes }) => ({
        revision: Number(revision),
        at: BigInt(at),
        kind,
        actor,
        databaseRole: role,
        message,
        changes: listOf<HistoryChange>(changes),
      }));
    },
  };
}
