-- $1 = the as-of time
-- $2 = "0.95"
-- $3 = "4"
-- $4 = "0.5"
-- $5 = "7"
-- $6 = "1.5"
with "grouped" as (
  select
    "orders"."group"::text as "customer",
    max("orders"."at") as "_event_time",
    bool_or("orders"."paid"::boolean) as "any_paid",
    percentile_cont($2::double precision) within group (order by "orders"."cents"::bigint::double precision) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) and "orders"."paid"::boolean) as "cents_p95_7d",
    bool_and("orders"."rating"::double precision >= $3::double precision) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) as "every_rated",
    (array_agg("orders"."note" order by "orders"."at" desc, "orders"."id" desc) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '204 hours')) and ("orders"."at" <= (($1::timestamptz at time zone 'UTC') - interval '36 hours'))))[1] as "note_before_note",
    count(*) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '336 hours')) and ("orders"."at" <= (($1::timestamptz at time zone 'UTC') - interval '168 hours')))::integer as "orders_before",
    count(*) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours'))::integer as "orders_change",
    percentile_cont($4::double precision) within group (order by "orders"."rating"::double precision) + 0 as "rating_median",
    var_samp(featstore.to_be_squared("orders"."rating")) as "rating_variance",
    sum(featstore.to_be_summed("orders"."total")) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '36 hours'))::numeric as "total_per_day",
    mode() within group (order by "orders"."items"::integer) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '720 hours')) as "usual_items",
    mode() within group (order by "orders"."note"::text collate "C") as "usual_note"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  group by "orders"."group"::text
)
select
  ''::text as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."any_paid",
  "grouped"."cents_p95_7d",
  "grouped"."every_rated",
  "grouped"."note_before_note"::text as "note_before",
  "grouped"."orders_before",
  featstore.subtract("grouped"."orders_change", "grouped"."orders_before") as "orders_change",
  "grouped"."orders_change"::double precision / nullif($5::double precision, 0) as "orders_per_day",
  "grouped"."rating_median",
  "grouped"."rating_variance",
  featstore.divide(featstore.to_float64("grouped"."total_per_day"), $6::double precision) as "total_per_day",
  "grouped"."usual_items",
  "grouped"."usual_note",
  case when ("grouped"."total_per_day" is not null) and (featstore.to_float64("grouped"."total_per_day") is null) then array['total_per_day'::text] end as "_unparsed"
from "grouped";
