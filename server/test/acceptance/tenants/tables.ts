import { generateSample } from "@featstore/samples";
import type { Database } from "../../../src/database/database";

/** Tenant names with special characters and lookalikes. */
export const tenants = [
  "acme",
  "umbra",
  "ACME",
  "ac me",
  "a,b",
  "a",
  `o'x"},{"a":1}]'; drop table tracks; --`,
  "$1::text",
  "null",
  "%",
  "東京🎵 Ünïcode\u0301",
  "Ünïcodé",
  "line\nbreak\ttab\\",
  "-",
  "long ".repeat(200).trim(),
] as const;

export const TRACKS = 25;
export const WORKS = 12;
/** An id that no tenant has. */
export const UNKNOWN = 1000;

const UNTIL = 1_767_225_600_000_000n;

/** Creates the tables of many tenants, including rows without a tenant. */
export async function createTenantTables(database: Database): Promise<void> {
  await generateSample({ database, tracks: TRACKS, analyses: 120, seed: 5, until: UNTIL, tenants });
  await database.script(`
-- The generator's tables promise a tenant in each row; real ones often do not.
create table tenant_tracks as table tracks;
create table tenant_analyses as table analysis_results;
insert into tenant_tracks (tenant_id, id, title, artist, created_at, lyrics_embedding)
  select nobody, id + more, 'NOBODY', 'NOBODY', '2025-06-01', lyrics_embedding
  from tracks, (values (null), ('')) as n (nobody), (values (0), (500)) as m (more) where tenant_id = 'acme';
insert into tenant_analyses (tenant_id, id, track_id, analyzer_type, confidence, created_at, processing_time_ms)
  select nobody, id, track_id, 'NOBODY', 1, '2025-12-31', 2000000000
  from analysis_results, (values (null), ('')) as n (nobody) where tenant_id = 'acme';
create unique index on tenant_tracks (tenant_id, id);
create table charts (id integer primary key, track_id bigint, position integer not null, charted_at timestamptz not null);
insert into charts
  select i, 1 + (i * 7) % ${TRACKS + 5}, i % 100, timestamptz '2025-12-01 00:00:00Z' + i * interval '1 hour' from generate_series(1, 60) as i;
create table works (work_id bigint primary key, title text not null, registered_at timestamptz not null);
insert into works select i, 'Work ' || i, '2025-01-01Z' from generate_series(1, ${WORKS}) as i;
create table plays (
  id integer primary key, tenant varchar, work_id bigint, seconds integer not null, listener text not null,
  sound vector(3) not null, played_at timestamptz not null)`);
  // Each tenant has different works, some of them unregistered.
  const scopes = [...tenants, "", null];
  await database.query({
    text: `
insert into plays
select row_number() over (), tenant, 1 + (place * 5 + i * i) % ${WORKS + 3}, place * 1000 + i, 'listener ' || i % 4,
  format('[%s,%s,1]', place, i)::vector, timestamptz '2025-12-01 00:00:00Z' + (i % 5) * interval '1 hour'
from json_array_elements_text($1::text::json) with ordinality as t (tenant, place), generate_series(1, 4 + place::integer % 4) as i`,
    parameters: [JSON.stringify(scopes)],
  });
  await database.query({
    text: "insert into plays select 100000 + id, 'acme', null, 7, 'nobody', '[0,0,0]', played_at from plays where tenant = 'umbra'",
  });
}
