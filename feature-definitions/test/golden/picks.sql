-- $1 = the as-of time
-- $2 = "score"
-- $3 = "none"
with "sorted" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."note",
    "orders"."paid",
    "orders"."rating",
    "orders"."data"::jsonb ->> $2::text as "score_input"
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
    "sorted"."rating",
    "sorted"."score_input",
    featstore.to_float64("sorted"."score_input"::text) as "score_value"
  from "sorted"
  order by "sorted"."customer"
),
"grouped" as (
  select
    "parsed"."customer",
    max("parsed"."_event_time") as "_event_time",
    (array_agg("parsed"."note"::text) filter (where "parsed"."note"::text is not null))[1] as "known_note",
    (array_agg("parsed"."note"))[1] as "note",
    count(*)::integer as "orders",
    (array_agg("parsed"."note") filter (where "parsed"."paid"::boolean))[1] as "paid_fallback_note",
    max("parsed"."_event_time") filter (where "parsed"."paid"::boolean) as "paid_fallback_time",
    ((sum(featstore.to_be_summed("parsed"."rating")) + 0.0) / nullif(count("parsed"."rating"), 0))::double precision as "rating_avg",
    bool_or(("parsed"."score_input" is not null) and ("parsed"."score_value" is null)) as "score_lost",
    (array_agg("parsed"."score_value") filter (where "parsed"."score_value" is not null))[1] as "score"
  from "parsed"
  group by "parsed"."customer"
)
select
  ''::text as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."known_note"::text as "known_note",
  "grouped"."note"::text as "note",
  case when "grouped"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '168 hours') then "grouped"."note"::text end as "note_7d",
  "grouped"."orders",
  case when "grouped"."paid_fallback_time" is not null then coalesce("grouped"."paid_fallback_note"::text, $3::text) end as "paid_fallback",
  "grouped"."paid_fallback_note"::text as "paid_note",
  "grouped"."rating_avg",
  "grouped"."score"::double precision as "score",
  case when "grouped"."score_lost" then array['score'::text] end as "_unparsed"
from "grouped";
