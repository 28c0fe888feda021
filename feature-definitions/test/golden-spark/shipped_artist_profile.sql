-- :p1 = the as-of time
-- :p2 = "$['energy']"
-- :p3 = "$['explicit']"
-- :p4 = "$['explicit#']"
-- :p5 = "$['release_date']"
-- :p6 = "$['release_date#']"
-- :p7 = "1"
-- :p8 = "4"
-- :p9 = "$['popularity']"
-- :p10 = "$['popularity#']"
-- :p11 = "$['tempo']"
-- :p12 = "$['valence']"
with `inputs` as (
  select
    `credits`.`artist`::string as `artist`,
    `credits`.`created_at` as `_event_time`,
    `credits`.`id`,
    get_json_object(`credits`.`audio_features`::string, :p2::string) as `energy_avg_input`,
    featstore_json_text(`credits`.`spotify_data`::string, :p3::string, :p4::string) as `explicit_share_input`,
    substring(featstore_json_text(`credits`.`spotify_data`::string, :p5::string, :p6::string), :p7::int, :p8::int) as `first_release_year_input`,
    featstore_json_text(`credits`.`spotify_data`::string, :p9::string, :p10::string) as `popularity_avg_input`,
    get_json_object(`credits`.`audio_features`::string, :p11::string) as `tempo_avg_input`,
    get_json_object(`credits`.`audio_features`::string, :p12::string) as `valence_avg_input`
  from `tracks` as `credits`
  where `credits`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)
    and `credits`.`artist` is not null
),
`parsed` as (
  select
    `inputs`.`artist`,
    `inputs`.`_event_time`,
    `inputs`.`id`,
    `inputs`.`energy_avg_input`,
    `inputs`.`explicit_share_input`,
    `inputs`.`first_release_year_input`,
    `inputs`.`popularity_avg_input`,
    `inputs`.`tempo_avg_input`,
    `inputs`.`valence_avg_input`,
    featstore_to_float64(`inputs`.`energy_avg_input`::string) as `energy_avg_value`,
    featstore_to_bool(`inputs`.`explicit_share_input`::string) as `explicit_share_value`,
    try_cast(featstore_to_int64(`inputs`.`first_release_year_input`::string) as int) as `first_release_year_value`,
    try_cast(featstore_to_int64(`inputs`.`popularity_avg_input`::string) as int) as `popularity_avg_value`,
    featstore_to_float64(`inputs`.`tempo_avg_input`::string) as `tempo_avg_value`,
    featstore_to_float64(`inputs`.`valence_avg_input`::string) as `valence_avg_value`
  from `inputs`
),
`grouped` as (
  select
    `parsed`.`artist`,
    max(`parsed`.`_event_time`) as `_event_time`,
    bool_or((`parsed`.`energy_avg_input` is not null) and (`parsed`.`energy_avg_value` is null)) as `energy_avg_lost`,
    sum(featstore_to_be_summed(`parsed`.`energy_avg_value`))::double / nullif(count(`parsed`.`energy_avg_value`), 0) as `energy_avg`,
    bool_or((`parsed`.`explicit_share_input` is not null) and (`parsed`.`explicit_share_value` is null)) as `explicit_share_lost`,
    count(*) filter (where `parsed`.`explicit_share_value`)::int as `explicit_share`,
    bool_or((`parsed`.`explicit_share_input` is not null) and (`parsed`.`explicit_share_value` is null)) as `explicit_share_lost_2`,
    count(`parsed`.`explicit_share_value`)::int as `explicit_share_2`,
    bool_or((`parsed`.`first_release_year_input` is not null) and (`parsed`.`first_release_year_value` is null)) as `first_release_year_lost`,
    min(`parsed`.`first_release_year_value`) as `first_release_year`,
    bool_or((`parsed`.`first_release_year_input` is not null) and (`parsed`.`first_release_year_value` is null)) as `last_release_year_lost`,
    max(`parsed`.`first_release_year_value`) as `last_release_year`,
    bool_or((`parsed`.`popularity_avg_input` is not null) and (`parsed`.`popularity_avg_value` is null)) as `popularity_avg_lost`,
    sum(`parsed`.`popularity_avg_value`::decimal(20, 0))::double / nullif(count(`parsed`.`popularity_avg_value`), 0) as `popularity_avg`,
    bool_or((`parsed`.`popularity_avg_input` is not null) and (`parsed`.`popularity_avg_value` is null)) as `popularity_max_lost`,
    max(`parsed`.`popularity_avg_value`) as `popularity_max`,
    bool_or((`parsed`.`tempo_avg_input` is not null) and (`parsed`.`tempo_avg_value` is null)) as `tempo_avg_lost`,
    sum(featstore_to_be_summed(`parsed`.`tempo_avg_value`))::double / nullif(count(`parsed`.`tempo_avg_value`), 0) as `tempo_avg`,
    count(*)::int as `tracks_2`,
    bool_or((`parsed`.`valence_avg_input` is not null) and (`parsed`.`valence_avg_value` is null)) as `valence_avg_lost`,
    sum(featstore_to_be_summed(`parsed`.`valence_avg_value`))::double / nullif(count(`parsed`.`valence_avg_value`), 0) as `valence_avg`
  from `parsed`
  group by `parsed`.`artist`
),
`members` as (
  select distinct
    `credits`.`artist`::string as `artist`
  from `tracks` as `credits`
  where (`credits`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)) is not false
    and `credits`.`artist` is not null
)
select
  '' as `_tenant`,
  `members`.`artist`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`energy_avg`,
  featstore_finite(coalesce(`grouped`.`explicit_share`, 0)::double / nullif(coalesce(`grouped`.`explicit_share_2`, 0)::double, 0)) as `explicit_share`,
  `grouped`.`first_release_year`,
  `grouped`.`last_release_year`,
  `grouped`.`popularity_avg`,
  `grouped`.`popularity_max`,
  `grouped`.`tempo_avg`,
  coalesce(`grouped`.`tracks_2`, 0) as `tracks`,
  `grouped`.`valence_avg`,
  case when `grouped`.`energy_avg_lost`
    or (`grouped`.`explicit_share_lost` or `grouped`.`explicit_share_lost_2`)
    or `grouped`.`first_release_year_lost`
    or `grouped`.`last_release_year_lost`
    or `grouped`.`popularity_avg_lost`
    or `grouped`.`popularity_max_lost`
    or `grouped`.`tempo_avg_lost`
    or `grouped`.`valence_avg_lost`
  then array_compact(array(
    case when `grouped`.`energy_avg_lost` then 'energy_avg' end,
    case when `grouped`.`explicit_share_lost` or `grouped`.`explicit_share_lost_2` then 'explicit_share' end,
    case when `grouped`.`first_release_year_lost` then 'first_release_year' end,
    case when `grouped`.`last_release_year_lost` then 'last_release_year' end,
    case when `grouped`.`popularity_avg_lost` then 'popularity_avg' end,
    case when `grouped`.`popularity_max_lost` then 'popularity_max' end,
    case when `grouped`.`tempo_avg_lost` then 'tempo_avg' end,
    case when `grouped`.`valence_avg_lost` then 'valence_avg' end
  )) end as `_unparsed`
from `members`
left join `grouped` on `grouped`.`artist` = `members`.`artist`;
