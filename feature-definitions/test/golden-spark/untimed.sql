-- :p1 = the as-of time
with `grouped` as (
  select
    `facts`.`group`::string as `customer`,
    max(try_cast(`facts`.`total` as decimal(38, 10))) as `largest`,
    count(*)::int as `orders`
  from `order` as `facts`
  where `facts`.`group` is not null
  group by `facts`.`group`::string
)
select
  '' as `_tenant`,
  `grouped`.`customer`,
  :p1::timestamp as `_event_time`,
  `grouped`.`largest`,
  `grouped`.`orders`,
  null::array<string> as `_unparsed`
from `grouped`;
