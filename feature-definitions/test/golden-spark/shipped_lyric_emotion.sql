-- :p1 = the as-of time
-- :p2 = "$['emotions#']"
-- :p3 = "emotion-distilroberta"
-- :p4 = "$['joy']"
-- :p5 = "$['anger']"
-- :p6 = "$['love']"
-- :p7 = "$['surprise']"
-- :p8 = "$['sadness']"
-- :p9 = "$['fear']"
-- :p10 = "0"
-- :p11 = "joy"
-- :p12 = "love"
-- :p13 = "surprise"
-- :p14 = "sadness"
-- :p15 = "anger"
-- :p16 = "fear"
with `read` as (
  select
    `analyses`.`track_id`,
    `analyses`.`created_at` as `_event_time`,
    `analyses`.`id`,
    featstore_json_at(`analyses`.`analysis_data`::string, :p2::string) as `emotions`
  from `analysis_results` as `analyses`
  where `analyses`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)
    and `analyses`.`track_id` is not null
    and `analyses`.`analyzer_type`::string = :p3::string
),
`inputs` as (
  select
    `read`.`track_id`,
    `read`.`_event_time`,
    `read`.`emotions`,
    `read`.`id`,
    get_json_object(`read`.`emotions`::string, :p4::string) as `joy_avg_input`
  from `read`
),
`parsed` as (
  select
    `inputs`.`track_id`,
    `inputs`.`_event_time`,
    `inputs`.`emotions`,
    `inputs`.`id`,
    `inputs`.`joy_avg_input`,
    featstore_to_float64(`inputs`.`joy_avg_input`::string) as `joy_avg_value`
  from `inputs`
),
`grouped` as (
  select
    `parsed`.`track_id`,
    max(`parsed`.`_event_time`) as `_event_time`,
    count(*)::int as `analyses`,
    max_by(`parsed`.`emotions`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) as `emotions`,
    bool_or((`parsed`.`joy_avg_input` is not null) and (`parsed`.`joy_avg_value` is null)) as `joy_avg_lost`,
    sum(featstore_to_be_summed(`parsed`.`joy_avg_value`))::double / nullif(count(`parsed`.`joy_avg_value`), 0) as `joy_avg`
  from `parsed`
  group by `parsed`.`track_id`
),
`inputs_2` as (
  select
    `grouped`.`track_id`,
    `grouped`.`_event_time`,
    `grouped`.`analyses`,
    `grouped`.`joy_avg`,
    `grouped`.`joy_avg_lost`,
    get_json_object(`grouped`.`emotions`::string, :p5::string) as `anger_input`,
    get_json_object(`grouped`.`emotions`::string, :p4::string) as `joy_input`,
    get_json_object(`grouped`.`emotions`::string, :p6::string) as `love_input`,
    get_json_object(`grouped`.`emotions`::string, :p7::string) as `surprise_input`,
    get_json_object(`grouped`.`emotions`::string, :p8::string) as `sadness_input`,
    get_json_object(`grouped`.`emotions`::string, :p9::string) as `fear_input`
  from `grouped`
),
`parsed_2` as (
  select
    `inputs_2`.`track_id`,
    `inputs_2`.`_event_time`,
    `inputs_2`.`analyses`,
    `inputs_2`.`joy_avg`,
    `inputs_2`.`joy_avg_lost`,
    `inputs_2`.`anger_input`,
    `inputs_2`.`joy_input`,
    `inputs_2`.`love_input`,
    `inputs_2`.`surprise_input`,
    `inputs_2`.`sadness_input`,
    `inputs_2`.`fear_input`,
    featstore_to_float64(`inputs_2`.`anger_input`::string) as `anger_value`,
    featstore_to_float64(`inputs_2`.`joy_input`::string) as `joy_value`,
    featstore_to_float64(`inputs_2`.`love_input`::string) as `love_value`,
    featstore_to_float64(`inputs_2`.`surprise_input`::string) as `surprise_value`,
    featstore_to_float64(`inputs_2`.`sadness_input`::string) as `sadness_value`,
    featstore_to_float64(`inputs_2`.`fear_input`::string) as `fear_value`
  from `inputs_2`
),
`members` as (
  select
    `tracks`.`id` as `track_id`
  from `tracks`
  where (`tracks`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)) is not false
    and `tracks`.`id` is not null
)
select
  '' as `_tenant`,
  `members`.`track_id`::bigint as `track_id`,
  cast(`parsed_2`.`_event_time` as timestamp) as `_event_time`,
  coalesce(`parsed_2`.`analyses`, 0) as `analyses`,
  `parsed_2`.`anger_value` as `anger`,
  case when (`parsed_2`.`joy_value` is not null) and (`parsed_2`.`joy_value` > :p10::double) and (`parsed_2`.`joy_value` >= `parsed_2`.`joy_value`) and (`parsed_2`.`joy_value` >= `parsed_2`.`love_value`) and (`parsed_2`.`joy_value` >= `parsed_2`.`surprise_value`) and (`parsed_2`.`joy_value` >= `parsed_2`.`sadness_value`) and (`parsed_2`.`joy_value` >= `parsed_2`.`anger_value`) and (`parsed_2`.`joy_value` >= `parsed_2`.`fear_value`) then :p11::string when (`parsed_2`.`love_value` is not null) and (`parsed_2`.`love_value` > :p10::double) and (`parsed_2`.`love_value` >= `parsed_2`.`joy_value`) and (`parsed_2`.`love_value` >= `parsed_2`.`love_value`) and (`parsed_2`.`love_value` >= `parsed_2`.`surprise_value`) and (`parsed_2`.`love_value` >= `parsed_2`.`sadness_value`) and (`parsed_2`.`love_value` >= `parsed_2`.`anger_value`) and (`parsed_2`.`love_value` >= `parsed_2`.`fear_value`) then :p12::string when (`parsed_2`.`surprise_value` is not null) and (`parsed_2`.`surprise_value` > :p10::double) and (`parsed_2`.`surprise_value` >= `parsed_2`.`joy_value`) and (`parsed_2`.`surprise_value` >= `parsed_2`.`love_value`) and (`parsed_2`.`surprise_value` >= `parsed_2`.`surprise_value`) and (`parsed_2`.`surprise_value` >= `parsed_2`.`sadness_value`) and (`parsed_2`.`surprise_value` >= `parsed_2`.`anger_value`) and (`parsed_2`.`surprise_value` >= `parsed_2`.`fear_value`) then :p13::string when (`parsed_2`.`sadness_value` is not null) and (`parsed_2`.`sadness_value` > :p10::double) and (`parsed_2`.`sadness_value` >= `parsed_2`.`joy_value`) and (`parsed_2`.`sadness_value` >= `parsed_2`.`love_value`) and (`parsed_2`.`sadness_value` >= `parsed_2`.`surprise_value`) and (`parsed_2`.`sadness_value` >= `parsed_2`.`sadness_value`) and (`parsed_2`.`sadness_value` >= `parsed_2`.`anger_value`) and (`parsed_2`.`sadness_value` >= `parsed_2`.`fear_value`) then :p14::string when (`parsed_2`.`anger_value` is not null) and (`parsed_2`.`anger_value` > :p10::double) and (`parsed_2`.`anger_value` >= `parsed_2`.`joy_value`) and (`parsed_2`.`anger_value` >= `parsed_2`.`love_value`) and (`parsed_2`.`anger_value` >= `parsed_2`.`surprise_value`) and (`parsed_2`.`anger_value` >= `parsed_2`.`sadness_value`) and (`parsed_2`.`anger_value` >= `parsed_2`.`anger_value`) and (`parsed_2`.`anger_value` >= `parsed_2`.`fear_value`) then :p15::string when (`parsed_2`.`fear_value` is not null) and (`parsed_2`.`fear_value` > :p10::double) and (`parsed_2`.`fear_value` >= `parsed_2`.`joy_value`) and (`parsed_2`.`fear_value` >= `parsed_2`.`love_value`) and (`parsed_2`.`fear_value` >= `parsed_2`.`surprise_value`) and (`parsed_2`.`fear_value` >= `parsed_2`.`sadness_value`) and (`parsed_2`.`fear_value` >= `parsed_2`.`anger_value`) and (`parsed_2`.`fear_value` >= `parsed_2`.`fear_value`) then :p16::string end as `dominant`,
  `parsed_2`.`fear_value` as `fear`,
  `parsed_2`.`joy_value` as `joy`,
  `parsed_2`.`joy_avg`,
  `parsed_2`.`love_value` as `love`,
  featstore_finite((((`parsed_2`.`joy_value` + `parsed_2`.`love_value`) - `parsed_2`.`sadness_value`) - `parsed_2`.`anger_value`) - `parsed_2`.`fear_value`) as `polarity`,
  `parsed_2`.`sadness_value` as `sadness`,
  `parsed_2`.`surprise_value` as `surprise`,
  case when ((`parsed_2`.`anger_input` is not null) and (`parsed_2`.`anger_value` is null))
    or (((`parsed_2`.`joy_input` is not null) and (`parsed_2`.`joy_value` is null)) or ((`parsed_2`.`love_input` is not null) and (`parsed_2`.`love_value` is null)) or ((`parsed_2`.`surprise_input` is not null) and (`parsed_2`.`surprise_value` is null)) or ((`parsed_2`.`sadness_input` is not null) and (`parsed_2`.`sadness_value` is null)) or ((`parsed_2`.`anger_input` is not null) and (`parsed_2`.`anger_value` is null)) or ((`parsed_2`.`fear_input` is not null) and (`parsed_2`.`fear_value` is null)))
    or ((`parsed_2`.`fear_input` is not null) and (`parsed_2`.`fear_value` is null))
    or ((`parsed_2`.`joy_input` is not null) and (`parsed_2`.`joy_value` is null))
    or `parsed_2`.`joy_avg_lost`
    or ((`parsed_2`.`love_input` is not null) and (`parsed_2`.`love_value` is null))
    or (((`parsed_2`.`joy_input` is not null) and (`parsed_2`.`joy_value` is null)) or ((`parsed_2`.`love_input` is not null) and (`parsed_2`.`love_value` is null)) or ((`parsed_2`.`sadness_input` is not null) and (`parsed_2`.`sadness_value` is null)) or ((`parsed_2`.`anger_input` is not null) and (`parsed_2`.`anger_value` is null)) or ((`parsed_2`.`fear_input` is not null) and (`parsed_2`.`fear_value` is null)))
    or ((`parsed_2`.`sadness_input` is not null) and (`parsed_2`.`sadness_value` is null))
    or ((`parsed_2`.`surprise_input` is not null) and (`parsed_2`.`surprise_value` is null))
  then array_compact(array(
    case when (`parsed_2`.`anger_input` is not null) and (`parsed_2`.`anger_value` is null) then 'anger' end,
    case when ((`parsed_2`.`joy_input` is not null) and (`parsed_2`.`joy_value` is null)) or ((`parsed_2`.`love_input` is not null) and (`parsed_2`.`love_value` is null)) or ((`parsed_2`.`surprise_input` is not null) and (`parsed_2`.`surprise_value` is null)) or ((`parsed_2`.`sadness_input` is not null) and (`parsed_2`.`sadness_value` is null)) or ((`parsed_2`.`anger_input` is not null) and (`parsed_2`.`anger_value` is null)) or ((`parsed_2`.`fear_input` is not null) and (`parsed_2`.`fear_value` is null)) then 'dominant' end,
    case when (`parsed_2`.`fear_input` is not null) and (`parsed_2`.`fear_value` is null) then 'fear' end,
    case when (`parsed_2`.`joy_input` is not null) and (`parsed_2`.`joy_value` is null) then 'joy' end,
    case when `parsed_2`.`joy_avg_lost` then 'joy_avg' end,
    case when (`parsed_2`.`love_input` is not null) and (`parsed_2`.`love_value` is null) then 'love' end,
    case when ((`parsed_2`.`joy_input` is not null) and (`parsed_2`.`joy_value` is null)) or ((`parsed_2`.`love_input` is not null) and (`parsed_2`.`love_value` is null)) or ((`parsed_2`.`sadness_input` is not null) and (`parsed_2`.`sadness_value` is null)) or ((`parsed_2`.`anger_input` is not null) and (`parsed_2`.`anger_value` is null)) or ((`parsed_2`.`fear_input` is not null) and (`parsed_2`.`fear_value` is null)) then 'polarity' end,
    case when (`parsed_2`.`sadness_input` is not null) and (`parsed_2`.`sadness_value` is null) then 'sadness' end,
    case when (`parsed_2`.`surprise_input` is not null) and (`parsed_2`.`surprise_value` is null) then 'surprise' end
  )) end as `_unparsed`
from `members`
left join `parsed_2` on `parsed_2`.`track_id` = `members`.`track_id`;
