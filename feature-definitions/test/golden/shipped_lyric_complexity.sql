-- $1 = the as-of time
-- $2 = "algorithmic"
-- $3 = "profanity_ratio"
-- $4 = "readability"
-- $5 = "repetition"
-- $6 = "rhyme_density"
-- $7 = "syllables_per_line"
-- $8 = "ttr"
-- $9 = "unique_words"
-- $10 = "words"
with "sorted" as (
  select
    "analyses"."track_id",
    "analyses"."created_at" as "_event_time",
    "analyses"."complexity_score",
    "analyses"."analysis_data"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text = $2::text
  order by "analyses"."track_id", "analyses"."created_at" desc, "analyses"."id" desc
),
"grouped" as (
  select
    "sorted"."track_id",
    max("sorted"."_event_time") as "_event_time",
    count(*)::integer as "analyses",
    (array_agg("sorted"."complexity_score"))[1] as "complexity_score",
    (array_agg("sorted"."analysis_data"))[1] as "analysis_data"
  from "sorted"
  group by "sorted"."track_id"
),
"inputs" as (
  select
    "grouped"."track_id",
    "grouped"."_event_time",
    "grouped"."analyses",
    "grouped"."complexity_score",
    "grouped"."analysis_data"::jsonb ->> $3::text as "profanity_ratio_input",
    "grouped"."analysis_data"::jsonb ->> $4::text as "readability_input",
    "grouped"."analysis_data"::jsonb ->> $5::text as "repetition_input",
    "grouped"."analysis_data"::jsonb ->> $6::text as "rhyme_density_input",
    "grouped"."analysis_data"::jsonb ->> $7::text as "syllables_per_line_input",
    "grouped"."analysis_data"::jsonb ->> $8::text as "type_token_ratio_input",
    "grouped"."analysis_data"::jsonb ->> $9::text as "unique_words_input",
    "grouped"."analysis_data"::jsonb ->> $10::text as "words_input"
  from "grouped"
  offset 0
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
    featstore.to_int32("inputs"."unique_words_input"::text) as "unique_words_value",
    featstore.to_int32("inputs"."words_input"::text) as "words_value"
  from "inputs"
  offset 0
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
  "parsed"."_event_time" at time zone 'UTC' as "_event_time",
  coalesce("parsed"."analyses", 0) as "analyses",
  "parsed"."complexity_score"::double precision as "complexity",
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
  then array_remove(array[
    case when ("parsed"."profanity_ratio_input" is not null) and ("parsed"."profanity_ratio_value" is null) then 'profanity_ratio'::text end,
    case when ("parsed"."readability_input" is not null) and ("parsed"."readability_value" is null) then 'readability'::text end,
    case when ("parsed"."repetition_input" is not null) and ("parsed"."repetition_value" is null) then 'repetition'::text end,
    case when ("parsed"."rhyme_density_input" is not null) and ("parsed"."rhyme_density_value" is null) then 'rhyme_density'::text end,
    case when ("parsed"."syllables_per_line_input" is not null) and ("parsed"."syllables_per_line_value" is null) then 'syllables_per_line'::text end,
    case when ("parsed"."type_token_ratio_input" is not null) and ("parsed"."type_token_ratio_value" is null) then 'type_token_ratio'::text end,
    case when ("parsed"."unique_words_input" is not null) and ("parsed"."unique_words_value" is null) then 'unique_words'::text end,
    case when ("parsed"."words_input" is not null) and ("parsed"."words_value" is null) then 'words'::text end
  ], null) end as "_unparsed"
from "members"
left join "parsed" on "parsed"."track_id" = "members"."track_id";
