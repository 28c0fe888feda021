import { instantText } from "@featstore/definitions/compiler";
import { type Database, quoteIdentifier } from "../database/index";
import { createReplayStore } from "../point-in-time/index";
import type { AuditStore, ComputedSourceRow, StoredAnswer, StoredComputedAnswer } from "./audit-store";

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

/** Stores responses in the tables of `migrations/0009_audit.sql` and `0015_computed_answers.sql`. */
export function createPostgresAuditStore(database: Database): AuditStore {
  return {
    ...createReplayStore(database),

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

    async tellsTransactions({ relation }, options) {
      if (relation.kind !== "table") return false;
      const table = quoteIdentifier(relation.table);
      const name = relation.schema === null ? table : `${quoteIdentifier(relation.schema)}.${table}`;
      const rows = await database.query(
        {
          text: "select oid::text from pg_catalog.pg_class where oid = to_regclass($1::text) and relkind in ('r', 'p')",
          parameters: [name],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
      return rows.length === 1;
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
