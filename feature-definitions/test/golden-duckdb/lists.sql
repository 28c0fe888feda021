-- $1 = the as-of time
-- $2 = "$.\"score\""
with "inputs" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."note",
    "orders"."paid",
    "orders"."items",
    "orders"."id",
    try(json_extract_string("orders"."data"::text, $2::text)) as "scores_input"
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
    "inputs"."items",
    "inputs"."id",
    "inputs"."scores_input",
    featstore.to_float64("inputs"."scores_input"::text) as "scores_value"
  from "inputs"
),
"grouped" as (
  select
    "parsed"."customer",
    max("parsed"."_event_time") as "_event_time",
    first("parsed"."note"::text order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."note"::text is not null) as "note_2",
    (list("parsed"."note"::text order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."note"::text is not null))[1:3] as "notes",
    count(*)::integer as "orders",
    (list("parsed"."items"::integer::double order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where ("parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) and "parsed"."paid"::boolean and ("parsed"."items"::integer is not null)))[1:100] as "paid_items_7d",
    bool_or(("parsed"."scores_input" is not null) and ("parsed"."scores_value" is null)) as "scores_lost",
    (list("parsed"."scores_value" order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."scores_value" is not null))[1:10] as "scores_2"
  from "parsed"
  group by "parsed"."customer"
),
"members" as (
  select
    "customers"."group"::text as "customer"
  from "customers"
  where ("customers"."opened" <= $1::timestamptz) is not false
    and "customers"."group" is not null
)
select
  '' as "_tenant",
  "members"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."note_2"::text as "note",
  "grouped"."notes",
  coalesce("grouped"."orders", 0) as "orders",
  list_reverse("grouped"."paid_items_7d") as "paid_items_7d",
  list_reverse("grouped"."scores_2") as "scores",
  case when "grouped"."scores_lost" then ['scores'] end as "_unparsed"
from "members"
left join "grouped" on "grouped"."customer" = "members"."customer";
