-- :p1 = the as-of time
-- :p2 = "$['score']"
with `inputs` as (
  select
    `orders`.`group`::string as `customer`,
    `orders`.`at` as `_event_time`,
    `orders`.`note`,
    `orders`.`paid`,
    `orders`.`items`,
    `orders`.`id`,
    get_json_object(`orders`.`data`::string, :p2::string) as `scores_input`
  from `order` as `orders`
  where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `orders`.`group` is not null
),
`parsed` as (
  select
    `inputs`.`customer`,
    `inputs`.`_event_time`,
    `inputs`.`note`,
    `inputs`.`paid`,
    `inputs`.`items`,
    `inputs`.`id`,
    `inputs`.`scores_input`,
    featstore_to_float64(`inputs`.`scores_input`::string) as `scores_value`
  from `inputs`
),
`grouped` as (
  select
    `parsed`.`customer`,
    max(`parsed`.`_event_time`) as `_event_time`,
    max_by(`parsed`.`note`::string, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`note`::string is not null) as `note_2`,
    nullif(slice(transform(sort_array(collect_list(struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`, `parsed`.`note`::string as value)) filter (where `parsed`.`note`::string is not null), false), item -> item.value), 1, 3), array()::array<string>) as `notes`,
    count(*)::int as `orders`,
    nullif(slice(transform(sort_array(collect_list(struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`, `parsed`.`items`::int::double as value)) filter (where (`parsed`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours')) and `parsed`.`paid`::boolean and (`parsed`.`items`::int is not null)), false), item -> item.value), 1, 100), array()::array<double>) as `paid_items_7d`,
    bool_or((`parsed`.`scores_input` is not null) and (`parsed`.`scores_value` is null)) as `scores_lost`,
    nullif(slice(transform(sort_array(collect_list(struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`, `parsed`.`scores_value` as value)) filter (where `parsed`.`scores_value` is not null), false), item -> item.value), 1, 10), array()::array<double>) as `scores_2`
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
  `grouped`.`note_2`::string as `note`,
  `grouped`.`notes`,
  coalesce(`grouped`.`orders`, 0) as `orders`,
  reverse(`grouped`.`paid_items_7d`) as `paid_items_7d`,
  reverse(`grouped`.`scores_2`) as `scores`,
  case when `grouped`.`scores_lost` then array('scores') end as `_unparsed`
from `members`
left join `grouped` on `grouped`.`customer` = `members`.`customer`;
