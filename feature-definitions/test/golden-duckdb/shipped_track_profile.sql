-- $1 = the as-of time
-- $2 = "$.\"acousticness\""
-- $3 = "$.\"danceability\""
-- $4 = "$.\"duration_ms\""
-- $5 = "$.\"duration_ms#\""
-- $6 = "$.\"energy\""
-- $7 = "$.\"explicit\""
-- $8 = "$.\"explicit#\""
-- $9 = "$.\"followers\""
-- $10 = "$.\"followers#\""
-- $11 = "$.\"loudness\""
-- $12 = "$.\"popularity\""
-- $13 = "$.\"popularity#\""
-- $14 = "$.\"release_date\""
-- $15 = "$.\"release_date#\""
-- $16 = "1"
-- $17 = "4"
-- $18 = "$.\"speechiness\""
-- $19 = "$.\"tempo\""
-- $20 = "$.\"valence\""
with "inputs" as (
  select
    "tracks"."id" as "track_id",
    "tracks"."created_at" as "_event_time",
    "tracks"."artist",
    "tracks"."created_at",
    "tracks"."lyrics",
    "tracks"."title",
    case when "tracks"."created_at" is not null then try(json_extract_string("tracks"."audio_features"::text, $2::text)) end as "acousticness_input",
    case when "tracks"."created_at" is not null then try(json_extract_string("tracks"."audio_features"::text, $3::text)) end as "danceability_input",
    case when "tracks"."created_at" is not null then featstore.json_text("tracks"."spotify_data"::text, $4::text, $5::text) end as "duration_ms_input",
    case when "tracks"."created_at" is not null then try(json_extract_string("tracks"."audio_features"::text, $6::text)) end as "energy_input",
    case when "tracks"."created_at" is not null then featstore.json_text("tracks"."spotify_data"::text, $7::text, $8::text) end as "explicit_input",
    case when "tracks"."created_at" is not null then featstore.json_text("tracks"."spotify_data"::text, $9::text, $10::text) end as "followers_input",
    case when "tracks"."created_at" is not null then try(json_extract_string("tracks"."audio_features"::text, $11::text)) end as "loudness_input",
    case when "tracks"."created_at" is not null then featstore.json_text("tracks"."spotify_data"::text, $12::text, $13::text) end as "popularity_input",
    case when "tracks"."created_at" is not null then substring(featstore.json_text("tracks"."spotify_data"::text, $14::text, $15::text), $16::integer::bigint, $17::integer::bigint) end as "release_year_input",
    case when "tracks"."created_at" is not null then try(json_extract_string("tracks"."audio_features"::text, $18::text)) end as "speechiness_input",
    case when "tracks"."created_at" is not null then try(json_extract_string("tracks"."audio_features"::text, $19::text)) end as "tempo_input",
    case when "tracks"."created_at" is not null then try(json_extract_string("tracks"."audio_features"::text, $20::text)) end as "valence_input"
  from "tracks"
  where ("tracks"."created_at" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "tracks"."id" is not null
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
    try(featstore.to_int64("inputs"."duration_ms_input"::text)::integer) as "duration_ms_value",
    featstore.to_float64("inputs"."energy_input"::text) as "energy_value",
    featstore.to_bool("inputs"."explicit_input"::text) as "explicit_value",
    featstore.to_int64("inputs"."followers_input"::text) as "followers_value",
    featstore.to_float64("inputs"."loudness_input"::text) as "loudness_value",
    try(featstore.to_int64("inputs"."popularity_input"::text)::integer) as "popularity_value",
    try(featstore.to_int64("inputs"."release_year_input"::text)::integer) as "release_year_value",
    featstore.to_float64("inputs"."speechiness_input"::text) as "speechiness_value",
    featstore.to_float64("inputs"."tempo_input"::text) as "tempo_value",
    featstore.to_float64("inputs"."valence_input"::text) as "valence_value"
  from "inputs"
)
select
  '' as "_tenant",
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
  case when "parsed"."created_at" is not null then length("parsed"."lyrics"::text)::integer end as "lyrics_length",
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
  then list_filter([
    case when ("parsed"."acousticness_input" is not null) and ("parsed"."acousticness_value" is null) then 'acousticness' end,
    case when ("parsed"."danceability_input" is not null) and ("parsed"."danceability_value" is null) then 'danceability' end,
    case when ("parsed"."duration_ms_input" is not null) and ("parsed"."duration_ms_value" is null) then 'duration_ms' end,
    case when ("parsed"."energy_input" is not null) and ("parsed"."energy_value" is null) then 'energy' end,
    case when ("parsed"."explicit_input" is not null) and ("parsed"."explicit_value" is null) then 'explicit' end,
    case when ("parsed"."followers_input" is not null) and ("parsed"."followers_value" is null) then 'followers' end,
    case when ("parsed"."loudness_input" is not null) and ("parsed"."loudness_value" is null) then 'loudness' end,
    case when ("parsed"."popularity_input" is not null) and ("parsed"."popularity_value" is null) then 'popularity' end,
    case when ("parsed"."release_year_input" is not null) and ("parsed"."release_year_value" is null) then 'release_year' end,
    case when ("parsed"."speechiness_input" is not null) and ("parsed"."speechiness_value" is null) then 'speechiness' end,
    case when ("parsed"."tempo_input" is not null) and ("parsed"."tempo_value" is null) then 'tempo' end,
    case when ("parsed"."valence_input" is not null) and ("parsed"."valence_value" is null) then 'valence' end
  ], lambda name: name is not null) end as "_unparsed"
from "parsed";
