-- :p1 = the as-of time
with `grouped` as (
  select
    `orders`.`group`::string as `customer`,
    max(`orders`.`at`) as `_event_time`,
    max_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `note`,
    size(collect_set(`orders`.`note`::string)) as `notes`,
    count(*)::int as `orders`
  from `order` as `orders`
  where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `orders`.`group` is not null
  group by `orders`.`group`::string
)
select
  '' as `_tenant`,
  `grouped`.`customer`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`note`::string as `note`,
  `grouped`.`notes`,
  `grouped`.`orders`,
  null::array<string> as `_unparsed`
from `grouped`;
