import { instantText } from "@featstore/definitions/compiler";
import type { Actor } from "../core/index";
import { type CallOptions, type Database, ownQuery, refuseStoreFault } from "../database/index";

/** A change to record. */
export interface Change {
  readonly actor: Actor;
  readonly organisation: string | null;
  /** `training_set.downloaded` */
  readonly action: string;
  /** The id of what was changed. */
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A row of the audit log, as it is exported. */
export interface AuditEntry extends Required<Change> {
  readonly id: string;
  /** `2026-01-31T12:00:00.000000Z` */
  readonly at: string;
}

/** The rows to list; absent: all. */
export interface AuditFilter {
  readonly organisation?: string | undefined;
  /** Only what this key itself did, without an organisation. */
  readonly keyId?: string | undefined;
  readonly action?: string | undefined;
  /** Microseconds since 1970 UTC: rows from `since` on and before `until`. */
  readonly since?: bigint | undefined;
  readonly until?: bigint | undefined;
}

/** Records changes, and reads them. */
export interface AuditLog {
  /** Adds a row, for changes that no statement of the database makes. Errors: `store_unavailable`, `store_timeout`. */
  record(change: Change, options?: CallOptions): Promise<void>;
  /** Lists rows, newest first, before the row with the id `before`. Errors: as `record`. */
  page(
    filter: AuditFilter,
    page: { readonly limit: number; readonly before: string | null },
    options?: CallOptions,
  ): Promise<readonly AuditEntry[]>;
  /** Streams all rows, oldest first. */
  stream(filter: AuditFilter, options?: CallOptions): AsyncIterable<AuditEntry>;
}

const SHORT_MS = 15_000;

const COLUMNS = `id::text as id, featstore.epoch_microseconds(at)::text as at, actor_kind as "actorKind", actor_id as "actorId", address,
  organisation_id as organisation, action, subject, before::text as before, after::text as after`;

interface Row {
  readonly id: string;
  readonly at: string;
  readonly actorKind: Actor["kind"];
  readonly actorId: string;
  readonly address: string | null;
  readonly organisation: string | null;
  readonly action: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Reads and writes `featstore.audit_log`. */
export function createAuditLog(database: Database): AuditLog {
  return {
    async record({ actor, organisation, action, subject, before = null, after = null }, options) {
      const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
      await ownQuery(
        database,
        {
          text: `select featstore.record_change($1::text::jsonb, $2::text, $3::text, $4::text, $5::text::jsonb,
  $6::text::jsonb)::text as recorded`,
          parameters: [JSON.stringify(actor), organisation, action, subject, json(before), json(after)],
        },
        { deadlineMs: SHORT_MS, ...options },
      ).catch(refuseStoreFault);
    },
    async page(filter, { limit, before }, options) {
      const { text, parameters } = condition(filter);
      const paged = `select ${COLUMNS} from featstore.audit_log as entry where ${text}
  and ($${parameters.length + 1}::text is null or id < $${parameters.length + 1}::text::bigint)
  order by entry.id desc limit $${parameters.length + 2}::text::bigint`;
      const rows = await database
        .query<Row>(
          { text: paged, parameters: [...parameters, before, String(limit)] },
          { deadlineMs: SHORT_MS, ...options },
        )
        .catch(refuseStoreFault);
      return rows.map(entryOf);
    },
    async *stream(filter, options) {
      const { text, parameters } = condition(filter);
      const all = {
        text: `select ${COLUMNS} from featstore.audit_log as entry where ${text} order by entry.id`,
        parameters,
      };
      for await (const rows of database.stream<Row>(all, options)) for (const row of rows) yield entryOf(row);
    },
  };
}

function condition({ organisation, keyId, action, since, until }: AuditFilter) {
  const parameters: string[] = [];
  const terms = ["true"];
  const add = (value: string | undefined, term: (parameter: string) => string) => {
    if (value === undefined) return;
    parameters.push(value);
    terms.push(term(`$${parameters.length}::text`));
  };
  add(organisation, (parameter) => `organisation_id = ${parameter}`);
  add(keyId, (parameter) => `organisation_id is null and actor_kind = 'key' and actor_id = ${parameter}`);
  add(action, (parameter) => `action = ${parameter}`);
  add(since === undefined ? undefined : instantText(since), (parameter) => `at >= ${parameter}::timestamptz`);
  add(until === undefined ? undefined : instantText(until), (parameter) => `at < ${parameter}::timestamptz`);
  return { text: terms.join(" and "), parameters };
}

function entryOf({ at, actorKind, actorId, address, before, after, ...row }: Row): AuditEntry {
  return {
    ...row,
    at: instantText(BigInt(at)),
    actor: { kind: actorKind, id: actorId, address },
    before: before === null ? null : JSON.parse(before),
    after: after === null ? null : JSON.parse(after),
  };
}
