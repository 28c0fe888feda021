-- $1 = the as-of time
with "sorted" as (
  select
    "sales"."group"::text as "customer",
    "sales"."shop",
    "sales"."at" as "_event_time",
    "sales"."items",
    "sales"."note"
  from "public"."order" as "sales"
  where "sales"."at" <= ($1::timestamptz at time zone 'UTC')
    and "sales"."group" is not null
    and "sales"."shop" is not null
  order by "sales"."group"::text, "sales"."shop", "sales"."at" desc, "sales"."id" desc
),
"grouped" as (
  select
    "sorted"."customer",
    "sorted"."shop",
    max("sorted"."_event_time") as "_event_time",
    sum("sorted"."items")::bigint as "items_2",
    (array_agg("sorted"."note"))[1] as "note"
  from "sorted"
  group by "sorted"."customer", "sorted"."shop"
)
select
  ''::text as "_tenant",
  "grouped"."customer",
  "grouped"."shop"::integer as "shop",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."items_2" as "items",
  "grouped"."note"::text as "note",
  null::text[] as "_unparsed"
from "grouped";
