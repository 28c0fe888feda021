-- $1 = the as-of time
-- $2 = "$.\"score\""
-- $3 = "$.\"tags\""
-- $4 = "$.\"tags#\""
-- $5 = "$.\"when\""
-- $6 = "$.\"when#\""
-- $7 = "$.\"tags\"[0]"
-- $8 = "$.\"tags#\"[0]"
-- $9 = "0"
-- $10 = "$.\"score#\""
with "latest" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."due",
    "orders"."data",
    "orders"."paid",
    "orders"."note",
    "orders"."rating",
    "orders"."at"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  qualify row_number() over (partition by "orders"."group"::text order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) = 1
),
"inputs" as (
  select
    "latest"."customer",
    "latest"."_event_time",
    "latest"."due",
    "latest"."data",
    "latest"."paid",
    "latest"."at",
    "latest"."note"::text as "note_json_input",
    "latest"."note"::text as "note_number_input",
    "latest"."rating"::double as "rounded_input",
    try(json_extract_string("latest"."data"::text, $2::text)) as "score_input",
    case when "latest"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '168 hours') then try(json_extract_string("latest"."data"::text, $2::text)) end as "score_7d_input",
    try(json_extract_string("latest"."data"::text, $2::text)) as "strict_score_input",
    featstore.json_at("latest"."data"::text, $3::text, $4::text) as "tags_input",
    featstore.json_text("latest"."data"::text, $5::text, $6::text) as "told_at_input"
  from "latest"
),
"parsed" as (
  select
    "inputs"."customer",
    "inputs"."_event_time",
    "inputs"."due",
    "inputs"."data",
    "inputs"."paid",
    "inputs"."at",
    "inputs"."note_json_input",
    "inputs"."note_number_input",
    "inputs"."rounded_input",
    "inputs"."score_input",
    "inputs"."score_7d_input",
    "inputs"."strict_score_input",
    "inputs"."tags_input",
    "inputs"."told_at_input",
    featstore.to_json("inputs"."note_json_input"::text) as "note_json_value",
    try(featstore.to_int64("inputs"."note_number_input"::text)::integer) as "note_number_value",
    try_cast(round("inputs"."rounded_input"::double) as integer) as "rounded_value",
    featstore.to_float64("inputs"."score_input"::text) as "score_value",
    featstore.to_float64("inputs"."score_7d_input"::text) as "score_7d_value",
    featstore.to_float64("inputs"."strict_score_input"::text) as "strict_score_value",
    featstore.to_text_array("inputs"."tags_input"::text) as "tags_value",
    featstore.to_timestamp("inputs"."told_at_input"::text) as "told_at_value"
  from "inputs"
)
select
  '' as "_tenant",
  "parsed"."customer",
  "parsed"."_event_time" at time zone 'UTC' as "_event_time",
  make_timestamptz(epoch_us(try_cast("parsed"."due"::date as timestamp))) as "due_at",
  featstore.json_at("parsed"."data"::text, $7::text, $8::text) as "first_tag",
  case when "parsed"."paid"::boolean then "parsed"."score_value" end as "guarded",
  "parsed"."note_json_value" as "note_json",
  "parsed"."note_number_value" as "note_number",
  "parsed"."rounded_value" as "rounded",
  "parsed"."score_value" as "score",
  "parsed"."score_7d_value" as "score_7d",
  coalesce("parsed"."score_value", $9::double) as "score_or_zero",
  featstore.json_text("parsed"."data"::text, $2::text, $10::text) as "score_text",
  make_timestamp(epoch_us(("parsed"."at" at time zone 'UTC')))::date as "sold_on",
  "parsed"."strict_score_value" as "strict_score",
  "parsed"."tags_value" as "tags",
  "parsed"."told_at_value" as "told_at",
  case when ("parsed"."paid"::boolean and (("parsed"."score_input" is not null) and ("parsed"."score_value" is null)))
    or (("parsed"."note_json_input" is not null) and ("parsed"."note_json_value" is null))
    or (("parsed"."note_number_input" is not null) and ("parsed"."note_number_value" is null))
    or (("parsed"."rounded_input" is not null) and ("parsed"."rounded_value" is null))
    or (("parsed"."score_input" is not null) and ("parsed"."score_value" is null))
    or (("parsed"."score_7d_input" is not null) and ("parsed"."score_7d_value" is null))
    or (("parsed"."score_input" is not null) and ("parsed"."score_value" is null))
    or (("parsed"."strict_score_input" is not null) and ("parsed"."strict_score_value" is null))
    or (("parsed"."tags_input" is not null) and ("parsed"."tags_value" is null))
    or (("parsed"."told_at_input" is not null) and ("parsed"."told_at_value" is null))
  then list_filter([
    case when "parsed"."paid"::boolean and (("parsed"."score_input" is not null) and ("parsed"."score_value" is null)) then 'guarded' end,
    case when ("parsed"."note_json_input" is not null) and ("parsed"."note_json_value" is null) then 'note_json' end,
    case when ("parsed"."note_number_input" is not null) and ("parsed"."note_number_value" is null) then 'note_number' end,
    case when ("parsed"."rounded_input" is not null) and ("parsed"."rounded_value" is null) then 'rounded' end,
    case when ("parsed"."score_input" is not null) and ("parsed"."score_value" is null) then 'score' end,
    case when ("parsed"."score_7d_input" is not null) and ("parsed"."score_7d_value" is null) then 'score_7d' end,
    case when ("parsed"."score_input" is not null) and ("parsed"."score_value" is null) then 'score_or_zero' end,
    case when ("parsed"."strict_score_input" is not null) and ("parsed"."strict_score_value" is null) then 'strict_score' end,
    case when ("parsed"."tags_input" is not null) and ("parsed"."tags_value" is null) then 'tags' end,
    case when ("parsed"."told_at_input" is not null) and ("parsed"."told_at_value" is null) then 'told_at' end
  ], lambda name: name is not null) end as "_unparsed"
from "parsed";
