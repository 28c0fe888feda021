/*
 * Hand-written SQL for a tenant's reads: $1 is the tenant, $2 the array of ids. One row per id that has a row, `has_facts` if
 * it is based on facts, and the features as JSON.
 */

const lastOf = (column: string, time: string, id: string) =>
  `(array_agg(${column} order by ${time} desc, ${id} desc))[1]`;

export const handWritten: Readonly<Record<string, string>> = {
  track_card: `
select t.id, t.created_at is not null as has_facts,
  json_build_object(
    'title', case when t.created_at is not null then title end,
    'artist', case when t.created_at is not null then artist end,
    'followers', case when t.created_at is not null and spotify_data ->> 'followers' ~ '^[0-9]+$'
      then spotify_data ->> 'followers' end)::text as features
from tenant_tracks t where t.tenant_id = $1::text and t.id = any ($2::bigint[])`,

  track_analyses: `
select t.id, count(a.id) > 0 as has_facts,
  json_build_object(
    'analyses', count(a.id),
    'confidence_avg', avg(a.confidence)::float8,
    'last_analyzer', ${lastOf("a.analyzer_type", "a.created_at", "a.id")},
    'slowest', max(a.processing_time_ms))::text as features
from tenant_tracks t
left join tenant_analyses a on a.tenant_id = t.tenant_id and a.track_id = t.id and a.created_at is not null
where t.tenant_id = $1::text and t.id = any ($2::bigint[])
group by t.id`,

  track_charts: `
select t.id, count(c.id) > 0 as has_facts,
  json_build_object('charted', count(c.id), 'position', ${lastOf("c.position", "c.charted_at", "c.id")})::text as features
from tenant_tracks t left join charts c on c.track_id = t.id
where t.tenant_id = $1::text and t.id = any ($2::bigint[])
group by t.id`,

  track_vectors: `
select t.id, t.created_at is not null as has_facts,
  json_build_object('lyrics', case when t.created_at is not null then lyrics_embedding::text::json end)::text as features
from tenant_tracks t where t.tenant_id = $1::text and t.id = any ($2::bigint[])`,

  work_plays: `
select w.work_id as id, count(p.id) > 0 as has_facts,
  json_build_object(
    'plays', count(p.id),
    'seconds', sum(p.seconds)::text,
    'last_listener', ${lastOf("p.listener", "p.played_at", "p.id")})::text as features
from works w left join plays p on p.work_id = w.work_id and p.tenant = $1::text
where w.work_id = any ($2::bigint[])
group by w.work_id`,

  work_vectors: `
select w.work_id as id, count(p.id) > 0 as has_facts,
  json_build_object('sound', ${lastOf("p.sound::text", "p.played_at", "p.id")}::json)::text as features
from works w left join plays p on p.work_id = w.work_id and p.tenant = $1::text
where w.work_id = any ($2::bigint[])
group by w.work_id`,

  work_card: `
select w.work_id as id, true as has_facts, json_build_object('title', w.title)::text as features
from works w where $1::text is not null and w.work_id = any ($2::bigint[])`,
};

/** Keys in the order (listener, work_id) as JSON arrays in $2. */
export const handWrittenListening = `
select k ->> 0 as listener, k ->> 1 as work_id, sum(p.seconds)::text as seconds
from json_array_elements($2::text::json) as k
join plays p on p.tenant = $1::text and p.listener = k ->> 0 and p.work_id = (k ->> 1)::bigint
group by 1, 2`;
