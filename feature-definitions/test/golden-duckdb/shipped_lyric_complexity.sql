-- $1 = the as-of time
-- $2 = "algorithmic"
-- $3 = "$.\"profanity_ratio\""
-- $4 = "$.\"readability\""
-- $5 = "$.\"repetition\""
-- $6 = "$.\"rhyme_density\""
-- $7 = "$.\"syllables_per_line\""
-- $8 = "$.\"ttr\""
-- $9 = "$.\"unique_words\""
-- $10 = "$.\"unique_words#\""
-- $11 = "$.\"words\""
-- $12 = "$.\"words#\""
with "grouped" as (
  select
    "analyses"."track_id",
    max("analyses"."created_at") as "_event_time",
    count(*)::integer as "analyses",
    first("analyses"."complexity_score"::double::bit order by "analyses"."created_at" desc nulls first, "analyses"."id" desc nulls first)::double as "complexity_score",
    first("analyses"."analysis_data" order by "analyses"."created_at" desc nulls first, "analyses"."id" desc nulls first) as "analysis_data"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text = $2::text
  group by "analyses"."track_id"
),
"inputs" as (
  select
    "grouped"."track_id",
    "grouped"."_event_time",
    "grouped"."analyses",
    "grouped"."complexity_score",
    try(json_extract_string("grouped"."analysis_data"::text, $3::text)) as "profanity_ratio_input",
    try(json_extract_string("grouped"."analysis_data"::text, $4::text)) as "readability_input",
    try(json_extract_string("grouped"."analysis_data"::text, $5::text)) as "repetition_input",
    try(json_extract_string("grouped"."analysis_data"::text, $6::text)) as "rhyme_density_input",
    try(json_extract_string("grouped"."analysis_data"::text, $7::text)) as "syllables_per_line_input",
    try(json_extract_string("grouped"."analysis_data"::text, $8::text)) as "type_token_ratio_input",
    featstore.json_text("grouped"."analysis_data"::text, $9::text, $10::text) as "unique_words_input",
    featstore.json_text("grouped"."analysis_data"::text, $11::text, $12::text) as "words_input"
  from "grouped"
),
"parsed" as (
  select
    "inputs"."track_id",
    "inputs"."_event_time",
    "inputs"."analyses",
    "inputs"."complexity_score",
    "inputs"."profanity_ratio_input",
    "inputs"."readability_input",
    "inputs"."repetition_input",
    "inputs"."rhyme_density_input",
    "inputs"."syllables_per_line_input",
    "inputs"."type_token_ratio_input",
    "inputs"."unique_words_input",
    "inputs"."words_input",
    featstore.to_float64("inputs"."profanity_ratio_input"::text) as "profanity_ratio_value",
    featstore.to_float64("inputs"."readability_input"::text) as "readability_value",
    featstore.to_float64("inputs"."repetition_input"::text) as "repetition_value",
    featstore.to_float64("inputs"."rhyme_density_input"::text) as "rhyme_density_value",
    featstore.to_float64("inputs"."syllables_per_line_input"::text) as "syllables_per_line_value",
    featstore.to_float64("inputs"."type_token_ratio_input"::text) as "type_token_ratio_value",
    try(featstore.to_int64("inputs"."unique_words_input"::text)::integer) as "unique_words_value",
    try(featstore.to_int64("inputs"."words_input"::text)::integer) as "words_value"
  from "inputs"
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
  "parsed"."_event_time" at time zone 'UTC' as "_event_time",
  coalesce("parsed"."analyses", 0) as "analyses",
  "parsed"."complexity_score"::double as "complexity",
  "parsed"."profanity_ratio_value" as "profanity_ratio",
  "parsed"."readability_value" as "readability",
  "parsed"."repetition_value" as "repetition",
  "parsed"."rhyme_density_value" as "rhyme_density",
  "parsed"."syllables_per_line_value" as "syllables_per_line",
  "parsed"."type_token_ratio_value" as "type_token_ratio",
  "parsed"."unique_words_value" as "unique_words",
  "parsed"."words_value" as "words",
  case when (("parsed"."profanity_ratio_input" is not null) and ("parsed"."profanity_ratio_value" is null))
    or (("parsed"."readability_input" is not null) and ("parsed"."readability_value" is null))
    or (("parsed"."repetition_input" is not null) and ("parsed"."repetition_value" is null))
    or (("parsed"."rhyme_density_input" is not null) and ("parsed"."rhyme_density_value" is null))
    or (("parsed"."syllables_per_line_input" is not null) and ("parsed"."syllables_per_line_value" is null))
    or (("parsed"."type_token_ratio_input" is not null) and ("parsed"."type_token_ratio_value" is null))
    or (("parsed"."unique_words_input" is not null) and ("parsed"."unique_words_value" is null))
    or (("parsed"."words_input" is not null) and ("parsed"."words_value" is null))
  then list_filter([
    case when ("parsed"."profanity_ratio_input" is not null) and ("parsed"."profanity_ratio_value" is null) then 'profanity_ratio' end,
    case when ("parsed"."readability_input" is not null) and ("parsed"."readability_value" is null) then 'readability' end,
    case when ("parsed"."repetition_input" is not null) and ("parsed"."repetition_value" is null) then 'repetition' end,
    case when ("parsed"."rhyme_density_input" is not null) and ("parsed"."rhyme_density_value" is null) then 'rhyme_density' end,
    case when ("parsed"."syllables_per_line_input" is not null) and ("parsed"."syllables_per_line_value" is null) then 'syllables_per_line' end,
    case when ("parsed"."type_token_ratio_input" is not null) and ("parsed"."type_token_ratio_value" is null) then 'type_token_ratio' end,
    case when ("parsed"."unique_words_input" is not null) and ("parsed"."unique_words_value" is null) then 'unique_words' end,
    case when ("parsed"."words_input" is not null) and ("parsed"."words_value" is null) then 'words' end
  ], lambda name: name is not null) end as "_unparsed"
from "members"
left join "parsed" on "parsed"."track_id" = "members"."track_id";
