-- f1 = scoped_in_shared@1.lateness int32
-- f2 = scoped_in_shared@1.note string
-- f3 = scoped_in_shared@1.orders int32
-- :p1 = "Europe/Berlin"
-- :p2 = "0"
with `shop_members` as (
  select
    `spine`.`_row`
  from `featstore`.`spine` as `spine`
  where exists (
    select 1 from `shops`
    where `shops`.`shop` = `spine`.`shop`
      and (`shops`.`opened` <= cast(`spine`.`_as_of` as timestamp_ntz)) is not false
  )
),
`scoped_in_shared_v1` as (
  with `grouped` as (
    select
      `spine`.`_row`,
      max(featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p1::string)) as `_event_time`,
      max(`spine`.`_as_of`) as `_as_of`,
      max_by(`shop_orders`.`items`, struct(featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p1::string) is null, featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p1::string), `shop_orders`.`note`::string is null, `shop_orders`.`note`::string, `shop_orders`.`id` is null, `shop_orders`.`id`)) as `items`,
      max_by(`shop_orders`.`note`, struct(featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p1::string) is null, featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p1::string), `shop_orders`.`note`::string is null, `shop_orders`.`note`::string, `shop_orders`.`id` is null, `shop_orders`.`id`)) as `note`,
      count(*)::int as `orders`
    from `featstore`.`spine` as `spine`
    join (
      select *, "group" as customer from "order"
    ) as `shop_orders` on `shop_orders`.`tenant`::string = `spine`.`_tenant` and `shop_orders`.`shop` = `spine`.`shop`
    where featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p1::string) <= `spine`.`_as_of`
      and `shop_orders`.`known` <= cast(`spine`.`_as_of` as timestamp_ntz)
      and `shop_orders`.`tenant`::string <> ''
    group by `spine`.`_row`
  )
  select
    `grouped`.`_row`,
    `grouped`.`_event_time`,
    `grouped`.`_as_of`,
    `grouped`.`note`,
    `grouped`.`orders`,
    coalesce(`grouped`.`items`::int, :p2::int) as `value`
  from `grouped`
)
select
  `spine`.`_row`,
  case when `shop_members`.`_row` is not null then `scoped_in_shared_v1`.`_event_time`::timestamp end as `_event_time_1`,
  case when `shop_members`.`_row` is not null then `scoped_in_shared_v1`.`value`::int end as `f1`,
  case when `shop_members`.`_row` is not null then `scoped_in_shared_v1`.`note`::string end as `f2`,
  case when `shop_members`.`_row` is not null then coalesce(`scoped_in_shared_v1`.`orders`, 0) end as `f3`
from `featstore`.`spine` as `spine`
left join `shop_members` on `shop_members`.`_row` = `spine`.`_row`
left join `scoped_in_shared_v1` on `scoped_in_shared_v1`.`_row` = `spine`.`_row`
order by `spine`.`_row` nulls last;
