-- As if a track could have several rows: the latest of each, in the order of the primary key's index.
select distinct on (id) ''::text as _tenant, id::bigint as track_id, created_at at time zone 'UTC' as _event_time,
  case when created_at is not null then audio_embedding end::vector(128) as audio,
  case when created_at is not null then lyrics_embedding end::vector(384) as lyrics,
  null::text[] as _unparsed
from tracks
where (tracks.created_at <= $1 at time zone 'UTC') is not false
order by id, created_at desc
