-- The rows with a time, and those without, which need no condition for each column.
select ''::text as _tenant, id::bigint as track_id, created_at at time zone 'UTC' as _event_time,
  audio_embedding::vector(128) as audio, lyrics_embedding::vector(384) as lyrics, null::text[] as _unparsed
from tracks
where created_at <= $1 at time zone 'UTC'
union all
select '', id, null, null::vector(128), null::vector(384), null
from tracks
where created_at is null
