-- :p1 = the as-of time
-- :p2 = "$['acousticness']"
-- :p3 = "$['danceability']"
-- :p4 = "$['duration_ms']"
-- :p5 = "$['duration_ms#']"
-- :p6 = "$['energy']"
-- :p7 = "$['explicit']"
-- :p8 = "$['explicit#']"
-- :p9 = "$['followers']"
-- :p10 = "$['followers#']"
-- :p11 = "$['loudness']"
-- :p12 = "$['popularity']"
-- :p13 = "$['popularity#']"
-- :p14 = "$['release_date']"
-- :p15 = "$['release_date#']"
-- :p16 = "1"
-- :p17 = "4"
-- :p18 = "$['speechiness']"
-- :p19 = "$['tempo']"
-- :p20 = "$['valence']"
with `inputs` as (
  select
    `tracks`.`id` as `track_id`,
    `tracks`.`created_at` as `_event_time`,
    `tracks`.`artist`,
    `tracks`.`created_at`,
    `tracks`.`lyrics`,
    `tracks`.`title`,
    case when `tracks`.`created_at` is not null then get_json_object(`tracks`.`audio_features`::string, :p2::string) end as `acousticness_input`,
    case when `tracks`.`created_at` is not null then get_json_object(`tracks`.`audio_features`::string, :p3::string) end as `danceability_input`,
    case when `tracks`.`created_at` is not null then featstore_json_text(`tracks`.`spotify_data`::string, :p4::string, :p5::string) end as `duration_ms_input`,
    case when `tracks`.`created_at` is not null then get_json_object(`tracks`.`audio_features`::string, :p6::string) end as `energy_input`,
    case when `tracks`.`created_at` is not null then featstore_json_text(`tracks`.`spotify_data`::string, :p7::string, :p8::string) end as `explicit_input`,
    case when `tracks`.`created_at` is not null then featstore_json_text(`tracks`.`spotify_data`::string, :p9::string, :p10::string) end as `followers_input`,
    case when `tracks`.`created_at` is not null then get_json_object(`tracks`.`audio_features`::string, :p11::string) end as `loudness_input`,
    case when `tracks`.`created_at` is not null then featstore_json_text(`tracks`.`spotify_data`::string, :p12::string, :p13::string) end as `popularity_input`,
    case when `tracks`.`created_at` is not null then substring(featstore_json_text(`tracks`.`spotify_data`::string, :p14::string, :p15::string), :p16::int, :p17::int) end as `release_year_input`,
    case when `tracks`.`created_at` is not null then get_json_object(`tracks`.`audio_features`::string, :p18::string) end as `speechiness_input`,
    case when `tracks`.`created_at` is not null then get_json_object(`tracks`.`audio_features`::string, :p19::string) end as `tempo_input`,
    case when `tracks`.`created_at` is not null then get_json_object(`tracks`.`audio_features`::string, :p20::string) end as `valence_input`
  from `tracks`
  where (`tracks`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)) is not false
    and `tracks`.`id` is not null
),
`parsed` as (
  select
    `inputs`.`track_id`,
    `inputs`.`_event_time`,
    `inputs`.`artist`,
    `inputs`.`created_at`,
    `inputs`.`lyrics`,
    `inputs`.`title`,
    `inputs`.`acousticness_input`,
    `inputs`.`danceability_input`,
    `inputs`.`duration_ms_input`,
    `inputs`.`energy_input`,
    `inputs`.`explicit_input`,
    `inputs`.`followers_input`,
    `inputs`.`loudness_input`,
    `inputs`.`popularity_input`,
    `inputs`.`release_year_input`,
    `inputs`.`speechiness_input`,
    `inputs`.`tempo_input`,
    `inputs`.`valence_input`,
    featstore_to_float64(`inputs`.`acousticness_input`::string) as `acousticness_value`,
    featstore_to_float64(`inputs`.`danceability_input`::string) as `danceability_value`,
    try_cast(featstore_to_int64(`inputs`.`duration_ms_input`::string) as int) as `duration_ms_value`,
    featstore_to_float64(`inputs`.`energy_input`::string) as `energy_value`,
    featstore_to_bool(`inputs`.`explicit_input`::string) as `explicit_value`,
    featstore_to_int64(`inputs`.`followers_input`::string) as `followers_value`,
    featstore_to_float64(`inputs`.`loudness_input`::string) as `loudness_value`,
    try_cast(featstore_to_int64(`inputs`.`popularity_input`::string) as int) as `popularity_value`,
    try_cast(featstore_to_int64(`inputs`.`release_year_input`::string) as int) as `release_year_value`,
    featstore_to_float64(`inputs`.`speechiness_input`::string) as `speechiness_value`,
    featstore_to_float64(`inputs`.`tempo_input`::string) as `tempo_value`,
    featstore_to_float64(`inputs`.`valence_input`::string) as `valence_value`
  from `inputs`
)
select
  '' as `_tenant`,
  `parsed`.`track_id`::bigint as `track_id`,
  cast(`parsed`.`_event_time` as timestamp) as `_event_time`,
  `parsed`.`acousticness_value` as `acousticness`,
  case when `parsed`.`created_at` is not null then `parsed`.`artist`::string end as `artist`,
  `parsed`.`danceability_value` as `danceability`,
  `parsed`.`duration_ms_value` as `duration_ms`,
  `parsed`.`energy_value` as `energy`,
  `parsed`.`explicit_value` as `explicit`,
  `parsed`.`followers_value` as `followers`,
  `parsed`.`loudness_value` as `loudness`,
  case when `parsed`.`created_at` is not null then char_length(`parsed`.`lyrics`::string) end as `lyrics_length`,
  `parsed`.`popularity_value` as `popularity`,
  `parsed`.`release_year_value` as `release_year`,
  `parsed`.`speechiness_value` as `speechiness`,
  `parsed`.`tempo_value` as `tempo`,
  case when `parsed`.`created_at` is not null then `parsed`.`title`::string end as `title`,
  `parsed`.`valence_value` as `valence`,
  case when ((`parsed`.`acousticness_input` is not null) and (`parsed`.`acousticness_value` is null))
    or ((`parsed`.`danceability_input` is not null) and (`parsed`.`danceability_value` is null))
    or ((`parsed`.`duration_ms_input` is not null) and (`parsed`.`duration_ms_value` is null))
    or ((`parsed`.`energy_input` is not null) and (`parsed`.`energy_value` is null))
    or ((`parsed`.`explicit_input` is not null) and (`parsed`.`explicit_value` is null))
    or ((`parsed`.`followers_input` is not null) and (`parsed`.`followers_value` is null))
    or ((`parsed`.`loudness_input` is not null) and (`parsed`.`loudness_value` is null))
    or ((`parsed`.`popularity_input` is not null) and (`parsed`.`popularity_value` is null))
    or ((`parsed`.`release_year_input` is not null) and (`parsed`.`release_year_value` is null))
    or ((`parsed`.`speechiness_input` is not null) and (`parsed`.`speechiness_value` is null))
    or ((`parsed`.`tempo_input` is not null) and (`parsed`.`tempo_value` is null))
    or ((`parsed`.`valence_input` is not null) and (`parsed`.`valence_value` is null))
  then array_compact(array(
    case when (`parsed`.`acousticness_input` is not null) and (`parsed`.`acousticness_value` is null) then 'acousticness' end,
    case when (`parsed`.`danceability_input` is not null) and (`parsed`.`danceability_value` is null) then 'danceability' end,
    case when (`parsed`.`duration_ms_input` is not null) and (`parsed`.`duration_ms_value` is null) then 'duration_ms' end,
    case when (`parsed`.`energy_input` is not null) and (`parsed`.`energy_value` is null) then 'energy' end,
    case when (`parsed`.`explicit_input` is not null) and (`parsed`.`explicit_value` is null) then 'explicit' end,
    case when (`parsed`.`followers_input` is not null) and (`parsed`.`followers_value` is null) then 'followers' end,
    case when (`parsed`.`loudness_input` is not null) and (`parsed`.`loudness_value` is null) then 'loudness' end,
    case when (`parsed`.`popularity_input` is not null) and (`parsed`.`popularity_value` is null) then 'popularity' end,
    case when (`parsed`.`release_year_input` is not null) and (`parsed`.`release_year_value` is null) then 'release_year' end,
    case when (`parsed`.`speechiness_input` is not null) and (`parsed`.`speechiness_value` is null) then 'speechiness' end,
    case when (`parsed`.`tempo_input` is not null) and (`parsed`.`tempo_value` is null) then 'tempo' end,
    case when (`parsed`.`valence_input` is not null) and (`parsed`.`valence_value` is null) then 'valence' end
  )) end as `_unparsed`
from `parsed`;
