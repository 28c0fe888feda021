-- :p1 = the as-of time
with `grouped` as (
  select
    `sales`.`group`::string as `customer`,
    `sales`.`shop`,
    max(`sales`.`at`) as `_event_time`,
    sum(`sales`.`items`::int)::bigint as `items_2`,
    max_by(`sales`.`note`, struct(`sales`.`at` is null, `sales`.`at`, `sales`.`id` is null, `sales`.`id`)) as `note`
  from `public`.`order` as `sales`
  where `sales`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `sales`.`group` is not null
    and `sales`.`shop` is not null
  group by `sales`.`group`::string, `sales`.`shop`
)
select
  '' as `_tenant`,
  `grouped`.`customer`,
  `grouped`.`shop`::int as `shop`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`items_2` as `items`,
  `grouped`.`note`::string as `note`,
  null::array<string> as `_unparsed`
from `grouped`;
