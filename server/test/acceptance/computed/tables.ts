import type { Database } from "../../../src/database/database";

export const TRACKS = 40;
/** The time of all reads. */
export const NOW = "2026-01-01T00:00:00.123457Z";

/** Creates small tables with nulls everywhere, unknown artists and expired facts. */
export async function createTables(database: Database): Promise<void> {
  await database.script(`
create extension if not exists vector;
create table releases (
  id integer primary key, track_id bigint not null, at timestamptz not null, artist text, title text, released_on date,
  added_at timestamptz, price numeric, plays bigint, flag boolean, notes jsonb, sound vector(3));
insert into releases
  select i, i % ${TRACKS}, timestamptz '2025-06-01Z' + i * interval '7 hours',
    case i % 7 when 0 then null when 1 then 'nobody' else 'artist ' || i % 5 end,
    case when i % 6 > 0 then 'Title ' || i || case i % 3 when 0 then ' "ü😀"' else '' end end,
    case when i % 5 > 0 then date '2020-02-29' + i * 31 end,
    case when i % 8 > 0 then timestamptz '2025-01-01Z' + i * interval '1001.000001 seconds' end,
    case when i % 4 > 0 then (i * 17 % 100)::numeric / 100 + (i % 3) end,
    case when i % 9 > 0 then 9007199254740990 + i end,
    case i % 3 when 0 then null when 1 then true else false end,
    case i % 4 when 0 then null when 1 then 'null'::jsonb when 2 then '{"stars": 3}' else '{"stars": "many"}' end,
    case when i % 5 > 1 then ('[' || i % 7 - 3 || ',0.1,' || i % 3 || ']')::vector when i % 5 = 1 then '[0,0,0]' end
  from generate_series(1, 120) as i;
create table moods (id integer primary key, track_id bigint not null, at timestamptz not null, energy float8, mood text);
insert into moods
  select i, i % (${TRACKS} + 5), timestamptz '2025-10-15Z' + i * interval '11 hours',
    case when i % 4 > 0 then i % 10 / 10.0 end, case when i % 3 > 0 then 'mood ' || i end
  from generate_series(1, 160) as i;
create table deeds (id integer primary key, artist text not null, at timestamptz not null, fans integer, land text);
insert into deeds
  select i, 'artist ' || i % 4, timestamptz '2025-08-01Z' + i % 4 * interval '40 days' + i * interval '1 hour',
    case when i % 3 > 0 then i * 10 end, case when i % 4 = 2 then null else 'land ' || i end
  from generate_series(1, 30) as i;
create table ratings (id integer primary key, tenant text, artist text not null, at timestamptz not null, stars integer not null);
insert into ratings
  select i, case i % 3 when 0 then 'acme' when 1 then 'zeta' end, 'artist ' || i % 5, '2025-12-01Z', i
  from generate_series(1, 24) as i`);
}

/** Creates a spine of tracks at `NOW`, with the inputs of each row. */
export async function createSpine(
  database: Database,
  tenant: string,
  ids: readonly number[],
  inputs: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  await database.script(`
drop table if exists spine;
create table spine (
  _row bigint primary key, _tenant text not null, track_id bigint not null, _as_of timestamptz not null, _passthrough text)`);
  const rows = ids.map((id, index) => [String(id), JSON.stringify(inputs[index] ?? {})]);
  await database.query({
    text: `insert into spine
      select position - 1, $1::text, (value ->> 0)::bigint, $2::text::timestamptz, value ->> 1
      from json_array_elements($3::text::json) with ordinality as rows (value, position)`,
    parameters: [tenant, NOW, JSON.stringify(rows)],
  });
}
