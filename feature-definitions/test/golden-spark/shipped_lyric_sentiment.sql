-- :p1 = the as-of time
-- :p2 = "$['commercial_potential']"
-- :p3 = "$['longevity']"
-- :p4 = "$['quality_score']"
-- :p5 = "$['viral_potential']"
-- :p6 = "positive"
-- :p7 = "neutral"
-- :p8 = "negative"
-- :p9 = "qwen-3-4b-fp8"
-- :p10 = "gemma-3-27b-it"
-- :p11 = "ollama-llama3.1-8b"
-- :p12 = "$['mood']"
-- :p13 = "$['mood#']"
-- :p14 = "$['style']"
-- :p15 = "$['style#']"
with `inputs` as (
  select
    `analyses`.`track_id`,
    `analyses`.`created_at` as `_event_time`,
    `analyses`.`confidence`,
    `analyses`.`analysis_data`,
    `analyses`.`sentiment`,
    `analyses`.`id`,
    get_json_object(`analyses`.`analysis_data`::string, :p2::string) as `commercial_potential_input`,
    get_json_object(`analyses`.`analysis_data`::string, :p3::string) as `longevity_input`,
    get_json_object(`analyses`.`analysis_data`::string, :p4::string) as `quality_input`,
    get_json_object(`analyses`.`analysis_data`::string, :p5::string) as `viral_potential_input`,
    case when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p6::string then :p6::string when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p7::string then :p7::string when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p8::string then :p8::string end as `positive_share`
  from `analysis_results` as `analyses`
  where `analyses`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)
    and `analyses`.`track_id` is not null
    and `analyses`.`analyzer_type`::string in (:p9::string, :p10::string, :p11::string)
),
`parsed` as (
  select
    `inputs`.`track_id`,
    `inputs`.`_event_time`,
    `inputs`.`confidence`,
    `inputs`.`analysis_data`,
    `inputs`.`sentiment`,
    `inputs`.`id`,
    `inputs`.`commercial_potential_input`,
    `inputs`.`longevity_input`,
    `inputs`.`quality_input`,
    `inputs`.`viral_potential_input`,
    `inputs`.`positive_share`,
    featstore_to_float64(`inputs`.`commercial_potential_input`::string) as `commercial_potential_value`,
    featstore_to_float64(`inputs`.`longevity_input`::string) as `longevity_value`,
    featstore_to_float64(`inputs`.`quality_input`::string) as `quality_value`,
    featstore_to_float64(`inputs`.`viral_potential_input`::string) as `viral_potential_value`
  from `inputs`
),
`grouped` as (
  select
    `parsed`.`track_id`,
    max(`parsed`.`_event_time`) as `_event_time`,
    count(*) filter (where `parsed`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours'))::int as `analyses_90d`,
    bool_or((`parsed`.`commercial_potential_input` is not null) and (`parsed`.`commercial_potential_value` is null)) as `commercial_potential_lost`,
    max_by(`parsed`.`commercial_potential_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`commercial_potential_value` is not null) as `commercial_potential`,
    max_by(`parsed`.`confidence`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) as `confidence`,
    sum(featstore_to_be_summed(`parsed`.`confidence`::double)) filter (where `parsed`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours'))::double / nullif(count(`parsed`.`confidence`) filter (where `parsed`.`_event_time` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours')), 0) as `confidence_avg_90d`,
    bool_or((`parsed`.`longevity_input` is not null) and (`parsed`.`longevity_value` is null)) as `longevity_lost`,
    max_by(`parsed`.`longevity_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`longevity_value` is not null) as `longevity`,
    max_by(featstore_json_text(`parsed`.`analysis_data`::string, :p12::string, :p13::string), struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where featstore_json_text(`parsed`.`analysis_data`::string, :p12::string, :p13::string) is not null) as `mood`,
    count(*) filter (where `parsed`.`positive_share` = :p6::string)::int as `positive_share_2`,
    count(`parsed`.`positive_share`)::int as `positive_share_3`,
    bool_or((`parsed`.`quality_input` is not null) and (`parsed`.`quality_value` is null)) as `quality_lost`,
    max_by(`parsed`.`quality_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`quality_value` is not null) as `quality`,
    max_by(`parsed`.`positive_share`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) as `sentiment_2`,
    max_by(featstore_json_text(`parsed`.`analysis_data`::string, :p14::string, :p15::string), struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where featstore_json_text(`parsed`.`analysis_data`::string, :p14::string, :p15::string) is not null) as `style`,
    bool_or((`parsed`.`viral_potential_input` is not null) and (`parsed`.`viral_potential_value` is null)) as `viral_potential_lost`,
    max_by(`parsed`.`viral_potential_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential_value` is not null) as `viral_potential`
  from `parsed`
  group by `parsed`.`track_id`
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
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  coalesce(`grouped`.`analyses_90d`, 0) as `analyses_90d`,
  `grouped`.`commercial_potential`::double as `commercial_potential`,
  `grouped`.`confidence`::double as `confidence`,
  `grouped`.`confidence_avg_90d`,
  `grouped`.`longevity`::double as `longevity`,
  `grouped`.`mood`::string as `mood`,
  featstore_finite(coalesce(`grouped`.`positive_share_2`, 0)::double / nullif(coalesce(`grouped`.`positive_share_3`, 0)::double, 0)) as `positive_share`,
  `grouped`.`quality`::double as `quality`,
  `grouped`.`sentiment_2`::string as `sentiment`,
  `grouped`.`style`::string as `style`,
  `grouped`.`viral_potential`::double as `viral_potential`,
  case when `grouped`.`commercial_potential_lost`
    or `grouped`.`longevity_lost`
    or `grouped`.`quality_lost`
    or `grouped`.`viral_potential_lost`
  then array_compact(array(
    case when `grouped`.`commercial_potential_lost` then 'commercial_potential' end,
    case when `grouped`.`longevity_lost` then 'longevity' end,
    case when `grouped`.`quality_lost` then 'quality' end,
    case when `grouped`.`viral_potential_lost` then 'viral_potential' end
  )) end as `_unparsed`
from `members`
left join `grouped` on `grouped`.`track_id` = `members`.`track_id`;
