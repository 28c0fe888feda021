-- f1 = aggregates@1.cents decimal
-- f2 = aggregates@1.first_note string
-- f3 = aggregates@1.items int64
-- f4 = aggregates@1.last_at timestamp
-- f5 = aggregates@1.last_shipped timestamp
-- f6 = aggregates@1.noted int32
-- f7 = aggregates@1.notes int32
-- f8 = aggregates@1.orders int32
-- f9 = aggregates@1.orders_7d int32
-- f10 = aggregates@1.paid_share float64
-- f11 = aggregates@1.rating_avg float64
-- f12 = aggregates@1.rating_deviation float64
-- f13 = aggregates@1.rating_sum float64
-- f14 = aggregates@1.score_avg float64
-- f15 = aggregates@1.total decimal
-- f16 = aggregates@1.weight_sum float64
-- :p1 = "$['score']"
-- :p2 = "test"
with `customer_members` as (
  select
    `spine`.`_row`
  from `featstore`.`spine` as `spine`
  where exists (
    select 1 from `customers`
    where `customers`.`group`::string = `spine`.`customer`
      and (`customers`.`opened` <= `spine`.`_as_of`) is not false
  )
),
`aggregates_v1` as (
  with `inputs` as (
    select
      `spine`.`_row`,
      `orders`.`at` as `_event_time`,
      `spine`.`_as_of`,
      cast(`spine`.`_as_of` as timestamp_ntz) as `_clock`,
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
      get_json_object(`orders`.`data`::string, :p1::string) as `score_avg_input`
    from `featstore`.`spine` as `spine`
    join `order` as `orders` on `orders`.`group`::string = `spine`.`customer`
    where `orders`.`at` <= cast(`spine`.`_as_of` as timestamp_ntz)
      and `orders`.`note`::string <> :p2::string
  ),
  `parsed` as (
    select
      `inputs`.`_row`,
      `inputs`.`_event_time`,
      `inputs`.`_as_of`,
      `inputs`.`_clock`,
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
  )
  select
    `parsed`.`_row`,
    max(`parsed`.`_event_time`) as `_event_time`,
    max(`parsed`.`_as_of`) as `_as_of`,
    try_cast(sum(`parsed`.`cents`::bigint::decimal(20, 0)) as decimal(38, 10)) as `cents_2`,
    min(`parsed`.`note`::string) as `first_note`,
    sum(`parsed`.`items`::int)::bigint as `items_2`,
    max(cast(`parsed`.`at` as timestamp)) as `last_at`,
    max(`parsed`.`shipped_at`::timestamp) as `last_shipped`,
    count(`parsed`.`note`::string) filter (where `parsed`.`paid`::boolean)::int as `noted`,
    size(collect_set(`parsed`.`note`::string)) as `notes`,
    count(*)::int as `orders`,
    count(*) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '168 hours'))::int as `orders_7d`,
    count(*) filter (where `parsed`.`paid`::boolean)::int as `paid_share`,
    sum(featstore_to_be_summed(`parsed`.`rating`::double))::double / nullif(count(`parsed`.`rating`), 0) as `rating_avg`,
    stddev_samp(featstore_to_be_squared(`parsed`.`rating`::double)) as `rating_deviation`,
    sum(featstore_to_be_summed(`parsed`.`rating`::double))::double as `rating_sum`,
    bool_or((`parsed`.`score_avg_input` is not null) and (`parsed`.`score_avg_value` is null)) as `score_avg_lost`,
    sum(featstore_to_be_summed(`parsed`.`score_avg_value`))::double / nullif(count(`parsed`.`score_avg_value`), 0) as `score_avg`,
    sum(try_cast(`parsed`.`total` as decimal(38, 10))) as `total_2`,
    sum(`parsed`.`weight`::float::double) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '36 hours'))::double as `weight_sum`
  from `parsed`
  group by `parsed`.`_row`
)
select
  `spine`.`_row`,
  case when `customer_members`.`_row` is not null then cast(`aggregates_v1`.`_event_time` as timestamp) end as `_event_time_1`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`cents_2` end as `f1`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`first_note` end as `f2`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`items_2` end as `f3`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`last_at` end as `f4`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`last_shipped` end as `f5`,
  case when `customer_members`.`_row` is not null then coalesce(`aggregates_v1`.`noted`, 0) end as `f6`,
  case when `customer_members`.`_row` is not null then coalesce(`aggregates_v1`.`notes`, 0) end as `f7`,
  case when `customer_members`.`_row` is not null then coalesce(`aggregates_v1`.`orders`, 0) end as `f8`,
  case when `customer_members`.`_row` is not null then coalesce(`aggregates_v1`.`orders_7d`, 0) end as `f9`,
  case when `customer_members`.`_row` is not null then featstore_finite(coalesce(`aggregates_v1`.`paid_share`, 0)::double / nullif(coalesce(`aggregates_v1`.`orders`, 0)::double, 0)) end as `f10`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`rating_avg` end as `f11`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`rating_deviation` end as `f12`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`rating_sum` end as `f13`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`score_avg` end as `f14`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`total_2` end as `f15`,
  case when `customer_members`.`_row` is not null then `aggregates_v1`.`weight_sum` end as `f16`
from `featstore`.`spine` as `spine`
left join `customer_members` on `customer_members`.`_row` = `spine`.`_row`
left join `aggregates_v1` on `aggregates_v1`.`_row` = `spine`.`_row`
order by `spine`.`_row` nulls last;
