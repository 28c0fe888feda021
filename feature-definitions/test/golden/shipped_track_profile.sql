-- $1 = the as-of time
-- $2 = "acousticness"
-- $3 = "danceability"
-- $4 = "duration_ms"
-- $5 = "energy"
-- $6 = "explicit"
-- $7 = "followers"
-- $8 = "loudness"
-- $9 = "popularity"
-- $10 = "release_date"
-- $11 = "1"
-- $12 = "4"
-- $13 = "speechiness"
-- $14 = "tempo"
-- $15 = "valence"
with "inputs" as (
  select
    "tracks"."id" as "track_id",
    "tracks"."created_at" as "_event_time",
    "tracks"."artist",
    "tracks"."created_at",
    "tracks"."lyrics",
    "tracks"."title",
    case when "tracks"."created_at" is not null then "tracks"."audio_features"::jsonb ->> $2::text end as "acousticness_input",
    case when "tracks"."created_at" is not null then "tracks"."audio_features"::jsonb ->> $3::text end as "danceability_input",
    case when "tracks"."created_at" is not null then "tracks"."spotify_data"::jsonb ->> $4::text end as "duration_ms_input",
    case when "tracks"."created_at" is not null then "tracks"."audio_features"::jsonb ->> $5::text end as "energy_input",
    case when "tracks"."created_at" is not null then "tracks"."spotify_data"::jsonb ->> $6::text end as "explicit_input",
    case when "tracks"."created_at" is not null then "tracks"."spotify_data"::jsonb ->> $7::text end as "followers_input",
    case when "tracks"."created_at" is not null then "tracks"."audio_features"::jsonb ->> $8::text end as "loudness_input",
    case when "tracks"."created_at" is not null then "tracks"."spotify_data"::jsonb ->> $9::text end as "popularity_input",
    case when "tracks"."created_at" is not null then featstore.substring("tracks"."spotify_data"::jsonb ->> $10::text, $11::integer, $12::integer) end as "release_year_input",
    case when "tracks"."created_at" is not null then "tracks"."audio_features"::jsonb ->> $13::text end as "speechiness_input",
    case when "tracks"."created_at" is not null then "tracks"."audio_features"::jsonb ->> $14::text end as "tempo_input",
    case when "tracks"."created_at" is not null then "tracks"."audio_features"::jsonb ->> $15::text end as "valence_input"
  from "tracks"
  where ("tracks"."created_at" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "tracks"."id" is not null
  offset 0
),
"parsed" as (
  select
    "inputs"."track_id",
    "inputs"."_event_time",
    "inputs"."artist",
    "inputs"."created_at",
    "inputs"."lyrics",
    "inputs"."title",
    "inputs"."acousticness_input",
    "inputs"."danceability_input",
    "inputs"."duration_ms_input",
    "inputs"."energy_input",
    "inputs"."explicit_input",
    "inputs"."followers_input",
    "inputs"."loudness_input",
    "inputs"."popularity_input",
    "inputs"."release_year_input",
    "inputs"."speechiness_input",
    "inputs"."tempo_input",
    "inputs"."valence_input",
    featstore.to_float64("inputs"."acousticness_input"::text) as "acousticness_value",
    featstore.to_float64("inputs"."danceability_input"::text) as "danceability_value",
    featstore.to_int32("inputs"."duration_ms_input"::text) as "duration_ms_value",
    featstore.to_float64("inputs"."energy_input"::text) as "energy_value",
    featstore.to_bool("inputs"."explicit_input"::text) as "explicit_value",
    featstore.to_int64("inputs"."followers_input"::text) as "followers_value",
    featstore.to_float64("inputs"."loudness_input"::text) as "loudness_value",
    featstore.to_int32("inputs"."popularity_input"::text) as "popularity_value",
    featstore.to_int32("inputs"."release_year_input"::text) as "release_year_value",
    featstore.to_float64("inputs"."speechiness_input"::text) as "speechiness_value",
    featstore.to_float64("inputs"."tempo_input"::text) as "tempo_value",
    featstore.to_float64("inputs"."valence_input"::text) as "valence_value"
  from "inputs"
  offset 0
)
select
  ''::text as "_tenant",
  "parsed"."track_id"::bigint as "track_id",
  "parsed"."_event_time" at time zone 'UTC' as "_event_time",
  "parsed"."acousticness_value" as "acousticness",
  case when "parsed"."created_at" is not null then "parsed"."artist"::text end as "artist",
  "parsed"."danceability_value" as "danceability",
  "parsed"."duration_ms_value" as "duration_ms",
  "parsed"."energy_value" as "energy",
  "parsed"."explicit_value" as "explicit",
  "parsed"."followers_value" as "followers",
  "parsed"."loudness_value" as "loudness",
  case when "parsed"."created_at" is not null then char_length("parsed"."lyrics"::text) end as "lyrics_length",
  "parsed"."popularity_value" as "popularity",
  "parsed"."release_year_value" as "release_year",
  "parsed"."speechiness_value" as "speechiness",
  "parsed"."tempo_value" as "tempo",
  case when "parsed"."created_at" is not null then "parsed"."title"::text end as "title",
  "parsed"."valence_value" as "valence",
  case when (("parsed"."acousticness_input" is not null) and ("parsed"."acousticness_value" is null))
    or (("parsed"."danceability_input" is not null) and ("parsed"."danceability_value" is null))
    or (("parsed"."duration_ms_input" is not null) and ("parsed"."duration_ms_value" is null))
    or (("parsed"."energy_input" is not null) and ("parsed"."energy_value" is null))
    or (("parsed"."explicit_input" is not null) and ("parsed"."explicit_value" is null))
    or (("parsed"."followers_input" is not null) and ("parsed"."followers_value" is null))
    or (("parsed"."loudness_input" is not null) and ("parsed"."loudness_value" is null))
    or (("parsed"."popularity_input" is not null) and ("parsed"."popularity_value" is null))
    or (("parsed"."release_year_input" is not null) and ("parsed"."release_year_value" is null))
    or (("parsed"."speechiness_input" is not null) and ("parsed"."speechiness_value" is null))
    or (("parsed"."tempo_input" is not null) and ("parsed"."tempo_value" is null))
    or (("parsed"."valence_input" is not null) and ("parsed"."valence_value" is null))
  then array_remove(array[
    case when ("parsed"."acousticness_input" is not null) and ("parsed"."acousticness_value" is null) then 'acousticness'::text end,
    case when ("parsed"."danceability_input" is not null) and ("parsed"."danceability_value" is null) then 'danceability'::text end,
    case when ("parsed"."duration_ms_input" is not null) and ("parsed"."duration_ms_value" is null) then 'duration_ms'::text end,
    case when ("parsed"."energy_input" is not null) and ("parsed"."energy_value" is null) then 'energy'::text end,
    case when ("parsed"."explicit_input" is not null) and ("parsed"."explicit_value" is null) then 'explicit'::text end,
    case when ("parsed"."followers_input" is not null) and ("parsed"."followers_value" is null) then 'followers'::text end,
    case when ("parsed"."loudness_input" is not null) and ("parsed"."loudness_value" is null) then 'loudness'::text end,
    case when ("parsed"."popularity_input" is not null) and ("parsed"."popularity_value" is null) then 'popularity'::text end,
    case when ("parsed"."release_year_input" is not null) and ("parsed"."release_year_value" is null) then 'release_year'::text end,
    case when ("parsed"."speechiness_input" is not null) and ("parsed"."speechiness_value" is null) then 'speechiness'::text end,
    case when ("parsed"."tempo_input" is not null) and ("parsed"."tempo_value" is null) then 'tempo'::text end,
    case when ("parsed"."valence_input" is not null) and ("parsed"."valence_value" is null) then 'valence'::text end
  ], null) end as "_unparsed"
from "parsed";
