-- :p1 = the as-of time
-- :p2 = "algorithmic"
-- :p3 = "$['profanity_ratio']"
-- :p4 = "$['readability']"
-- :p5 = "$['repetition']"
-- :p6 = "$['rhyme_density']"
-- :p7 = "$['syllables_per_line']"
-- :p8 = "$['ttr']"
-- :p9 = "$['unique_words']"
-- :p10 = "$['unique_words#']"
-- :p11 = "$['words']"
-- :p12 = "$['words#']"
with `grouped` as (
  select
    `analyses`.`track_id`,
    max(`analyses`.`created_at`) as `_event_time`,
    count(*)::int as `analyses`,
    max_by(`analyses`.`complexity_score`, struct(`analyses`.`created_at` is null, `analyses`.`created_at`, `analyses`.`id` is null, `analyses`.`id`)) as `complexity_score`,
    max_by(`analyses`.`analysis_data`, struct(`analyses`.`created_at` is null, `analyses`.`created_at`, `analyses`.`id` is null, `analyses`.`id`)) as `analysis_data`
  from `analysis_results` as `analyses`
  where `analyses`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)
    and `analyses`.`track_id` is not null
    and `analyses`.`analyzer_type`::string = :p2::string
  group by `analyses`.`track_id`
),
`inputs` as (
  select
    `grouped`.`track_id`,
    `grouped`.`_event_time`,
    `grouped`.`analyses`,
    `grouped`.`complexity_score`,
    get_json_object(`grouped`.`analysis_data`::string, :p3::string) as `profanity_ratio_input`,
    get_json_object(`grouped`.`analysis_data`::string, :p4::string) as `readability_input`,
    get_json_object(`grouped`.`analysis_data`::string, :p5::string) as `repetition_input`,
    get_json_object(`grouped`.`analysis_data`::string, :p6::string) as `rhyme_density_input`,
    get_json_object(`grouped`.`analysis_data`::string, :p7::string) as `syllables_per_line_input`,
    get_json_object(`grouped`.`analysis_data`::string, :p8::string) as `type_token_ratio_input`,
    featstore_json_text(`grouped`.`analysis_data`::string, :p9::string, :p10::string) as `unique_words_input`,
    featstore_json_text(`grouped`.`analysis_data`::string, :p11::string, :p12::string) as `words_input`
  from `grouped`
),
`parsed` as (
  select
    `inputs`.`track_id`,
    `inputs`.`_event_time`,
    `inputs`.`analyses`,
    `inputs`.`complexity_score`,
    `inputs`.`profanity_ratio_input`,
    `inputs`.`readability_input`,
    `inputs`.`repetition_input`,
    `inputs`.`rhyme_density_input`,
    `inputs`.`syllables_per_line_input`,
    `inputs`.`type_token_ratio_input`,
    `inputs`.`unique_words_input`,
    `inputs`.`words_input`,
    featstore_to_float64(`inputs`.`profanity_ratio_input`::string) as `profanity_ratio_value`,
    featstore_to_float64(`inputs`.`readability_input`::string) as `readability_value`,
    featstore_to_float64(`inputs`.`repetition_input`::string) as `repetition_value`,
    featstore_to_float64(`inputs`.`rhyme_density_input`::string) as `rhyme_density_value`,
    featstore_to_float64(`inputs`.`syllables_per_line_input`::string) as `syllables_per_line_value`,
    featstore_to_float64(`inputs`.`type_token_ratio_input`::string) as `type_token_ratio_value`,
    try_cast(featstore_to_int64(`inputs`.`unique_words_input`::string) as int) as `unique_words_value`,
    try_cast(featstore_to_int64(`inputs`.`words_input`::string) as int) as `words_value`
  from `inputs`
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
  cast(`parsed`.`_event_time` as timestamp) as `_event_time`,
  coalesce(`parsed`.`analyses`, 0) as `analyses`,
  `parsed`.`complexity_score`::double as `complexity`,
  `parsed`.`profanity_ratio_value` as `profanity_ratio`,
  `parsed`.`readability_value` as `readability`,
  `parsed`.`repetition_value` as `repetition`,
  `parsed`.`rhyme_density_value` as `rhyme_density`,
  `parsed`.`syllables_per_line_value` as `syllables_per_line`,
  `parsed`.`type_token_ratio_value` as `type_token_ratio`,
  `parsed`.`unique_words_value` as `unique_words`,
  `parsed`.`words_value` as `words`,
  case when ((`parsed`.`profanity_ratio_input` is not null) and (`parsed`.`profanity_ratio_value` is null))
    or ((`parsed`.`readability_input` is not null) and (`parsed`.`readability_value` is null))
    or ((`parsed`.`repetition_input` is not null) and (`parsed`.`repetition_value` is null))
    or ((`parsed`.`rhyme_density_input` is not null) and (`parsed`.`rhyme_density_value` is null))
    or ((`parsed`.`syllables_per_line_input` is not null) and (`parsed`.`syllables_per_line_value` is null))
    or ((`parsed`.`type_token_ratio_input` is not null) and (`parsed`.`type_token_ratio_value` is null))
    or ((`parsed`.`unique_words_input` is not null) and (`parsed`.`unique_words_value` is null))
    or ((`parsed`.`words_input` is not null) and (`parsed`.`words_value` is null))
  then array_compact(array(
    case when (`parsed`.`profanity_ratio_input` is not null) and (`parsed`.`profanity_ratio_value` is null) then 'profanity_ratio' end,
    case when (`parsed`.`readability_input` is not null) and (`parsed`.`readability_value` is null) then 'readability' end,
    case when (`parsed`.`repetition_input` is not null) and (`parsed`.`repetition_value` is null) then 'repetition' end,
    case when (`parsed`.`rhyme_density_input` is not null) and (`parsed`.`rhyme_density_value` is null) then 'rhyme_density' end,
    case when (`parsed`.`syllables_per_line_input` is not null) and (`parsed`.`syllables_per_line_value` is null) then 'syllables_per_line' end,
    case when (`parsed`.`type_token_ratio_input` is not null) and (`parsed`.`type_token_ratio_value` is null) then 'type_token_ratio' end,
    case when (`parsed`.`unique_words_input` is not null) and (`parsed`.`unique_words_value` is null) then 'unique_words' end,
    case when (`parsed`.`words_input` is not null) and (`parsed`.`words_value` is null) then 'words' end
  )) end as `_unparsed`
from `members`
left join `parsed` on `parsed`.`track_id` = `members`.`track_id`;
