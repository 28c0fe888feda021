-- :p1 = the as-of time
-- :p2 = "3"
-- :p3 = "good"
-- :p4 = "bad"
-- :p5 = "First"
-- :p6 = "Second"
with `grouped` as (
  select
    `orders`.`group`::string as `customer`,
    max(`orders`.`at`) as `_event_time`,
    size(collect_set(case when `orders`.`rating`::double > :p2::double then :p3::string else :p4::string end)) as `classes`,
    max_by(`orders`.`rating`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `rating`,
    (count(*) filter (where (`orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours')) and (`orders`.`note`::string = :p5::string)) > 0)::integer + (count(*) filter (where (`orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours')) and (`orders`.`note`::string = :p6::string)) > 0)::integer as `notes`
  from `order` as `orders`
  where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `orders`.`group` is not null
    and `orders`.`note`::string in (:p5::string, :p6::string)
  group by `orders`.`group`::string
)
select
  '' as `_tenant`,
  `grouped`.`customer`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`classes`,
  `grouped`.`rating`::double as `last`,
  `grouped`.`notes`,
  null::array<string> as `_unparsed`
from `grouped`;
