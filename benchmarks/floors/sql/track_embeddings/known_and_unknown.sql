-- The rows with a time, and those without, which need no condition for each column.
select ''::text as _tenant, id::bigint as track_id, created_at at time zone 'UTC' as _event_time,
  audio_embedding as audio, lyrics_embedding as lyrics, null::text[] as _unparsed
from tracks
where created_at <= $1 at time zone 'UTC'
union all
select '', id, null, null, null, null
from tracks
where created_at is null
