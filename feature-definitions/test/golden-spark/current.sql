-- :p1 = the as-of time
-- :p2 = "1"
select
  '' as `_tenant`,
  `customers`.`group`::string as `customer`,
  `customers`.`opened`::timestamp as `_event_time`,
  case when `customers`.`opened` is not null then `customers`.`name`::string end as `name`,
  coalesce(case when `customers`.`opened` is not null then case when `customers`.`name`::string is not null then :p2::int end end, 0) as `named`,
  case when case when `customers`.`opened` is not null then `customers`.`name`::string end is not null then array(case when `customers`.`opened` is not null then `customers`.`name`::string end) end as `names`,
  coalesce(case when (`customers`.`opened` is not null) and (`customers`.`opened` > (:p1::timestamp - interval '720 hours')) then :p2::int end, 0) as `recent`,
  null::array<string> as `_unparsed`
from `customers`
where (`customers`.`opened` <= :p1::timestamp) is not false
  and `customers`.`group` is not null;
