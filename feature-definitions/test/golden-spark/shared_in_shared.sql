-- :p1 = the as-of time
-- :p2 = "Europe/Berlin"
-- :p3 = "0"
with `grouped` as (
  select
    `shop_orders`.`shop`,
    max(featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p2::string)) as `_event_time`,
    max_by(`shop_orders`.`items`, struct(featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p2::string) is null, featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p2::string), `shop_orders`.`note`::string is null, `shop_orders`.`note`::string, `shop_orders`.`id` is null, `shop_orders`.`id`)) as `items`,
    max_by(`shop_orders`.`note`, struct(featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p2::string) is null, featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p2::string), `shop_orders`.`note`::string is null, `shop_orders`.`note`::string, `shop_orders`.`id` is null, `shop_orders`.`id`)) as `note`,
    count(*)::int as `orders`
  from (
    select *, "group" as customer from "order"
  ) as `shop_orders`
  where featstore_instant_of(cast(`shop_orders`.`at` as timestamp), :p2::string) <= :p1::timestamp
    and `shop_orders`.`known` <= cast(:p1::timestamp as timestamp_ntz)
    and `shop_orders`.`shop` is not null
  group by `shop_orders`.`shop`
),
`rows` as (
  select
    `grouped`.`shop`,
    `grouped`.`_event_time`,
    `grouped`.`note`,
    `grouped`.`orders`,
    coalesce(`grouped`.`items`::int, :p3::int) as `value`
  from `grouped`
),
`members` as (
  select distinct
    `shops`.`shop`
  from `shops`
  where (`shops`.`opened` <= cast(:p1::timestamp as timestamp_ntz)) is not false
    and `shops`.`shop` is not null
)
select
  '' as `_tenant`,
  `members`.`shop`::int as `shop`,
  `rows`.`_event_time`::timestamp as `_event_time`,
  `rows`.`value`::int as `lateness`,
  `rows`.`note`::string as `note`,
  coalesce(`rows`.`orders`, 0) as `orders`,
  null::array<string> as `_unparsed`
from `members`
left join `rows` on `rows`.`shop` = `members`.`shop`;
