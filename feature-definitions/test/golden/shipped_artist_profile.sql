-- $1 = the as-of time
-- $2 = "energy"
-- $3 = "explicit"
-- $4 = "release_date"
-- $5 = "1"
-- $6 = "4"
-- $7 = "popularity"
-- $8 = "tempo"
-- $9 = "valence"
with "inputs" as (
  select
    "credits"."artist"::text as "artist",
    "credits"."created_at" as "_event_time",
    "credits"."id",
    "credits"."audio_features"::jsonb ->> $2::text as "energy_avg_input",
    "credits"."spotify_data"::jsonb ->> $3::text as "explicit_share_input",
    featstore.substring("credits"."spotify_data"::jsonb ->> $4::text, $5::integer, $6::integer) as "first_release_year_input",
    "credits"."spotify_data"::jsonb ->> $7::text as "popularity_avg_input",
    "credits"."audio_features"::jsonb ->> $8::text as "tempo_avg_input",
    "credits"."audio_features"::jsonb ->> $9::text as "valence_avg_input"
  from "tracks" as "credits"
  where "credits"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "credits"."artist" is not null
  offset 0
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
    featstore.to_int32("inputs"."first_release_year_input"::text) as "first_release_year_value",
    featstore.to_int32("inputs"."popularity_avg_input"::text) as "popularity_avg_value",
    featstore.to_float64("inputs"."tempo_avg_input"::text) as "tempo_avg_value",
    featstore.to_float64("inputs"."valence_avg_input"::text) as "valence_avg_value"
  from "inputs"
  offset 0
),
"grouped" as (
  select
    "parsed"."artist",
    max("parsed"."_event_time") as "_event_time",
    bool_or(("parsed"."energy_avg_input" is not null) and ("parsed"."energy_avg_value" is null)) as "energy_avg_lost",
    ((sum(featstore.to_be_summed("parsed"."energy_avg_value")) + 0.0) / nullif(count("parsed"."energy_avg_value"), 0))::double precision as "energy_avg",
    bool_or(("parsed"."explicit_share_input" is not null) and ("parsed"."explicit_share_value" is null)) as "explicit_share_lost",
    count(*) filter (where "parsed"."explicit_share_value")::integer as "explicit_share",
    bool_or(("parsed"."explicit_share_input" is not null) and ("parsed"."explicit_share_value" is null)) as "explicit_share_lost_2",
    count("parsed"."explicit_share_value")::integer as "explicit_share_2",
    bool_or(("parsed"."first_release_year_input" is not null) and ("parsed"."first_release_year_value" is null)) as "first_release_year_lost",
    min("parsed"."first_release_year_value") as "first_release_year",
    bool_or(("parsed"."first_release_year_input" is not null) and ("parsed"."first_release_year_value" is null)) as "last_release_year_lost",
    max("parsed"."first_release_year_value") as "last_release_year",
    bool_or(("parsed"."popularity_avg_input" is not null) and ("parsed"."popularity_avg_value" is null)) as "popularity_avg_lost",
    avg("parsed"."popularity_avg_value")::double precision as "popularity_avg",
    bool_or(("parsed"."popularity_avg_input" is not null) and ("parsed"."popularity_avg_value" is null)) as "popularity_max_lost",
    max("parsed"."popularity_avg_value") as "popularity_max",
    bool_or(("parsed"."tempo_avg_input" is not null) and ("parsed"."tempo_avg_value" is null)) as "tempo_avg_lost",
    ((sum(featstore.to_be_summed("parsed"."tempo_avg_value")) + 0.0) / nullif(count("parsed"."tempo_avg_value"), 0))::double precision as "tempo_avg",
    count(*)::integer as "tracks_2",
    bool_or(("parsed"."valence_avg_input" is not null) and ("parsed"."valence_avg_value" is null)) as "valence_avg_lost",
    ((sum(featstore.to_be_summed("parsed"."valence_avg_value")) + 0.0) / nullif(count("parsed"."valence_avg_value"), 0))::double precision as "valence_avg"
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
  ''::text as "_tenant",
  "members"."artist",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."energy_avg",
  coalesce("grouped"."explicit_share", 0)::double precision / nullif(coalesce("grouped"."explicit_share_2", 0)::double precision, 0) as "explicit_share",
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
  then array_remove(array[
    case when "grouped"."energy_avg_lost" then 'energy_avg'::text end,
    case when "grouped"."explicit_share_lost" or "grouped"."explicit_share_lost_2" then 'explicit_share'::text end,
    case when "grouped"."first_release_year_lost" then 'first_release_year'::text end,
    case when "grouped"."last_release_year_lost" then 'last_release_year'::text end,
    case when "grouped"."popularity_avg_lost" then 'popularity_avg'::text end,
    case when "grouped"."popularity_max_lost" then 'popularity_max'::text end,
    case when "grouped"."tempo_avg_lost" then 'tempo_avg'::text end,
    case when "grouped"."valence_avg_lost" then 'valence_avg'::text end
  ], null) end as "_unparsed"
from "members"
left join "grouped" on "grouped"."artist" = "members"."artist";
