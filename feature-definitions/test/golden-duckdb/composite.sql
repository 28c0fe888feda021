-- $1 = the as-of time
with "grouped" as (
  select
    "sales"."group"::text as "customer",
    "sales"."shop",
    max("sales"."at") as "_event_time",
    sum("sales"."items"::integer)::bigint as "items_2",
    first("sales"."note" order by "sales"."at" desc nulls first, "sales"."id" desc nulls first) as "note"
  from "public"."order" as "sales"
  where "sales"."at" <= ($1::timestamptz at time zone 'UTC')
    and "sales"."group" is not null
    and "sales"."shop" is not null
  group by "sales"."group"::text, "sales"."shop"
)
select
  '' as "_tenant",
  "grouped"."customer",
  "grouped"."shop"::integer as "shop",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."items_2" as "items",
  "grouped"."note"::text as "note",
  null::text[] as "_unparsed"
from "grouped";
