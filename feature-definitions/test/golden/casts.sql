-- $1 = the as-of time
-- $2 = "score"
-- $3 = "tags"
-- $4 = "when"
-- $5 = "0"
with "latest" as (
  select distinct on ("orders"."group"::text)
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
  order by "orders"."group"::text, "orders"."at" desc, "orders"."id" desc
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
    "latest"."rating"::double precision as "rounded_input",
    "latest"."data"::jsonb ->> $2::text as "score_input",
    case when "latest"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '168 hours') then "latest"."data"::jsonb ->> $2::text end as "score_7d_input",
    "latest"."data"::jsonb ->> $2::text as "strict_score_input",
    nullif("latest"."data"::jsonb -> $3::text, 'null'::jsonb) as "tags_input",
    "latest"."data"::jsonb ->> $4::text as "told_at_input"
  from "latest"
  offset 0
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
    featstore.to_int32("inputs"."note_number_input"::text) as "note_number_value",
    featstore.to_int32("inputs"."rounded_input"::double precision) as "rounded_value",
    featstore.to_float64("inputs"."score_input"::text) as "score_value",
    featstore.to_float64("inputs"."score_7d_input"::text) as "score_7d_value",
    featstore.to_float64("inputs"."strict_score_input"::text) as "strict_score_value",
    featstore.to_text_array("inputs"."tags_input"::jsonb) as "tags_value",
    featstore.to_timestamp("inputs"."told_at_input"::text) as "told_at_value"
  from "inputs"
  offset 0
)
select
  ''::text as "_tenant",
  "parsed"."customer",
  "parsed"."_event_time" at time zone 'UTC' as "_event_time",
  ("parsed"."due"::date::timestamp at time zone 'UTC') as "due_at",
  nullif(featstore.element("parsed"."data"::jsonb -> $3::text, 0), 'null'::jsonb) as "first_tag",
  case when "parsed"."paid"::boolean then "parsed"."score_value" end as "guarded",
  "parsed"."note_json_value" as "note_json",
  "parsed"."note_number_value" as "note_number",
  "parsed"."rounded_value" as "rounded",
  "parsed"."score_value" as "score",
  "parsed"."score_7d_value" as "score_7d",
  coalesce("parsed"."score_value", $5::double precision) as "score_or_zero",
  "parsed"."data"::jsonb ->> $2::text as "score_text",
  (("parsed"."at" at time zone 'UTC') at time zone 'UTC')::date as "sold_on",
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
  then array_remove(array[
    case when "parsed"."paid"::boolean and (("parsed"."score_input" is not null) and ("parsed"."score_value" is null)) then 'guarded'::text end,
    case when ("parsed"."note_json_input" is not null) and ("parsed"."note_json_value" is null) then 'note_json'::text end,
    case when ("parsed"."note_number_input" is not null) and ("parsed"."note_number_value" is null) then 'note_number'::text end,
    case when ("parsed"."rounded_input" is not null) and ("parsed"."rounded_value" is null) then 'rounded'::text end,
    case when ("parsed"."score_input" is not null) and ("parsed"."score_value" is null) then 'score'::text end,
    case when ("parsed"."score_7d_input" is not null) and ("parsed"."score_7d_value" is null) then 'score_7d'::text end,
    case when ("parsed"."score_input" is not null) and ("parsed"."score_value" is null) then 'score_or_zero'::text end,
    case when ("parsed"."strict_score_input" is not null) and ("parsed"."strict_score_value" is null) then 'strict_score'::text end,
    case when ("parsed"."tags_input" is not null) and ("parsed"."tags_value" is null) then 'tags'::text end,
    case when ("parsed"."told_at_input" is not null) and ("parsed"."told_at_value" is null) then 'told_at'::text end
  ], null) end as "_unparsed"
from "parsed";
