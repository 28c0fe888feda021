-- $1 = the as-of time
-- $2 = "score"
with "sorted" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."note",
    "orders"."paid",
    "orders"."items",
    "orders"."data"::jsonb ->> $2::text as "scores_input"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  order by "orders"."group"::text, "orders"."at" desc, "orders"."id" desc
),
"parsed" as (
  select
    "sorted"."customer",
    "sorted"."_event_time",
    "sorted"."note",
    "sorted"."paid",
    "sorted"."items",
    "sorted"."scores_input",
    featstore.to_float64("sorted"."scores_input"::text) as "scores_value"
  from "sorted"
  order by "sorted"."customer"
),
"grouped" as (
  select
    "parsed"."customer",
    max("parsed"."_event_time") as "_event_time",
    (array_agg("parsed"."note"::text) filter (where "parsed"."note"::text is not null))[1] as "note_2",
    (array_agg("parsed"."note"::text) filter (where "parsed"."note"::text is not null))[1:3] as "notes",
    count(*)::integer as "orders",
    (array_agg("parsed"."items"::integer::double precision) filter (where ("parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) and "parsed"."paid"::boolean and ("parsed"."items"::integer is not null)))[1:100] as "paid_items_7d",
    bool_or(("parsed"."scores_input" is not null) and ("parsed"."scores_value" is null)) as "scores_lost",
    (array_agg("parsed"."scores_value") filter (where "parsed"."scores_value" is not null))[1:10] as "scores_2"
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
  ''::text as "_tenant",
  "members"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."note_2"::text as "note",
  "grouped"."notes",
  coalesce("grouped"."orders", 0) as "orders",
  case when "grouped"."paid_items_7d" is not null then array(select "grouped"."paid_items_7d"["place"] from generate_series(cardinality("grouped"."paid_items_7d"), 1, -1) as "place") end as "paid_items_7d",
  case when "grouped"."scores_2" is not null then array(select "grouped"."scores_2"["place"] from generate_series(cardinality("grouped"."scores_2"), 1, -1) as "place") end as "scores",
  case when "grouped"."scores_lost" then array['scores'::text] end as "_unparsed"
from "members"
left join "grouped" on "grouped"."customer" = "members"."customer";
