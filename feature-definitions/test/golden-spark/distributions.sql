-- :p1 = the as-of time
-- :p2 = "0.95"
-- :p3 = "4"
-- :p4 = "0.5"
-- :p5 = "7"
-- :p6 = "1.5"
with `grouped` as (
  select
    `orders`.`group`::string as `customer`,
    max(`orders`.`at`) as `_event_time`,
    bool_or(`orders`.`paid`::boolean) as `any_paid`,
    percentile(`orders`.`cents`::bigint::double, :p2::double) filter (where (`orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours')) and `orders`.`paid`::boolean) as `cents_p95_7d`,
    bool_and(`orders`.`rating`::double >= :p3::double) filter (where `orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours')) as `every_rated`,
    max_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) filter (where (`orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '204 hours')) and (`orders`.`at` <= (cast(:p1::timestamp as timestamp_ntz) - interval '36 hours'))) as `note_before_note`,
    count(*) filter (where (`orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '336 hours')) and (`orders`.`at` <= (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours')))::int as `orders_before`,
    count(*) filter (where `orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours'))::int as `orders_change`,
    percentile(`orders`.`rating`::double, :p4::double) + 0 as `rating_median`,
    var_samp(featstore_to_be_squared(`orders`.`rating`::double)) as `rating_variance`,
    sum(try_cast(`orders`.`total` as decimal(38, 10))) filter (where `orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '36 hours')) as `total_per_day`,
    mode() within group (order by `orders`.`items`::int) filter (where `orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '720 hours')) as `usual_items`,
    mode() within group (order by `orders`.`note`::string) as `usual_note`
  from `order` as `orders`
  where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `orders`.`group` is not null
  group by `orders`.`group`::string
)
select
  '' as `_tenant`,
  `grouped`.`customer`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`any_paid`,
  `grouped`.`cents_p95_7d`,
  `grouped`.`every_rated`,
  `grouped`.`note_before_note`::string as `note_before`,
  `grouped`.`orders_before`,
  try_subtract(`grouped`.`orders_change`, `grouped`.`orders_before`) as `orders_change`,
  featstore_finite(`grouped`.`orders_change`::double / nullif(:p5::double, 0)) as `orders_per_day`,
  `grouped`.`rating_median`,
  `grouped`.`rating_variance`,
  featstore_finite(`grouped`.`total_per_day`::double / nullif(:p6::double, 0)) as `total_per_day`,
  `grouped`.`usual_items`,
  `grouped`.`usual_note`,
  case when (`grouped`.`total_per_day` is not null) and (`grouped`.`total_per_day`::double is null) then array('total_per_day') end as `_unparsed`
from `grouped`;
