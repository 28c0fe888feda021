-- $1 = the as-of time
-- $2 = "$.\"emotions\""
-- $3 = "$.\"emotions#\""
-- $4 = "emotion-distilroberta"
-- $5 = "$.\"joy\""
-- $6 = "$.\"anger\""
-- $7 = "$.\"love\""
-- $8 = "$.\"surprise\""
-- $9 = "$.\"sadness\""
-- $10 = "$.\"fear\""
-- $11 = "0"
-- $12 = "joy"
-- $13 = "love"
-- $14 = "surprise"
-- $15 = "sadness"
-- $16 = "anger"
-- $17 = "fear"
with "read" as (
  select
    "analyses"."track_id",
    "analyses"."created_at" as "_event_time",
    "analyses"."id",
    featstore.json_at("analyses"."analysis_data"::text, $2::text, $3::text) as "emotions"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text = $4::text
),
"inputs" as (
  select
    "read"."track_id",
    "read"."_event_time",
    "read"."emotions",
    "read"."id",
    try(json_extract_string("read"."emotions"::text, $5::text)) as "joy_avg_input"
  from "read"
),
"parsed" as (
  select
    "inputs"."track_id",
    "inputs"."_event_time",
    "inputs"."emotions",
    "inputs"."id",
    "inputs"."joy_avg_input",
    featstore.to_float64("inputs"."joy_avg_input"::text) as "joy_avg_value"
  from "inputs"
),
"grouped" as (
  select
    "parsed"."track_id",
    max("parsed"."_event_time") as "_event_time",
    count(*)::integer as "analyses",
    first("parsed"."emotions" order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) as "emotions",
    bool_or(("parsed"."joy_avg_input" is not null) and ("parsed"."joy_avg_value" is null)) as "joy_avg_lost",
    sum(featstore.to_be_summed("parsed"."joy_avg_value"))::double / nullif(count("parsed"."joy_avg_value"), 0) as "joy_avg"
  from "parsed"
  group by "parsed"."track_id"
),
"inputs_2" as (
  select
    "grouped"."track_id",
    "grouped"."_event_time",
    "grouped"."analyses",
    "grouped"."joy_avg",
    "grouped"."joy_avg_lost",
    try(json_extract_string("grouped"."emotions"::text, $6::text)) as "anger_input",
    try(json_extract_string("grouped"."emotions"::text, $5::text)) as "joy_input",
    try(json_extract_string("grouped"."emotions"::text, $7::text)) as "love_input",
    try(json_extract_string("grouped"."emotions"::text, $8::text)) as "surprise_input",
    try(json_extract_string("grouped"."emotions"::text, $9::text)) as "sadness_input",
    try(json_extract_string("grouped"."emotions"::text, $10::text)) as "fear_input"
  from "grouped"
),
"parsed_2" as (
  select
    "inputs_2"."track_id",
    "inputs_2"."_event_time",
    "inputs_2"."analyses",
    "inputs_2"."joy_avg",
    "inputs_2"."joy_avg_lost",
    "inputs_2"."anger_input",
    "inputs_2"."joy_input",
    "inputs_2"."love_input",
    "inputs_2"."surprise_input",
    "inputs_2"."sadness_input",
    "inputs_2"."fear_input",
    featstore.to_float64("inputs_2"."anger_input"::text) as "anger_value",
    featstore.to_float64("inputs_2"."joy_input"::text) as "joy_value",
    featstore.to_float64("inputs_2"."love_input"::text) as "love_value",
    featstore.to_float64("inputs_2"."surprise_input"::text) as "surprise_value",
    featstore.to_float64("inputs_2"."sadness_input"::text) as "sadness_value",
    featstore.to_float64("inputs_2"."fear_input"::text) as "fear_value"
  from "inputs_2"
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
  "parsed_2"."_event_time" at time zone 'UTC' as "_event_time",
  coalesce("parsed_2"."analyses", 0) as "analyses",
  "parsed_2"."anger_value" as "anger",
  case when ("parsed_2"."joy_value" is not null) and ("parsed_2"."joy_value" > $11::double) and ("parsed_2"."joy_value" >= "parsed_2"."joy_value") and ("parsed_2"."joy_value" >= "parsed_2"."love_value") and ("parsed_2"."joy_value" >= "parsed_2"."surprise_value") and ("parsed_2"."joy_value" >= "parsed_2"."sadness_value") and ("parsed_2"."joy_value" >= "parsed_2"."anger_value") and ("parsed_2"."joy_value" >= "parsed_2"."fear_value") then $12::text when ("parsed_2"."love_value" is not null) and ("parsed_2"."love_value" > $11::double) and ("parsed_2"."love_value" >= "parsed_2"."joy_value") and ("parsed_2"."love_value" >= "parsed_2"."love_value") and ("parsed_2"."love_value" >= "parsed_2"."surprise_value") and ("parsed_2"."love_value" >= "parsed_2"."sadness_value") and ("parsed_2"."love_value" >= "parsed_2"."anger_value") and ("parsed_2"."love_value" >= "parsed_2"."fear_value") then $13::text when ("parsed_2"."surprise_value" is not null) and ("parsed_2"."surprise_value" > $11::double) and ("parsed_2"."surprise_value" >= "parsed_2"."joy_value") and ("parsed_2"."surprise_value" >= "parsed_2"."love_value") and ("parsed_2"."surprise_value" >= "parsed_2"."surprise_value") and ("parsed_2"."surprise_value" >= "parsed_2"."sadness_value") and ("parsed_2"."surprise_value" >= "parsed_2"."anger_value") and ("parsed_2"."surprise_value" >= "parsed_2"."fear_value") then $14::text when ("parsed_2"."sadness_value" is not null) and ("parsed_2"."sadness_value" > $11::double) and ("parsed_2"."sadness_value" >= "parsed_2"."joy_value") and ("parsed_2"."sadness_value" >= "parsed_2"."love_value") and ("parsed_2"."sadness_value" >= "parsed_2"."surprise_value") and ("parsed_2"."sadness_value" >= "parsed_2"."sadness_value") and ("parsed_2"."sadness_value" >= "parsed_2"."anger_value") and ("parsed_2"."sadness_value" >= "parsed_2"."fear_value") then $15::text when ("parsed_2"."anger_value" is not null) and ("parsed_2"."anger_value" > $11::double) and ("parsed_2"."anger_value" >= "parsed_2"."joy_value") and ("parsed_2"."anger_value" >= "parsed_2"."love_value") and ("parsed_2"."anger_value" >= "parsed_2"."surprise_value") and ("parsed_2"."anger_value" >= "parsed_2"."sadness_value") and ("parsed_2"."anger_value" >= "parsed_2"."anger_value") and ("parsed_2"."anger_value" >= "parsed_2"."fear_value") then $16::text when ("parsed_2"."fear_value" is not null) and ("parsed_2"."fear_value" > $11::double) and ("parsed_2"."fear_value" >= "parsed_2"."joy_value") and ("parsed_2"."fear_value" >= "parsed_2"."love_value") and ("parsed_2"."fear_value" >= "parsed_2"."surprise_value") and ("parsed_2"."fear_value" >= "parsed_2"."sadness_value") and ("parsed_2"."fear_value" >= "parsed_2"."anger_value") and ("parsed_2"."fear_value" >= "parsed_2"."fear_value") then $17::text end as "dominant",
  "parsed_2"."fear_value" as "fear",
  "parsed_2"."joy_value" as "joy",
  "parsed_2"."joy_avg",
  "parsed_2"."love_value" as "love",
  featstore.finite(((("parsed_2"."joy_value" + "parsed_2"."love_value") - "parsed_2"."sadness_value") - "parsed_2"."anger_value") - "parsed_2"."fear_value") as "polarity",
  "parsed_2"."sadness_value" as "sadness",
  "parsed_2"."surprise_value" as "surprise",
  case when (("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null))
    or ((("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null)) or (("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null)) or (("parsed_2"."surprise_input" is not null) and ("parsed_2"."surprise_value" is null)) or (("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null)) or (("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null)) or (("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null)))
    or (("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null))
    or (("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null))
    or "parsed_2"."joy_avg_lost"
    or (("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null))
    or ((("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null)) or (("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null)) or (("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null)) or (("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null)) or (("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null)))
    or (("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null))
    or (("parsed_2"."surprise_input" is not null) and ("parsed_2"."surprise_value" is null))
  then list_filter([
    case when ("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null) then 'anger' end,
    case when (("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null)) or (("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null)) or (("parsed_2"."surprise_input" is not null) and ("parsed_2"."surprise_value" is null)) or (("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null)) or (("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null)) or (("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null)) then 'dominant' end,
    case when ("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null) then 'fear' end,
    case when ("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null) then 'joy' end,
    case when "parsed_2"."joy_avg_lost" then 'joy_avg' end,
    case when ("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null) then 'love' end,
    case when (("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null)) or (("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null)) or (("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null)) or (("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null)) or (("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null)) then 'polarity' end,
    case when ("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null) then 'sadness' end,
    case when ("parsed_2"."surprise_input" is not null) and ("parsed_2"."surprise_value" is null) then 'surprise' end
  ], lambda name: name is not null) end as "_unparsed"
from "members"
left join "parsed_2" on "parsed_2"."track_id" = "members"."track_id";
