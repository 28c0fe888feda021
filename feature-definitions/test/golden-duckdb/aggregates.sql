-- $1 = the as-of time
-- $2 = "$.\"score\""
-- $3 = "test"
with "inputs" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."cents",
    "orders"."note",
    "orders"."items",
    "orders"."at",
    "orders"."shipped_at",
    "orders"."paid",
    "orders"."rating",
    "orders"."total",
    "orders"."weight",
    "orders"."id",
    try(json_extract_string("orders"."data"::text, $2::text)) as "score_avg_input"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
    and "orders"."note"::text <> $3::text
),
"parsed" as (
  select
    "inputs"."customer",
    "inputs"."_event_time",
    "inputs"."cents",
    "inputs"."note",
    "inputs"."items",
    "inputs"."at",
    "inputs"."shipped_at",
    "inputs"."paid",
    "inputs"."rating",
    "inputs"."total",
    "inputs"."weight",
    "inputs"."id",
    "inputs"."score_avg_input",
    featstore.to_float64("inputs"."score_avg_input"::text) as "score_avg_value"
  from "inputs"
),
"grouped" as (
  select
    "parsed"."customer",
    max("parsed"."_event_time") as "_event_time",
    try_cast(sum("parsed"."cents"::bigint) as decimal(38, 10)) as "cents_2",
    min("parsed"."note"::text) as "first_note",
    sum("parsed"."items"::integer)::bigint as "items_2",
    max(("parsed"."at" at time zone 'UTC')) as "last_at",
    max("parsed"."shipped_at"::timestamptz) as "last_shipped",
    count("parsed"."note"::text) filter (where "parsed"."paid"::boolean)::integer as "noted",
    count(distinct "parsed"."note"::text)::integer as "notes",
    count(*)::integer as "orders",
    count(*) filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '168 hours'))::integer as "orders_7d",
    count(*) filter (where "parsed"."paid"::boolean)::integer as "paid_share",
    sum(featstore.to_be_summed("parsed"."rating"::double))::double / nullif(count("parsed"."rating"), 0) as "rating_avg",
    sqrt(covar_samp(featstore.to_be_squared("parsed"."rating"::double), featstore.to_be_squared("parsed"."rating"::double))) as "rating_deviation",
    sum(featstore.to_be_summed("parsed"."rating"::double))::double as "rating_sum",
    bool_or(("parsed"."score_avg_input" is not null) and ("parsed"."score_avg_value" is null)) as "score_avg_lost",
    sum(featstore.to_be_summed("parsed"."score_avg_value"))::double / nullif(count("parsed"."score_avg_value"), 0) as "score_avg",
    sum(try_cast("parsed"."total" as decimal(38, 10))) as "total_2",
    sum("parsed"."weight"::real) filter (where "parsed"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '36 hours'))::double as "weight_sum"
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
  "grouped"."cents_2" as "cents",
  "grouped"."first_note",
  "grouped"."items_2" as "items",
  "grouped"."last_at",
  "grouped"."last_shipped",
  coalesce("grouped"."noted", 0) as "noted",
  coalesce("grouped"."notes", 0) as "notes",
  coalesce("grouped"."orders", 0) as "orders",
  coalesce("grouped"."orders_7d", 0) as "orders_7d",
  featstore.finite(coalesce("grouped"."paid_share", 0)::double / coalesce("grouped"."orders", 0)::double) as "paid_share",
  "grouped"."rating_avg",
  "grouped"."rating_deviation",
  "grouped"."rating_sum",
  "grouped"."score_avg",
  "grouped"."total_2" as "total",
  "grouped"."weight_sum",
  case when "grouped"."score_avg_lost" then ['score_avg'] end as "_unparsed"
from "members"
left join "grouped" on "grouped"."customer" = "members"."customer";
