-- $1 = the as-of time
-- $2 = "$.\"score\""
-- $3 = "none"
with "inputs" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."note",
    "orders"."paid",
    "orders"."rating",
    "orders"."id",
    try(json_extract_string("orders"."data"::text, $2::text)) as "score_input"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
),
"parsed" as (
  select
    "inputs"."customer",
    "inputs"."_event_time",
    "inputs"."note",
    "inputs"."paid",
    "inputs"."rating",
    "inputs"."id",
    "inputs"."score_input",
    featstore.to_float64("inputs"."score_input"::text) as "score_value"
  from "inputs"
),
"grouped" as (
  select
    "parsed"."customer",
    max("parsed"."_event_time") as "_event_time",
    first("parsed"."note"::text order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."note"::text is not null) as "known_note",
    first("parsed"."note" order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) as "note",
    count(*)::integer as "orders",
    first("parsed"."note" order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."paid"::boolean) as "paid_fallback_note",
    max("parsed"."_event_time") filter (where "parsed"."paid"::boolean) as "paid_fallback_time",
    sum(featstore.to_be_summed("parsed"."rating"::double))::double / nullif(count("parsed"."rating"), 0) as "rating_avg",
    bool_or(("parsed"."score_input" is not null) and ("parsed"."score_value" is null)) as "score_lost",
    first("parsed"."score_value"::bit order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."score_value" is not null)::double as "score"
  from "parsed"
  group by "parsed"."customer"
)
select
  '' as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."known_note"::text as "known_note",
  "grouped"."note"::text as "note",
  case when "grouped"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '168 hours') then "grouped"."note"::text end as "note_7d",
  "grouped"."orders",
  case when "grouped"."paid_fallback_time" is not null then coalesce("grouped"."paid_fallback_note"::text, $3::text) end as "paid_fallback",
  "grouped"."paid_fallback_note"::text as "paid_note",
  "grouped"."rating_avg",
  "grouped"."score"::double as "score",
  case when "grouped"."score_lost" then ['score'] end as "_unparsed"
from "grouped";
