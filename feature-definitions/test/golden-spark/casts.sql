-- :p1 = the as-of time
-- :p2 = "$['score']"
-- :p3 = "$['tags#']"
-- :p4 = "$['when']"
-- :p5 = "$['when#']"
-- :p6 = "$['tags#'][0]"
-- :p7 = "0"
-- :p8 = "$['score#']"
with `latest` as (
  select
    `customer`,
    `_event_time`,
    `due`,
    `data`,
    `paid`,
    `note`,
    `rating`,
    `at`
  from (
    select
      `orders`.`group`::string as `customer`,
      `orders`.`at` as `_event_time`,
      `orders`.`due`,
      `orders`.`data`,
      `orders`.`paid`,
      `orders`.`note`,
      `orders`.`rating`,
      `orders`.`at`,
      row_number() over `_rank` as `_rank`
    from `order` as `orders`
    where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
      and `orders`.`group` is not null
    window `_rank` as (partition by `orders`.`group`::string order by `orders`.`at` desc nulls first, `orders`.`id` desc nulls first rows unbounded preceding)
  ) as `ranked`
  where `_rank` = 1
),
`inputs` as (
  select
    `latest`.`customer`,
    `latest`.`_event_time`,
    `latest`.`due`,
    `latest`.`data`,
    `latest`.`paid`,
    `latest`.`at`,
    `latest`.`note`::string as `note_json_input`,
    `latest`.`note`::string as `note_number_input`,
    `latest`.`rating`::double as `rounded_input`,
    get_json_object(`latest`.`data`::string, :p2::string) as `score_input`,
    case when `latest`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours') then get_json_object(`latest`.`data`::string, :p2::string) end as `score_7d_input`,
    get_json_object(`latest`.`data`::string, :p2::string) as `strict_score_input`,
    featstore_json_at(`latest`.`data`::string, :p3::string) as `tags_input`,
    featstore_json_text(`latest`.`data`::string, :p4::string, :p5::string) as `told_at_input`
  from `latest`
),
`parsed` as (
  select
    `inputs`.`customer`,
    `inputs`.`_event_time`,
    `inputs`.`due`,
    `inputs`.`data`,
    `inputs`.`paid`,
    `inputs`.`at`,
    `inputs`.`note_json_input`,
    `inputs`.`note_number_input`,
    `inputs`.`rounded_input`,
    `inputs`.`score_input`,
    `inputs`.`score_7d_input`,
    `inputs`.`strict_score_input`,
    `inputs`.`tags_input`,
    `inputs`.`told_at_input`,
    featstore_to_json(`inputs`.`note_json_input`::string) as `note_json_value`,
    try_cast(featstore_to_int64(`inputs`.`note_number_input`::string) as int) as `note_number_value`,
    try_cast(round(`inputs`.`rounded_input`::double) as int) as `rounded_value`,
    featstore_to_float64(`inputs`.`score_input`::string) as `score_value`,
    featstore_to_float64(`inputs`.`score_7d_input`::string) as `score_7d_value`,
    featstore_to_float64(`inputs`.`strict_score_input`::string) as `strict_score_value`,
    featstore_to_text_array(`inputs`.`tags_input`::string) as `tags_value`,
    featstore_to_timestamp(`inputs`.`told_at_input`::string) as `told_at_value`
  from `inputs`
)
select
  '' as `_tenant`,
  `parsed`.`customer`,
  cast(`parsed`.`_event_time` as timestamp) as `_event_time`,
  `parsed`.`due`::date::timestamp as `due_at`,
  featstore_json_at(`parsed`.`data`::string, :p6::string) as `first_tag`,
  case when `parsed`.`paid`::boolean then `parsed`.`score_value` end as `guarded`,
  `parsed`.`note_json_value` as `note_json`,
  `parsed`.`note_number_value` as `note_number`,
  `parsed`.`rounded_value` as `rounded`,
  `parsed`.`score_value` as `score`,
  `parsed`.`score_7d_value` as `score_7d`,
  coalesce(`parsed`.`score_value`, :p7::double) as `score_or_zero`,
  featstore_json_text(`parsed`.`data`::string, :p2::string, :p8::string) as `score_text`,
  cast(`parsed`.`at` as timestamp)::date as `sold_on`,
  `parsed`.`strict_score_value` as `strict_score`,
  `parsed`.`tags_value` as `tags`,
  `parsed`.`told_at_value` as `told_at`,
  case when (`parsed`.`paid`::boolean and ((`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null)))
    or ((`parsed`.`note_json_input` is not null) and (`parsed`.`note_json_value` is null))
    or ((`parsed`.`note_number_input` is not null) and (`parsed`.`note_number_value` is null))
    or ((`parsed`.`rounded_input` is not null) and (`parsed`.`rounded_value` is null))
    or ((`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null))
    or ((`parsed`.`score_7d_input` is not null) and (`parsed`.`score_7d_value` is null))
    or ((`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null))
    or ((`parsed`.`strict_score_input` is not null) and (`parsed`.`strict_score_value` is null))
    or ((`parsed`.`tags_input` is not null) and (`parsed`.`tags_value` is null))
    or ((`parsed`.`told_at_input` is not null) and (`parsed`.`told_at_value` is null))
  then array_compact(array(
    case when `parsed`.`paid`::boolean and ((`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null)) then 'guarded' end,
    case when (`parsed`.`note_json_input` is not null) and (`parsed`.`note_json_value` is null) then 'note_json' end,
    case when (`parsed`.`note_number_input` is not null) and (`parsed`.`note_number_value` is null) then 'note_number' end,
    case when (`parsed`.`rounded_input` is not null) and (`parsed`.`rounded_value` is null) then 'rounded' end,
    case when (`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null) then 'score' end,
    case when (`parsed`.`score_7d_input` is not null) and (`parsed`.`score_7d_value` is null) then 'score_7d' end,
    case when (`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null) then 'score_or_zero' end,
    case when (`parsed`.`strict_score_input` is not null) and (`parsed`.`strict_score_value` is null) then 'strict_score' end,
    case when (`parsed`.`tags_input` is not null) and (`parsed`.`tags_value` is null) then 'tags' end,
    case when (`parsed`.`told_at_input` is not null) and (`parsed`.`told_at_value` is null) then 'told_at' end
  )) end as `_unparsed`
from `parsed`;
