-- $1 = the as-of time
select
  '' as "_tenant",
  "tracks"."id"::bigint as "track_id",
  "tracks"."created_at" at time zone 'UTC' as "_event_time",
  case when "tracks"."created_at" is not null then "tracks"."audio_embedding"::real[] end as "audio",
  case when "tracks"."created_at" is not null then "tracks"."lyrics_embedding"::real[] end as "lyrics",
  null::text[] as "_unparsed"
from "tracks"
where ("tracks"."created_at" <= ($1::timestamptz at time zone 'UTC')) is not false
  and "tracks"."id" is not null;
