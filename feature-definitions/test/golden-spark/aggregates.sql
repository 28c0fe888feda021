-- :p1 = the as-of time
-- :p2 = "$['score']"
-- :p3 = "test"
with `inputs` as (
  select
    `orders`.`group`::string as `customer`,
    `orders`.`at` as `_event_time`,
    `orders`.`cents`,
    `orders`.`note`,
    `orders`.`items`,
    `orders`.`at`,
    `orders`.`shipped_at`,
    `orders`.`paid`,
    `orders`.`rating`,
    `orders`.`total`,
    `orders`.`weight`,
    `orders`.`id`,
    get_json_object(`orders`.`data`::string, :p2::string) as `score_avg_input`
  from `order` as `orders`
  where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `orders`.`group` is not null
    and `orders`.`note`::string <> :p3::string
),
`parsed` as (
  select
    `inputs`.`customer`,
    `inputs`.`_event_time`,
    `inputs`.`cents`,
    `inputs`.`note`,
    `inputs`.`items`,
    `inputs`.`at`,
    `inputs`.`shipped_at`,
    `inputs`.`paid`,
    `inputs`.`rating`,
    `inputs`.`total`,
    `inputs`.`weight`,
    `inputs`.`id`,
    `inputs`.`score_avg_input`,
    featstore_to_float64(`inputs`.`score_avg_input`::string) as `score_avg_value`
  from `inputs`
),
`grouped` as (
  select
    `parsed`.`customer`,
    max(`parsed`.`_event_time`) as `_event_time`,
    try_cast(sum(`parsed`.`cents`::bigint::decimal(20, 0)) as decimal(38, 10)) as `cents_2`,
    min(`parsed`.`note`::string) as `first_note`,
    sum(`parsed`.`items`::int)::bigint as `items_2`,
    max(cast(`parsed`.`at` as timestamp)) as `last_at`,
    max(`parsed`.`shipped_at`::timestamp) as `last_shipped`,
    count(`parsed`.`note`::string) filter (where `parsed`.`paid`::boolean)::int as `noted`,
    size(collect_set(`parsed`.`note`::string)) as `notes`,
    count(*)::int as `orders`,
    count(*) filter (where `parsed`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours'))::int as `orders_7d`,
    count(*) filter (where `parsed`.`paid`::boolean)::int as `paid_share`,
    sum(featstore_to_be_summed(`parsed`.`rating`::double))::double / nullif(count(`parsed`.`rating`), 0) as `rating_avg`,
    stddev_samp(featstore_to_be_squared(`parsed`.`rating`::double)) as `rating_deviation`,
    sum(featstore_to_be_summed(`parsed`.`rating`::double))::double as `rating_sum`,
    bool_or((`parsed`.`score_avg_input` is not null) and (`parsed`.`score_avg_value` is null)) as `score_avg_lost`,
    sum(featstore_to_be_summed(`parsed`.`score_avg_value`))::double / nullif(count(`parsed`.`score_avg_value`), 0) as `score_avg`,
    sum(try_cast(`parsed`.`total` as decimal(38, 10))) as `total_2`,
    sum(`parsed`.`weight`::float::double) filter (where `parsed`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '36 hours'))::double as `weight_sum`
  from `parsed`
  group by `parsed`.`customer`
),
`members` as (
  select
    `customers`.`group`::string as `customer`
  from `customers`
  where (`customers`.`opened` <= :p1::timestamp) is not false
    and `customers`.`group` is not null
)
select
  '' as `_tenant`,
  `members`.`customer`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`cents_2` as `cents`,
  `grouped`.`first_note`,
  `grouped`.`items_2` as `items`,
  `grouped`.`last_at`,
  `grouped`.`last_shipped`,
  coalesce(`grouped`.`noted`, 0) as `noted`,
  coalesce(`grouped`.`notes`, 0) as `notes`,
  coalesce(`grouped`.`orders`, 0) as `orders`,
  coalesce(`grouped`.`orders_7d`, 0) as `orders_7d`,
  featstore_finite(coalesce(`grouped`.`paid_share`, 0)::double / nullif(coalesce(`grouped`.`orders`, 0)::double, 0)) as `paid_share`,
  `grouped`.`rating_avg`,
  `grouped`.`rating_deviation`,
  `grouped`.`rating_sum`,
  `grouped`.`score_avg`,
  `grouped`.`total_2` as `total`,
  `grouped`.`weight_sum`,
  case when `grouped`.`score_avg_lost` then array('score_avg') end as `_unparsed`
from `members`
left join `grouped` on `grouped`.`customer` = `members`.`customer`;
