-- $1 = the as-of time
-- $2 = "Europe/Berlin"
-- $3 = "0"
with "grouped" as (
  select
    "shop_orders"."shop",
    max("shop_orders"."at" at time zone $2::text) as "_event_time",
    first("shop_orders"."items" order by ("shop_orders"."at" at time zone $2::text) desc nulls first, "shop_orders"."note"::text desc nulls first, "shop_orders"."id" desc nulls first) as "items",
    first("shop_orders"."note" order by ("shop_orders"."at" at time zone $2::text) desc nulls first, "shop_orders"."note"::text desc nulls first, "shop_orders"."id" desc nulls first) as "note",
    count(*)::integer as "orders"
  from (
    select *, "group" as customer from "order"
  ) as "shop_orders"
  where ("shop_orders"."at" at time zone $2::text) <= $1::timestamptz
    and "shop_orders"."known" <= ($1::timestamptz at time zone 'UTC')
    and "shop_orders"."shop" is not null
  group by "shop_orders"."shop"
),
"rows" as (
  select
    "grouped"."shop",
    "grouped"."_event_time",
    "grouped"."note",
    "grouped"."orders",
    coalesce("grouped"."items"::integer, $3::integer) as "value"
  from "grouped"
),
"members" as (
  select distinct
    "shops"."tenant"::text as "_tenant",
    "shops"."shop"
  from "shops"
  where ("shops"."opened" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "shops"."shop" is not null
    and "shops"."tenant"::text <> ''
)
select
  "members"."_tenant",
  "members"."shop"::integer as "shop",
  "rows"."_event_time"::timestamptz as "_event_time",
  "rows"."value"::integer as "lateness",
  "rows"."note"::text as "note",
  coalesce("rows"."orders", 0) as "orders",
  null::text[] as "_unparsed"
from "members"
left join "rows" on "rows"."shop" = "members"."shop";
