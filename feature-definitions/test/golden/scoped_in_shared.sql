-- $1 = the as-of time
-- $2 = "Europe/Berlin"
-- $3 = "0"
with "sorted" as (
  select
    "shop_orders"."tenant"::text as "_tenant",
    "shop_orders"."shop",
    "shop_orders"."at" at time zone $2::text as "_event_time",
    "shop_orders"."items",
    "shop_orders"."note"
  from (
    select *, "group" as customer from "order"
  ) as "shop_orders"
  where ("shop_orders"."at" at time zone $2::text) <= $1::timestamptz
    and "shop_orders"."known" <= ($1::timestamptz at time zone 'UTC')
    and "shop_orders"."shop" is not null
    and "shop_orders"."tenant"::text <> ''::text
  order by "shop_orders"."tenant"::text, "shop_orders"."shop", ("shop_orders"."at" at time zone $2::text) desc, "shop_orders"."note"::text collate "C" desc, "shop_orders"."id" desc
),
"grouped" as (
  select
    "sorted"."_tenant",
    "sorted"."shop",
    max("sorted"."_event_time") as "_event_time",
    (array_agg("sorted"."items"))[1] as "items",
    (array_agg("sorted"."note"))[1] as "note",
    count(*)::integer as "orders"
  from "sorted"
  group by "sorted"."_tenant", "sorted"."shop"
),
"rows" as (
  select
    "grouped"."_tenant",
    "grouped"."shop",
    "grouped"."_event_time",
    "grouped"."note",
    "grouped"."orders",
    coalesce("grouped"."items"::integer, $3::integer) as "value"
  from "grouped"
),
"members" as (
  select distinct
    "shops"."shop"
  from "shops"
  where ("shops"."opened" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "shops"."shop" is not null
),
"entities" as (
  select
    ''::text as "_tenant",
    "members"."shop"
  from "members"
  union all
  select
    "rows"."_tenant",
    "members"."shop"
  from "members"
  join "rows" on "rows"."shop" = "members"."shop"
)
select
  "entities"."_tenant",
  "entities"."shop"::integer as "shop",
  "rows"."_event_time"::timestamptz as "_event_time",
  "rows"."value"::integer as "lateness",
  "rows"."note"::text as "note",
  coalesce("rows"."orders", 0) as "orders",
  null::text[] as "_unparsed"
from "entities"
left join "rows" on "rows"."_tenant" = "entities"."_tenant" and "rows"."shop" = "entities"."shop";
