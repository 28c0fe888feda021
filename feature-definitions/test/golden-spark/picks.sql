-- :p1 = the as-of time
-- :p2 = "$['score']"
-- :p3 = "none"
with `inputs` as (
  select
    `orders`.`group`::string as `customer`,
    `orders`.`at` as `_event_time`,
    `orders`.`note`,
    `orders`.`paid`,
    `orders`.`rating`,
    `orders`.`id`,
    get_json_object(`orders`.`data`::string, :p2::string) as `score_input`
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
    `inputs`.`rating`,
    `inputs`.`id`,
    `inputs`.`score_input`,
    featstore_to_float64(`inputs`.`score_input`::string) as `score_value`
  from `inputs`
),
`grouped` as (
  select
    `parsed`.`customer`,
    max(`parsed`.`_event_time`) as `_event_time`,
    max_by(`parsed`.`note`::string, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`note`::string is not null) as `known_note`,
    max_by(`parsed`.`note`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) as `note`,
    count(*)::int as `orders`,
    max_by(`parsed`.`note`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`paid`::boolean) as `paid_fallback_note`,
    max(`parsed`.`_event_time`) filter (where `parsed`.`paid`::boolean) as `paid_fallback_time`,
    sum(featstore_to_be_summed(`parsed`.`rating`::double))::double / nullif(count(`parsed`.`rating`), 0) as `rating_avg`,
    bool_or((`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null)) as `score_lost`,
    max_by(`parsed`.`score_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`score_value` is not null) as `score`
  from `parsed`
  group by `parsed`.`customer`
)
select
  '' as `_tenant`,
  `grouped`.`customer`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`known_note`::string as `known_note`,
  `grouped`.`note`::string as `note`,
  case when `grouped`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours') then `grouped`.`note`::string end as `note_7d`,
  `grouped`.`orders`,
  case when `grouped`.`paid_fallback_time` is not null then coalesce(`grouped`.`paid_fallback_note`::string, :p3::string) end as `paid_fallback`,
  `grouped`.`paid_fallback_note`::string as `paid_note`,
  `grouped`.`rating_avg`,
  `grouped`.`score`::double as `score`,
  case when `grouped`.`score_lost` then array('score') end as `_unparsed`
from `grouped`;
