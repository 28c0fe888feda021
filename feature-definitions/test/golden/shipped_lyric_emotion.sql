-- $1 = the as-of time
-- $2 = "emotions"
-- $3 = "emotion-distilroberta"
-- $4 = "joy"
-- $5 = "anger"
-- $6 = "love"
-- $7 = "surprise"
-- $8 = "sadness"
-- $9 = "fear"
-- $10 = "0"
with "read" as (
  select
    "analyses"."track_id",
    "analyses"."created_at" as "_event_time",
    "analyses"."id",
    nullif("analyses"."analysis_data"::jsonb -> $2::text, 'null'::jsonb) as "emotions"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text = $3::text
),
"sorted" as (
  select
    "read"."track_id",
    "read"."_event_time",
    "read"."emotions",
    "read"."emotions"::jsonb ->> $4::text as "joy_avg_input"
  from "read"
  order by "read"."track_id", "read"."_event_time" desc, "read"."id" desc
),
"parsed" as (
  select
    "sorted"."track_id",
    "sorted"."_event_time",
    "sorted"."emotions",
    "sorted"."joy_avg_input",
    featstore.to_float64("sorted"."joy_avg_input"::text) as "joy_avg_value"
  from "sorted"
  order by "sorted"."track_id"
),
"grouped" as (
  select
    "parsed"."track_id",
    max("parsed"."_event_time") as "_event_time",
    count(*)::integer as "analyses",
    (array_agg("parsed"."emotions"))[1] as "emotions",
    bool_or(("parsed"."joy_avg_input" is not null) and ("parsed"."joy_avg_value" is null)) as "joy_avg_lost",
    ((sum(featstore.to_be_summed("parsed"."joy_avg_value")) + 0.0) / nullif(count("parsed"."joy_avg_value"), 0))::double precision as "joy_avg"
  from "parsed"
  group by "parsed"."track_id"
),
"inputs" as (
  select
    "grouped"."track_id",
    "grouped"."_event_time",
    "grouped"."analyses",
    "grouped"."joy_avg",
    "grouped"."joy_avg_lost",
    "grouped"."emotions"::jsonb ->> $5::text as "anger_input",
    "grouped"."emotions"::jsonb ->> $4::text as "joy_input",
    "grouped"."emotions"::jsonb ->> $6::text as "love_input",
    "grouped"."emotions"::jsonb ->> $7::text as "surprise_input",
    "grouped"."emotions"::jsonb ->> $8::text as "sadness_input",
    "grouped"."emotions"::jsonb ->> $9::text as "fear_input"
  from "grouped"
  offset 0
),
"parsed_2" as (
  select
    "inputs"."track_id",
    "inputs"."_event_time",
    "inputs"."analyses",
    "inputs"."joy_avg",
    "inputs"."joy_avg_lost",
    "inputs"."anger_input",
    "inputs"."joy_input",
    "inputs"."love_input",
    "inputs"."surprise_input",
    "inputs"."sadness_input",
    "inputs"."fear_input",
    featstore.to_float64("inputs"."anger_input"::text) as "anger_value",
    featstore.to_float64("inputs"."joy_input"::text) as "joy_value",
    featstore.to_float64("inputs"."love_input"::text) as "love_value",
    featstore.to_float64("inputs"."surprise_input"::text) as "surprise_value",
    featstore.to_float64("inputs"."sadness_input"::text) as "sadness_value",
    featstore.to_float64("inputs"."fear_input"::text) as "fear_value"
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
  "parsed_2"."_event_time" at time zone 'UTC' as "_event_time",
  coalesce("parsed_2"."analyses", 0) as "analyses",
  "parsed_2"."anger_value" as "anger",
  case when ("parsed_2"."joy_value" is not null) and ("parsed_2"."joy_value" > $10::double precision) and ("parsed_2"."joy_value" >= "parsed_2"."joy_value") and ("parsed_2"."joy_value" >= "parsed_2"."love_value") and ("parsed_2"."joy_value" >= "parsed_2"."surprise_value") and ("parsed_2"."joy_value" >= "parsed_2"."sadness_value") and ("parsed_2"."joy_value" >= "parsed_2"."anger_value") and ("parsed_2"."joy_value" >= "parsed_2"."fear_value") then $4::text when ("parsed_2"."love_value" is not null) and ("parsed_2"."love_value" > $10::double precision) and ("parsed_2"."love_value" >= "parsed_2"."joy_value") and ("parsed_2"."love_value" >= "parsed_2"."love_value") and ("parsed_2"."love_value" >= "parsed_2"."surprise_value") and ("parsed_2"."love_value" >= "parsed_2"."sadness_value") and ("parsed_2"."love_value" >= "parsed_2"."anger_value") and ("parsed_2"."love_value" >= "parsed_2"."fear_value") then $6::text when ("parsed_2"."surprise_value" is not null) and ("parsed_2"."surprise_value" > $10::double precision) and ("parsed_2"."surprise_value" >= "parsed_2"."joy_value") and ("parsed_2"."surprise_value" >= "parsed_2"."love_value") and ("parsed_2"."surprise_value" >= "parsed_2"."surprise_value") and ("parsed_2"."surprise_value" >= "parsed_2"."sadness_value") and ("parsed_2"."surprise_value" >= "parsed_2"."anger_value") and ("parsed_2"."surprise_value" >= "parsed_2"."fear_value") then $7::text when ("parsed_2"."sadness_value" is not null) and ("parsed_2"."sadness_value" > $10::double precision) and ("parsed_2"."sadness_value" >= "parsed_2"."joy_value") and ("parsed_2"."sadness_value" >= "parsed_2"."love_value") and ("parsed_2"."sadness_value" >= "parsed_2"."surprise_value") and ("parsed_2"."sadness_value" >= "parsed_2"."sadness_value") and ("parsed_2"."sadness_value" >= "parsed_2"."anger_value") and ("parsed_2"."sadness_value" >= "parsed_2"."fear_value") then $8::text when ("parsed_2"."anger_value" is not null) and ("parsed_2"."anger_value" > $10::double precision) and ("parsed_2"."anger_value" >= "parsed_2"."joy_value") and ("parsed_2"."anger_value" >= "parsed_2"."love_value") and ("parsed_2"."anger_value" >= "parsed_2"."surprise_value") and ("parsed_2"."anger_value" >= "parsed_2"."sadness_value") and ("parsed_2"."anger_value" >= "parsed_2"."anger_value") and ("parsed_2"."anger_value" >= "parsed_2"."fear_value") then $5::text when ("parsed_2"."fear_value" is not null) and ("parsed_2"."fear_value" > $10::double precision) and ("parsed_2"."fear_value" >= "parsed_2"."joy_value") and ("parsed_2"."fear_value" >= "parsed_2"."love_value") and ("parsed_2"."fear_value" >= "parsed_2"."surprise_value") and ("parsed_2"."fear_value" >= "parsed_2"."sadness_value") and ("parsed_2"."fear_value" >= "parsed_2"."anger_value") and ("parsed_2"."fear_value" >= "parsed_2"."fear_value") then $9::text end as "dominant",
  "parsed_2"."fear_value" as "fear",
  "parsed_2"."joy_value" as "joy",
  "parsed_2"."joy_avg",
  "parsed_2"."love_value" as "love",
  case when greatest(abs("parsed_2"."joy_value"), abs("parsed_2"."love_value"), abs("parsed_2"."sadness_value"), abs("parsed_2"."anger_value"), abs("parsed_2"."fear_value")) > 1e300 then featstore.subtract(featstore.subtract(featstore.subtract(featstore.add("parsed_2"."joy_value", "parsed_2"."love_value"), "parsed_2"."sadness_value"), "parsed_2"."anger_value"), "parsed_2"."fear_value") else ((("parsed_2"."joy_value" + "parsed_2"."love_value") - "parsed_2"."sadness_value") - "parsed_2"."anger_value") - "parsed_2"."fear_value" end as "polarity",
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
  then array_remove(array[
    case when ("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null) then 'anger'::text end,
    case when (("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null)) or (("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null)) or (("parsed_2"."surprise_input" is not null) and ("parsed_2"."surprise_value" is null)) or (("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null)) or (("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null)) or (("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null)) then 'dominant'::text end,
    case when ("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null) then 'fear'::text end,
    case when ("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null) then 'joy'::text end,
    case when "parsed_2"."joy_avg_lost" then 'joy_avg'::text end,
    case when ("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null) then 'love'::text end,
    case when (("parsed_2"."joy_input" is not null) and ("parsed_2"."joy_value" is null)) or (("parsed_2"."love_input" is not null) and ("parsed_2"."love_value" is null)) or (("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null)) or (("parsed_2"."anger_input" is not null) and ("parsed_2"."anger_value" is null)) or (("parsed_2"."fear_input" is not null) and ("parsed_2"."fear_value" is null)) then 'polarity'::text end,
    case when ("parsed_2"."sadness_input" is not null) and ("parsed_2"."sadness_value" is null) then 'sadness'::text end,
    case when ("parsed_2"."surprise_input" is not null) and ("parsed_2"."surprise_value" is null) then 'surprise'::text end
  ], null) end as "_unparsed"
from "members"
left join "parsed_2" on "parsed_2"."track_id" = "members"."track_id";
