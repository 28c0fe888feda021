-- f1 = scoped_in_shared@1.lateness int32
-- f2 = scoped_in_shared@1.note string
-- f3 = scoped_in_shared@1.orders int32
-- $1 = "Europe/Berlin"
-- $2 = "0"
with "shop_members" as (
  select
    "spine"."_row"
  from "featstore"."spine" as "spine"
  where exists (
    select 1 from "shops"
    where "shops"."shop" = "spine"."shop"
      and ("shops"."opened" <= ("spine"."_as_of" at time zone 'UTC')) is not false
  )
),
"scoped_in_shared_v1" as (
  with "grouped" as (
    select
      "spine"."_row",
      max("shop_orders"."at" at time zone $1::text) as "_event_time",
      max("spine"."_as_of") as "_as_of",
      first("shop_orders"."items" order by ("shop_orders"."at" at time zone $1::text) desc nulls first, "shop_orders"."note"::text desc nulls first, "shop_orders"."id" desc nulls first) as "items",
      first("shop_orders"."note" order by ("shop_orders"."at" at time zone $1::text) desc nulls first, "shop_orders"."note"::text desc nulls first, "shop_orders"."id" desc nulls first) as "note",
      count(*)::integer as "orders"
    from "featstore"."spine" as "spine"
    join (
      select *, "group" as customer from "order"
    ) as "shop_orders" on "shop_orders"."tenant"::text = "spine"."_tenant" and "shop_orders"."shop" = "spine"."shop"
    where ("shop_orders"."at" at time zone $1::text) <= "spine"."_as_of"
      and "shop_orders"."known" <= ("spine"."_as_of" at time zone 'UTC')
      and "shop_orders"."tenant"::text <> ''
    group by "spine"."_row"
  )
  select
    "grouped"."_row",
    "grouped"."_event_time",
    "grouped"."_as_of",
    "grouped"."note",
    "grouped"."orders",
    coalesce("grouped"."items"::integer, $2::integer) as "value"
  from "grouped"
)
select
  "spine"."_row",
  case when "shop_members"."_row" is not null then "scoped_in_shared_v1"."_event_time"::timestamptz end as "_event_time_1",
  case when "shop_members"."_row" is not null then "scoped_in_shared_v1"."value"::integer end as "f1",
  case when "shop_members"."_row" is not null then "scoped_in_shared_v1"."note"::text end as "f2",
  case when "shop_members"."_row" is not null then coalesce("scoped_in_shared_v1"."orders", 0) end as "f3"
from "featstore"."spine" as "spine"
left join "shop_members" on "shop_members"."_row" = "spine"."_row"
left join "scoped_in_shared_v1" on "scoped_in_shared_v1"."_row" = "spine"."_row"
order by "spine"."_row";
