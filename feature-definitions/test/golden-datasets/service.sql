with "source" as (
  select
    "song"."track_id",
    case when lower(btrim("song"."artist", E' \t\n\r\f\x0b') collate "C") in ('') then null else "song"."artist" end as "song.artist",
    "song"."lyrics" as "song.lyrics",
    "listening"."plays" as "listening.plays",
    coalesce("listening"."seconds_avg", '0'::double precision) as "listening.seconds_avg",
    "artist_listening"."plays" as "artist_listening.plays"
  from "features"."song_v1_g7" as "song"
  left join "features"."listening_v1_g7" as "listening" on "listening"."_tenant" = ''::text and "listening"."track_id" = "song"."track_id"
  left join "features"."artist_listening_v1_g7" as "artist_listening" on "artist_listening"."_tenant" = ''::text and "artist_listening"."artist" = "song"."artist"
  where "song"."_tenant" = ''::text
),
"screened" as (
  select
    "source"."track_id",
    "source"."song.artist",
    "source"."song.lyrics",
    "source"."listening.plays",
    "source"."listening.seconds_avg",
    "source"."artist_listening.plays",
    case when "source"."listening.plays" is null then 'unplayed'::text end as "_excluded"
  from "source"
),
"cleaned" as (
  select
    "screened"."track_id",
    "screened"."song.artist" as "artist",
    "screened"."song.lyrics" as "lyrics",
    "screened"."listening.seconds_avg" as "seconds",
    featstore.divide("screened"."listening.plays"::double precision, "screened"."artist_listening.plays"::double precision) as "share",
    "screened"."_excluded"
  from "screened"
)
select
  "cleaned"."_excluded",
  "cleaned"."track_id",
  "cleaned"."artist",
  "cleaned"."lyrics",
  "cleaned"."seconds",
  "cleaned"."share"
from "cleaned"
order by "cleaned"."track_id";
