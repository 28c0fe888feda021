-- $1 = the as-of time
-- $2 = "commercial_potential"
-- $3 = "longevity"
-- $4 = "quality_score"
-- $5 = "viral_potential"
-- $6 = "mood"
-- $7 = "positive"
-- $8 = "neutral"
-- $9 = "negative"
-- $10 = "style"
-- $11 = "qwen-3-4b-fp8"
-- $12 = "gemma-3-27b-it"
-- $13 = "ollama-llama3.1-8b"
with "sorted" as (
  select
    "analyses"."track_id",
    "analyses"."created_at" as "_event_time",
    "analyses"."confidence",
    "analyses"."sentiment",
    "analyses"."analysis_data"::jsonb ->> $2::text as "commercial_potential_input",
    "analyses"."analysis_data"::jsonb ->> $3::text as "longevity_input",
    "analyses"."analysis_data"::jsonb ->> $4::text as "quality_input",
    "analyses"."analysis_data"::jsonb ->> $5::text as "viral_potential_input",
    "analyses"."analysis_data"::jsonb ->> $6::text as "mood",
    case when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $7::text then $7::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $8::text then $8::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $9::text then $9::text end as "positive_share",
    "analyses"."analysis_data"::jsonb ->> $10::text as "style"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text in ($11::text, $12::text, $13::text)
  order by "analyses"."track_id", "analyses"."created_at" desc, "analyses"."id" desc
),
"parsed" as (
  select
    "sorted"."track_id",
    "sorted"."_event_time",
    "sorted"."confidence",
    "sorted"."sentiment",
    "sorted"."commercial_potential_input",
    "sorted"."longevity_input",
    "sorted"."quality_input",
    "sorted"."viral_potential_input",
    "sorted"."mood",
    "sorted"."positive_share",
    "sorted"."style",
    featstore.to_float64("sorted"."commercial_potential_input"::text) as "commercial_potential_value",
    featstore.to_float64("sorted"."longevity_input"::text) as "longevity_value",
    featstore.to_float64("sorted"."quality_input"::text) as "quality_value",
    featstore.to_float64("sorted"."viral_potential_input"::text) as "viral_potential_value"
  from "sorted"
  order by "sorted"."track_id"
),
"grouped" as (
  select
    "parsed"."track_id",
    max("parsed"."_event_time") as "_event_time",
    count(*) filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours'))::integer as "analyses_90d",
    bool_or(("parsed"."commercial_potential_input" is not null) and ("parsed"."commercial_potential_value" is null)) as "commercial_potential_lost",
    (array_agg("parsed"."commercial_potential_value") filter (where "parsed"."commercial_potential_value" is not null))[1] as "commercial_potential",
    (array_agg("parsed"."confidence"))[1] as "confidence",
    ((sum(featstore.to_be_summed("parsed"."confidence")) filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours')) + 0.0) / nullif(count("parsed"."confidence") filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours')), 0))::double precision as "confidence_avg_90d",
    bool_or(("parsed"."longevity_input" is not null) and ("parsed"."longevity_value" is null)) as "longevity_lost",
    (array_agg("parsed"."longevity_value") filter (where "parsed"."longevity_value" is not null))[1] as "longevity",
    (array_agg("parsed"."mood") filter (where "parsed"."mood" is not null))[1] as "mood_2",
    count(*) filter (where "parsed"."positive_share" = $7::text)::integer as "positive_share_2",
    count("parsed"."positive_share")::integer as "positive_share_3",
    bool_or(("parsed"."quality_input" is not null) and ("parsed"."quality_value" is null)) as "quality_lost",
    (array_agg("parsed"."quality_value") filter (where "parsed"."quality_value" is not null))[1] as "quality",
    (array_agg("parsed"."positive_share"))[1] as "sentiment_2",
    (array_agg("parsed"."style") filter (where "parsed"."style" is not null))[1] as "style_2",
    bool_or(("parsed"."viral_potential_input" is not null) and ("parsed"."viral_potential_value" is null)) as "viral_potential_lost",
    (array_agg("parsed"."viral_potential_value") filter (where "parsed"."viral_potential_value" is not null))[1] as "viral_potential"
  from "parsed"
  group by "parsed"."track_id"
),
"members" as (
  select
    "tracks"."id" as "track_id"
  from "tracks"
  where ("tracks"."created_at" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "tracks"."id" is not null
)
select
  ''::text as "_tenant",
  "members"."track_id"::bigint as "track_id",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  coalesce("grouped"."analyses_90d", 0) as "analyses_90d",
  "grouped"."commercial_potential"::double precision as "commercial_potential",
  "grouped"."confidence"::double precision as "confidence",
  "grouped"."confidence_avg_90d",
  "grouped"."longevity"::double precision as "longevity",
  "grouped"."mood_2"::text as "mood",
  coalesce("grouped"."positive_share_2", 0)::double precision / nullif(coalesce("grouped"."positive_share_3", 0)::double precision, 0) as "positive_share",
  "grouped"."quality"::double precision as "quality",
  "grouped"."sentiment_2"::text as "sentiment",
  "grouped"."style_2"::text as "style",
  "grouped"."viral_potential"::double precision as "viral_potential",
  case when "grouped"."commercial_potential_lost"
    or "grouped"."longevity_lost"
    or "grouped"."quality_lost"
    or "grouped"."viral_potential_lost"
  then array_remove(array[
    case when "grouped"."commercial_potential_lost" then 'commercial_potential'::text end,
    case when "grouped"."longevity_lost" then 'longevity'::text end,
    case when "grouped"."quality_lost" then 'quality'::text end,
    case when "grouped"."viral_potential_lost" then 'viral_potential'::text end
  ], null) end as "_unparsed"
from "members"
left join "grouped" on "grouped"."track_id" = "members"."track_id";
