-- $1 = the as-of time
-- $2 = "4"
-- $3 = "7"
-- $4 = "1.5"
with "grouped" as (
  select
    "orders"."group"::text as "customer",
    max("orders"."at") as "_event_time",
    bool_or("orders"."paid"::boolean) as "any_paid",
    quantile_cont("orders"."cents"::bigint::double, 0.95) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) and "orders"."paid"::boolean) as "cents_p95_7d",
    bool_and("orders"."rating"::double >= $2::double) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) as "every_rated",
    first("orders"."note" order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '204 hours')) and ("orders"."at" <= (($1::timestamptz at time zone 'UTC') - interval '36 hours'))) as "note_before_note",
    count(*) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '336 hours')) and ("orders"."at" <= (($1::timestamptz at time zone 'UTC') - interval '168 hours')))::integer as "orders_before",
    count(*) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours'))::integer as "orders_change",
    quantile_cont("orders"."rating"::double, 0.5) + 0 as "rating_median",
    covar_samp(featstore.to_be_squared("orders"."rating"::double), featstore.to_be_squared("orders"."rating"::double)) as "rating_variance",
    sum(try_cast("orders"."total" as decimal(38, 10))) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '36 hours')) as "total_per_day",
    list_mode(list_sort(list("orders"."items"::integer) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '720 hours')))) as "usual_items",
    list_mode(list_sort(list("orders"."note"::text))) as "usual_note"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  group by "orders"."group"::text
)
select
  '' as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."any_paid",
  "grouped"."cents_p95_7d",
  "grouped"."every_rated",
  "grouped"."note_before_note"::text as "note_before",
  "grouped"."orders_before",
  try("grouped"."orders_change" - "grouped"."orders_before") as "orders_change",
  featstore.finite("grouped"."orders_change"::double / $3::double) as "orders_per_day",
  "grouped"."rating_median",
  "grouped"."rating_variance",
  featstore.finite("grouped"."total_per_day"::double / $4::double) as "total_per_day",
  "grouped"."usual_items",
  "grouped"."usual_note",
  case when ("grouped"."total_per_day" is not null) and ("grouped"."total_per_day"::double is null) then ['total_per_day'] end as "_unparsed"
from "grouped";
