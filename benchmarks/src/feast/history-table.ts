import { applyDefinitions } from "../online/peer-workload";
import type { ReferenceDatabase } from "../reference-database";
import { type Fact, TTL_DAYS, timeText } from "./history";

export const HISTORY = "benchmark_history";

const DEFINITIONS = `import { days, entity, featureView, int64, latest, source } from "@featstore/definitions";

const peer = entity({ name: "benchmark_peer", key: { entity_id: int64() } });

const facts = source({
  name: "${HISTORY}",
  table: "${HISTORY}",
  key: { entity_id: int64() },
  eventTime: "event_time",
  knownTime: "ingested_at",
  tieBreak: ["ingested_at", "fact"],
  history: "events",
  columns: { fact: int64(), amount: int64() },
});

export const ${HISTORY} = featureView({
  name: "${HISTORY}",
  version: 1,
  entity: peer,
  from: facts,
  ttl: days(${TTL_DAYS}),
  features: (row) => ({ fact: latest(row.fact), amount: latest(row.amount) }),
});`;

/** Fills the table of facts, which both products read, and defines Featstore's view of it. */
export async function createHistory(
  database: ReferenceDatabase,
  folder: string,
  facts: readonly Fact[],
): Promise<void> {
  const { sql } = database;
  await sql.unsafe(`create table ${HISTORY} (fact bigint primary key, entity_id bigint not null,
    event_time timestamptz not null, ingested_at timestamptz not null, amount bigint not null)`);
  const columns = [
    facts.map(({ fact }) => fact),
    facts.map(({ entity }) => entity),
    facts.map(({ event }) => timeText(event)),
    facts.map(({ known }) => timeText(known)),
    facts.map(({ amount }) => amount),
  ].map((values) => `{${values.join(",")}}`);
  await sql.unsafe(
    `insert into ${HISTORY} select * from unnest(
      $1::text::bigint[], $2::text::bigint[], $3::text::timestamptz[], $4::text::timestamptz[], $5::text::bigint[])`,
    columns,
  );
  // The index that both can use.
  await sql.unsafe(`create index on ${HISTORY} (entity_id, event_time)`);
  await sql.unsafe(`analyze ${HISTORY}`);
  await applyDefinitions(database, `${folder}/history`, DEFINITIONS);
}
