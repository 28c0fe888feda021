-- $1 = the as-of time
-- $2 = "$.\"commercial_potential\""
-- $3 = "$.\"longevity\""
-- $4 = "$.\"quality_score\""
-- $5 = "$.\"viral_potential\""
-- $6 = "positive"
-- $7 = "neutral"
-- $8 = "negative"
-- $9 = "qwen-3-4b-fp8"
-- $10 = "gemma-3-27b-it"
-- $11 = "ollama-llama3.1-8b"
-- $12 = "$.\"mood\""
-- $13 = "$.\"mood#\""
-- $14 = "$.\"style\""
-- $15 = "$.\"style#\""
with "inputs" as (
  select
    "analyses"."track_id",
    "analyses"."created_at" as "_event_time",
    "analyses"."confidence",
    "analyses"."analysis_data",
    "analyses"."sentiment",
    "analyses"."id",
    try(json_extract_string("analyses"."analysis_data"::text, $2::text)) as "commercial_potential_input",
    try(json_extract_string("analyses"."analysis_data"::text, $3::text)) as "longevity_input",
    try(json_extract_string("analyses"."analysis_data"::text, $4::text)) as "quality_input",
    try(json_extract_string("analyses"."analysis_data"::text, $5::text)) as "viral_potential_input",
    case when featstore.lower(trim("analyses"."sentiment"::text, ' ')) = $6::text then $6::text when featstore.lower(trim("analyses"."sentiment"::text, ' ')) = $7::text then $7::text when featstore.lower(trim("analyses"."sentiment"::text, ' ')) = $8::text then $8::text end as "positive_share"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text in ($9::text, $10::text, $11::text)
),
"parsed" as (
  select
    "inputs"."track_id",
    "inputs"."_event_time",
    "inputs"."confidence",
    "inputs"."analysis_data",
    "inputs"."sentiment",
    "inputs"."id",
    "inputs"."commercial_potential_input",
    "inputs"."longevity_input",
    "inputs"."quality_input",
    "inputs"."viral_potential_input",
    "inputs"."positive_share",
    featstore.to_float64("inputs"."commercial_potential_input"::text) as "commercial_potential_value",
    featstore.to_float64("inputs"."longevity_input"::text) as "longevity_value",
    featstore.to_float64("inputs"."quality_input"::text) as "quality_value",
    featstore.to_float64("inputs"."viral_potential_input"::text) as "viral_potential_value"
  from "inputs"
),
"grouped" as (
  select
    "parsed"."track_id",
    max("parsed"."_event_time") as "_event_time",
    count(*) filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours'))::integer as "analyses_90d",
    bool_or(("parsed"."commercial_potential_input" is not null) and ("parsed"."commercial_potential_value" is null)) as "commercial_potential_lost",
    first("parsed"."commercial_potential_value"::bit order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."commercial_potential_value" is not null)::double as "commercial_potential",
    first("parsed"."confidence"::double::bit order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first)::double as "confidence",
    sum(featstore.to_be_summed("parsed"."confidence"::double)) filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours'))::double / nullif(count("parsed"."confidence") filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours')), 0) as "confidence_avg_90d",
    bool_or(("parsed"."longevity_input" is not null) and ("parsed"."longevity_value" is null)) as "longevity_lost",
    first("parsed"."longevity_value"::bit order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."longevity_value" is not null)::double as "longevity",
    first(featstore.json_text("parsed"."analysis_data"::text, $12::text, $13::text) order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where featstore.json_text("parsed"."analysis_data"::text, $12::text, $13::text) is not null) as "mood",
    count(*) filter (where "parsed"."positive_share" = $6::text)::integer as "positive_share_2",
    count("parsed"."positive_share")::integer as "positive_share_3",
    bool_or(("parsed"."quality_input" is not null) and ("parsed"."quality_value" is null)) as "quality_lost",
    first("parsed"."quality_value"::bit order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."quality_value" is not null)::double as "quality",
    first("parsed"."positive_share" order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) as "sentiment_2",
    first(featstore.json_text("parsed"."analysis_data"::text, $14::text, $15::text) order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where featstore.json_text("parsed"."analysis_data"::text, $14::text, $15::text) is not null) as "style",
    bool_or(("parsed"."viral_potential_input" is not null) and ("parsed"."viral_potential_value" is null)) as "viral_potential_lost",
    first("parsed"."viral_potential_value"::bit order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."viral_potential_value" is not null)::double as "viral_potential"
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
  '' as "_tenant",
  "members"."track_id"::bigint as "track_id",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  coalesce("grouped"."analyses_90d", 0) as "analyses_90d",
  "grouped"."commercial_potential"::double as "commercial_potential",
  "grouped"."confidence"::double as "confidence",
  "grouped"."confidence_avg_90d",
  "grouped"."longevity"::double as "longevity",
  "grouped"."mood"::text as "mood",
  featstore.finite(coalesce("grouped"."positive_share_2", 0)::double / coalesce("grouped"."positive_share_3", 0)::double) as "positive_share",
  "grouped"."quality"::double as "quality",
  "grouped"."sentiment_2"::text as "sentiment",
  "grouped"."style"::text as "style",
  "grouped"."viral_potential"::double as "viral_potential",
  case when "grouped"."commercial_potential_lost"
    or "grouped"."longevity_lost"
    or "grouped"."quality_lost"
    or "grouped"."viral_potential_lost"
  then list_filter([
    case when "grouped"."commercial_potential_lost" then 'commercial_potential' end,
    case when "grouped"."longevity_lost" then 'longevity' end,
    case when "grouped"."quality_lost" then 'quality' end,
    case when "grouped"."viral_potential_lost" then 'viral_potential' end
  ], lambda name: name is not null) end as "_unparsed"
from "members"
left join "grouped" on "grouped"."track_id" = "members"."track_id";
