-- $1 = the as-of time
-- $2 = "$.\"energy\""
-- $3 = "$.\"explicit\""
-- $4 = "$.\"explicit#\""
-- $5 = "$.\"release_date\""
-- $6 = "$.\"release_date#\""
-- $7 = "1"
-- $8 = "4"
-- $9 = "$.\"popularity\""
-- $10 = "$.\"popularity#\""
-- $11 = "$.\"tempo\""
-- $12 = "$.\"valence\""
with "inputs" as (
  select
    "credits"."artist"::text as "artist",
    "credits"."created_at" as "_event_time",
    "credits"."id",
    try(json_extract_string("credits"."audio_features"::text, $2::text)) as "energy_avg_input",
    featstore.json_text("credits"."spotify_data"::text, $3::text, $4::text) as "explicit_share_input",
    substring(featstore.json_text("credits"."spotify_data"::text, $5::text, $6::text), $7::integer::bigint, $8::integer::bigint) as "first_release_year_input",
    featstore.json_text("credits"."spotify_data"::text, $9::text, $10::text) as "popularity_avg_input",
    try(json_extract_string("credits"."audio_features"::text, $11::text)) as "tempo_avg_input",
    try(json_extract_string("credits"."audio_features"::text, $12::text)) as "valence_avg_input"
  from "tracks" as "credits"
  where "credits"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "credits"."artist" is not null
),
"parsed" as (
  select
    "inputs"."artist",
    "inputs"."_event_time",
    "inputs"."id",
    "inputs"."energy_avg_input",
    "inputs"."explicit_share_input",
    "inputs"."first_release_year_input",
    "inputs"."popularity_avg_input",
    "inputs"."tempo_avg_input",
    "inputs"."valence_avg_input",
    featstore.to_float64("inputs"."energy_avg_input"::text) as "energy_avg_value",
    featstore.to_bool("inputs"."explicit_share_input"::text) as "explicit_share_value",
    try(featstore.to_int64("inputs"."first_release_year_input"::text)::integer) as "first_release_year_value",
    try(featstore.to_int64("inputs"."popularity_avg_input"::text)::integer) as "popularity_avg_value",
    featstore.to_float64("inputs"."tempo_avg_input"::text) as "tempo_avg_value",
    featstore.to_float64("inputs"."valence_avg_input"::text) as "valence_avg_value"
  from "inputs"
),
"grouped" as (
  select
    "parsed"."artist",
    max("parsed"."_event_time") as "_event_time",
    bool_or(("parsed"."energy_avg_input" is not null) and ("parsed"."energy_avg_value" is null)) as "energy_avg_lost",
    sum(featstore.to_be_summed("parsed"."energy_avg_value"))::double / nullif(count("parsed"."energy_avg_value"), 0) as "energy_avg",
    bool_or(("parsed"."explicit_share_input" is not null) and ("parsed"."explicit_share_value" is null)) as "explicit_share_lost",
    count(*) filter (where "parsed"."explicit_share_value")::integer as "explicit_share",
    bool_or(("parsed"."explicit_share_input" is not null) and ("parsed"."explicit_share_value" is null)) as "explicit_share_lost_2",
    count("parsed"."explicit_share_value")::integer as "explicit_share_2",
    bool_or(("parsed"."first_release_year_input" is not null) and ("parsed"."first_release_year_value" is null)) as "first_release_year_lost",
    min("parsed"."first_release_year_value") as "first_release_year",
    bool_or(("parsed"."first_release_year_input" is not null) and ("parsed"."first_release_year_value" is null)) as "last_release_year_lost",
    max("parsed"."first_release_year_value") as "last_release_year",
    bool_or(("parsed"."popularity_avg_input" is not null) and ("parsed"."popularity_avg_value" is null)) as "popularity_avg_lost",
    avg("parsed"."popularity_avg_value") as "popularity_avg",
    bool_or(("parsed"."popularity_avg_input" is not null) and ("parsed"."popularity_avg_value" is null)) as "popularity_max_lost",
    max("parsed"."popularity_avg_value") as "popularity_max",
    bool_or(("parsed"."tempo_avg_input" is not null) and ("parsed"."tempo_avg_value" is null)) as "tempo_avg_lost",
    sum(featstore.to_be_summed("parsed"."tempo_avg_value"))::double / nullif(count("parsed"."tempo_avg_value"), 0) as "tempo_avg",
    count(*)::integer as "tracks_2",
    bool_or(("parsed"."valence_avg_input" is not null) and ("parsed"."valence_avg_value" is null)) as "valence_avg_lost",
    sum(featstore.to_be_summed("parsed"."valence_avg_value"))::double / nullif(count("parsed"."valence_avg_value"), 0) as "valence_avg"
  from "parsed"
  group by "parsed"."artist"
),
"members" as (
  select distinct
    "credits"."artist"::text as "artist"
  from "tracks" as "credits"
  where ("credits"."created_at" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "credits"."artist" is not null
)
select
  '' as "_tenant",
  "members"."artist",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."energy_avg",
  featstore.finite(coalesce("grouped"."explicit_share", 0)::double / coalesce("grouped"."explicit_share_2", 0)::double) as "explicit_share",
  "grouped"."first_release_year",
  "grouped"."last_release_year",
  "grouped"."popularity_avg",
  "grouped"."popularity_max",
  "grouped"."tempo_avg",
  coalesce("grouped"."tracks_2", 0) as "tracks",
  "grouped"."valence_avg",
  case when "grouped"."energy_avg_lost"
    or ("grouped"."explicit_share_lost" or "grouped"."explicit_share_lost_2")
    or "grouped"."first_release_year_lost"
    or "grouped"."last_release_year_lost"
    or "grouped"."popularity_avg_lost"
    or "grouped"."popularity_max_lost"
    or "grouped"."tempo_avg_lost"
    or "grouped"."valence_avg_lost"
  then list_filter([
    case when "grouped"."energy_avg_lost" then 'energy_avg' end,
    case when "grouped"."explicit_share_lost" or "grouped"."explicit_share_lost_2" then 'explicit_share' end,
    case when "grouped"."first_release_year_lost" then 'first_release_year' end,
    case when "grouped"."last_release_year_lost" then 'last_release_year' end,
    case when "grouped"."popularity_avg_lost" then 'popularity_avg' end,
    case when "grouped"."popularity_max_lost" then 'popularity_max' end,
    case when "grouped"."tempo_avg_lost" then 'tempo_avg' end,
    case when "grouped"."valence_avg_lost" then 'valence_avg' end
  ], lambda name: name is not null) end as "_unparsed"
from "members"
left join "grouped" on "grouped"."artist" = "members"."artist";
