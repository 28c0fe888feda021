import { instantText } from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../database/index";
import type { Watermark } from "../engine/index";
import type { GenerationName } from "../materialization/index";

/** One view's values for one entity in a stored response. */
export interface StoredAnswer extends GenerationName {
  readonly entity: string;
  /** The tenant scope, '' for shared. */
  readonly tenant: string;
  /** The parts of the key as texts, in key order. */
  readonly key: readonly string[];
  readonly status: "complete" | "missing" | "unknown_entity" | "expired";
  /** A JSON object as text: each feature's value with all digits, as served. */
  readonly values: string;
  /** Microseconds since 1970 UTC. */
  readonly servedAt: bigint;
  /** The API key's id; null if no key was required. */
  readonly keyId: string | null;
}

/** A row that a computed feature was computed from. */
export interface ComputedSourceRow extends GenerationName {
  readonly entity: string;
  readonly tenant: string;
  /** The key of the lookup; null if the feature that holds the key was null. */
  readonly key: readonly string[] | null;
}

/** A service's computed values for one entity in a stored response. */
export interface StoredComputedAnswer extends Pick<StoredAnswer, "tenant" | "key" | "values" | "servedAt" | "keyId"> {
  readonly service: string;
  readonly version: number;
  /** One row for each view that was read. */
  readonly sourceRows: readonly ComputedSourceRow[];
  /** A JSON object as text: the request inputs that are read, by name, in the form of responses. */
  readonly inputs: string;
}

export interface AnswerRetention {
  readonly rows: number;
  readonly days: number;
}

export interface AnswerFilter {
  readonly view: string | null;
  readonly version: number | null;
  /** Microseconds since 1970 UTC; null for no lower bound. */
  readonly since: bigint | null;
  /** The maximum number of responses; the newest are returned. */
  readonly limit: number;
}

export interface ComputedFilter extends Pick<AnswerFilter, "version" | "since" | "limit"> {
  readonly service: string | null;
}

/** A generation that responses were served from. */
export interface AuditedGeneration {
  /** The name of its table or SQL view in schema `features`. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  readonly isDropped: boolean;
  /** Null if it is unknown or comes from another PostgreSQL cluster. */
  readonly watermark: Watermark | null;
}

/** Stores sampled responses. */
export interface AuditStore {
  /** Stores responses and deletes those beyond the retention, in one statement. */
  save(
    answers: readonly (StoredAnswer | StoredComputedAnswer)[],
    retention: AnswerRetention,
    options?: CallOptions,
  ): Promise<void>;
  /** Lists stored responses, newest first. */
  answers(filter: AnswerFilter, options?: CallOptions): Promise<readonly StoredAnswer[]>;
  /** Lists stored computed responses, newest first. */
  computedAnswers(filter: ComputedFilter, options?: CallOptions): Promise<readonly StoredComputedAnswer[]>;
  /** Reads a generation; undefined if there is none of this name. */
  generation(name: GenerationName, options?: CallOptions): Promise<AuditedGeneration | undefined>;
}

const SHORT_MS = 15_000;

interface AnswerRow {
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  readonly entity: string;
  readonly tenant: string;
  readonly entity_key: string;
  readonly status: StoredAnswer["status"];
  readonly answered: string;
  readonly answered_at: string;
  readonly key_id: string | null;
}

const ANSWERS = `
select view, version, generation, entity, tenant, entity_key::text as entity_key, status, answered::text as answered,
  featstore.epoch_microseconds(answered_at)::text as answered_at, key_id
from featstore.answers
where ($1::text is null or view = $1::text) and ($2::text is null or version = $2::text::integer)
  and ($3::text is null or answered_at >= $3::text::timestamptz)
order by answer_id desc limit $4::text::bigint`;

interface ComputedRow extends Pick<AnswerRow, "tenant" | "entity_key" | "answered" | "answered_at" | "key_id"> {
  readonly service: string;
  readonly version: number;
  readonly witnesses: string;
  readonly inputs: string;
}

const COMPUTED_ANSWERS = `
select service, version, tenant, entity_key::text as entity_key, witnesses::text as witnesses, inputs::text as inputs,
  answered::text as answered, featstore.epoch_microseconds(answered_at)::text as answered_at, key_id
from featstore.computed_answers
where ($1::text is null or service = $1::text) and ($2::text is null or version = $2::text::integer)
  and ($3::text is null or answered_at >= $3::text::timestamptz)
order by answer_id desc limit $4::text::bigint`;

const GENERATION = `
select g.table_name as table, featstore.epoch_microseconds(g.as_of)::text as as_of, g.state = 'dropped' as is_dropped,
  case when g.cluster = featstore.cluster_identity() then g.horizon::text end as horizon,
  -- An incremental run looked for changes before it began.
  case when r.kind = 'full' then g.begun_after::text end as snapshot
from featstore.generations as g
join featstore.runs as r on r.run_id = g.run_id
where g.view = $1::text and g.version = $2::text::integer and g.generation = $3::text::integer`;

/** Stores responses in the tables of `migrations/tables/11-audit.sql`. */
export function createAuditStore(database: Database): AuditStore {
  return {
    async save(answers, { rows, days }, options) {
      if (answers.length === 0) return;
      await database.query(
        {
          text: `select featstore.keep_answers($1::text::jsonb, $3::text::bigint, $4::text::integer),
            featstore.keep_computed_answers($2::text::jsonb, $3::text::bigint, $4::text::integer)`,
          parameters: [
            JSON.stringify(answers.flatMap((each) => ("service" in each ? [] : documentOf(each)))),
            JSON.stringify(answers.flatMap((each) => ("service" in each ? computedDocumentOf(each) : []))),
            ...[String(rows), String(days)],
          ],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
    },

    async answers({ view, version, since, limit }, options) {
      const rows = await database.query<AnswerRow>(
        {
          text: ANSWERS,
          parameters: [
            view,
            version === null ? null : String(version),
            since === null ? null : instantText(since),
            String(limit),
          ],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.map(answerOf);
    },

    async computedAnswers({ service, version, since, limit }, options) {
      const rows = await database.query<ComputedRow>(
        {
          text: COMPUTED_ANSWERS,
          parameters: [
            service,
            version === null ? null : String(version),
            since === null ? null : instantText(since),
            String(limit),
          ],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.map(computedAnswerOf);
    },

    async generation({ view, version, generation }, options) {
      const [row] = await database.query<{
        table: string;
        as_of: string;
        is_dropped: boolean;
        horizon: string | null;
        snapshot: string | null;
      }>(
        { text: GENERATION, parameters: [view, String(version), String(generation)] },
        { deadlineMs: SHORT_MS, ...options },
      );
      return (
        row && {
          table: row.table,
          asOf: BigInt(row.as_of),
          isDropped: row.is_dropped,
          watermark: row.horizon === null ? null : { transaction: row.horizon, snapshot: row.snapshot },
        }
      );
    },
  };
}

function documentOf(answer: StoredAnswer) {
  return {
    ...{ view: answer.view, version: answer.version, generation: answer.generation, entity: answer.entity },
    tenant: answer.tenant,
    entity_key: answer.key,
    status: answer.status,
    answered: answer.values,
    answered_at: answer.servedAt.toString(),
    key_id: answer.keyId,
  };
}

function answerOf(row: AnswerRow): StoredAnswer {
  return {
    ...{ view: row.view, version: row.version, generation: row.generation, entity: row.entity, tenant: row.tenant },
    key: JSON.parse(row.entity_key) as readonly string[], // an array written by `save`
    status: row.status,
    values: row.answered,
    servedAt: BigInt(row.answered_at),
    keyId: row.key_id,
  };
}

function computedDocumentOf(answer: StoredComputedAnswer) {
  return {
    ...{ service: answer.service, version: answer.version, tenant: answer.tenant, entity_key: answer.key },
    witnesses: answer.sourceRows,
    inputs: answer.inputs,
    answered: answer.values,
    answered_at: answer.servedAt.toString(),
    key_id: answer.keyId,
  };
}

function computedAnswerOf(row: ComputedRow): StoredComputedAnswer {
  return {
    ...{ service: row.service, version: row.version, tenant: row.tenant },
    key: JSON.parse(row.entity_key) as readonly string[], // as the source rows, written by `save` from one
    sourceRows: JSON.parse(row.witnesses) as readonly ComputedSourceRow[],
    inputs: row.inputs,
    values: row.answered,
    servedAt: BigInt(row.answered_at),
    keyId: row.key_id,
  };
}
