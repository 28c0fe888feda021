-- f1 = lyric_sentiment@1.analyses_90d int32
-- f2 = lyric_sentiment@1.commercial_potential float64
-- f3 = lyric_sentiment@1.confidence float64
-- f4 = lyric_sentiment@1.confidence_avg_90d float64
-- f5 = lyric_sentiment@1.longevity float64
-- f6 = lyric_sentiment@1.mood string
-- f7 = lyric_sentiment@1.positive_share float64
-- f8 = lyric_sentiment@1.quality float64
-- f9 = lyric_sentiment@1.sentiment string
-- f10 = lyric_sentiment@1.style string
-- f11 = lyric_sentiment@1.viral_potential float64
-- f12 = analysis_activity@1.analyses_30d int32
-- f13 = analysis_activity@1.analyses_7d int32
-- f14 = analysis_activity@1.analyses_90d int32
-- f15 = analysis_activity@1.analyses_total int32
-- f16 = analysis_activity@1.analyzers_90d int32
-- f17 = analysis_activity@1.analyzers_total int32
-- f18 = analysis_activity@1.first_analyzed_at timestamp
-- f19 = analysis_activity@1.last_analyzed_at timestamp
-- f20 = analysis_activity@1.last_analyzer string
-- f21 = analysis_activity@1.model_versions int32
-- f22 = analysis_activity@1.processing_time_avg_30d float64
-- f23 = track_profile@1.acousticness float64, without history
-- f24 = track_profile@1.artist string, without history
-- f25 = track_profile@1.danceability float64, without history
-- f26 = track_profile@1.duration_ms int32, without history
-- f27 = track_profile@1.energy float64, without history
-- f28 = track_profile@1.explicit bool, without history
-- f29 = track_profile@1.followers int64, without history
-- f30 = track_profile@1.loudness float64, without history
-- f31 = track_profile@1.lyrics_length int32, without history
-- f32 = track_profile@1.popularity int32, without history
-- f33 = track_profile@1.release_year int32, without history
-- f34 = track_profile@1.speechiness float64, without history
-- f35 = track_profile@1.tempo float64, without history
-- f36 = track_profile@1.title string, without history
-- f37 = track_profile@1.valence float64, without history
-- :p1 = "qwen-3-4b-fp8"
-- :p2 = "gemma-3-27b-it"
-- :p3 = "ollama-llama3.1-8b"
-- :p4 = "$['commercial_potential']"
-- :p5 = "$['longevity']"
-- :p6 = "$['quality_score']"
-- :p7 = "$['viral_potential']"
-- :p8 = "true"
-- :p9 = "positive"
-- :p10 = "neutral"
-- :p11 = "negative"
-- :p12 = "$['mood']"
-- :p13 = "$['mood#']"
-- :p14 = "$['style']"
-- :p15 = "$['style#']"
with `track_members` as (
  select
    `spine`.`_row`
  from `featstore`.`spine` as `spine`
  where exists (
    select 1 from `tracks`
    where `tracks`.`id` = `spine`.`track_id`
      and (`tracks`.`created_at` <= cast(`spine`.`_as_of` as timestamp_ntz)) is not false
  )
),
`analyses_views` as (
  with `inputs` as (
    select
      `spine`.`_row`,
      `analyses`.`created_at` as `_event_time`,
      `spine`.`_as_of`,
      cast(`spine`.`_as_of` as timestamp_ntz) as `_clock`,
      `analyses`.`created_at`,
      `analyses`.`confidence`,
      `analyses`.`analyzer_type`,
      `analyses`.`analysis_data`,
      `analyses`.`model_version`,
      `analyses`.`processing_time_ms`,
      `analyses`.`sentiment`,
      `analyses`.`id`,
      get_json_object(case when `analyses`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then `analyses`.`analysis_data`::string end, :p4::string) as `commercial_potential_input`,
      get_json_object(case when `analyses`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then `analyses`.`analysis_data`::string end, :p5::string) as `longevity_input`,
      get_json_object(case when `analyses`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then `analyses`.`analysis_data`::string end, :p6::string) as `quality_input`,
      get_json_object(case when `analyses`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then `analyses`.`analysis_data`::string end, :p7::string) as `viral_potential_input`,
      case when `analyses`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then :p8::boolean end as `viral_potential`,
      case when `analyses`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then case when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p9::string then :p9::string when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p10::string then :p10::string when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p11::string then :p11::string end end as `positive_share`
    from `featstore`.`spine` as `spine`
    join `analysis_results` as `analyses` on `analyses`.`track_id` = `spine`.`track_id`
    where `analyses`.`created_at` <= cast(`spine`.`_as_of` as timestamp_ntz)
  ),
  `parsed` as (
    select
      `inputs`.`_row`,
      `inputs`.`_event_time`,
      `inputs`.`_as_of`,
      `inputs`.`_clock`,
      `inputs`.`created_at`,
      `inputs`.`confidence`,
      `inputs`.`analyzer_type`,
      `inputs`.`analysis_data`,
      `inputs`.`model_version`,
      `inputs`.`processing_time_ms`,
      `inputs`.`sentiment`,
      `inputs`.`id`,
      `inputs`.`commercial_potential_input`,
      `inputs`.`longevity_input`,
      `inputs`.`quality_input`,
      `inputs`.`viral_potential_input`,
      `inputs`.`viral_potential`,
      `inputs`.`positive_share`,
      featstore_to_float64(`inputs`.`commercial_potential_input`::string) as `commercial_potential_value`,
      featstore_to_float64(`inputs`.`longevity_input`::string) as `longevity_value`,
      featstore_to_float64(`inputs`.`quality_input`::string) as `quality_value`,
      featstore_to_float64(`inputs`.`viral_potential_input`::string) as `viral_potential_value`
    from `inputs`
  )
  select
    `parsed`.`_row`,
    max(`parsed`.`_event_time`) as `_event_time`,
    max(`parsed`.`_as_of`) as `_as_of`,
    max(cast(`parsed`.`created_at` as timestamp)) filter (where `parsed`.`viral_potential`) as `event_time`,
    count(*) filter (where (`parsed`.`_event_time` > (`parsed`.`_clock` - interval '2160 hours')) and `parsed`.`viral_potential`)::int as `analyses_90d`,
    bool_or(`parsed`.`viral_potential` and ((`parsed`.`commercial_potential_input` is not null) and (`parsed`.`commercial_potential_value` is null))) as `commercial_potential_lost`,
    max_by(`parsed`.`commercial_potential_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential` and (`parsed`.`commercial_potential_value` is not null)) as `commercial_potential`,
    max_by(`parsed`.`confidence`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential`) as `confidence_confidence`,
    sum(featstore_to_be_summed(`parsed`.`confidence`::double)) filter (where (`parsed`.`_event_time` > (`parsed`.`_clock` - interval '2160 hours')) and `parsed`.`viral_potential`)::double / nullif(count(`parsed`.`confidence`) filter (where (`parsed`.`_event_time` > (`parsed`.`_clock` - interval '2160 hours')) and `parsed`.`viral_potential`), 0) as `confidence_avg_90d`,
    bool_or(`parsed`.`viral_potential` and ((`parsed`.`longevity_input` is not null) and (`parsed`.`longevity_value` is null))) as `longevity_lost`,
    max_by(`parsed`.`longevity_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential` and (`parsed`.`longevity_value` is not null)) as `longevity`,
    max_by(case when `parsed`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then featstore_json_text(`parsed`.`analysis_data`::string, :p12::string, :p13::string) end, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential` and (case when `parsed`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then featstore_json_text(`parsed`.`analysis_data`::string, :p12::string, :p13::string) end is not null)) as `mood`,
    count(*) filter (where `parsed`.`viral_potential` and (`parsed`.`positive_share` = :p9::string))::int as `positive_share_2`,
    count(`parsed`.`positive_share`) filter (where `parsed`.`viral_potential`)::int as `positive_share_3`,
    bool_or(`parsed`.`viral_potential` and ((`parsed`.`quality_input` is not null) and (`parsed`.`quality_value` is null))) as `quality_lost`,
    max_by(`parsed`.`quality_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential` and (`parsed`.`quality_value` is not null)) as `quality`,
    max_by(`parsed`.`positive_share`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential`) as `sentiment_2`,
    max_by(case when `parsed`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then featstore_json_text(`parsed`.`analysis_data`::string, :p14::string, :p15::string) end, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential` and (case when `parsed`.`analyzer_type`::string in (:p1::string, :p2::string, :p3::string) then featstore_json_text(`parsed`.`analysis_data`::string, :p14::string, :p15::string) end is not null)) as `style`,
    bool_or(`parsed`.`viral_potential` and ((`parsed`.`viral_potential_input` is not null) and (`parsed`.`viral_potential_value` is null))) as `viral_potential_lost`,
    max_by(`parsed`.`viral_potential_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`viral_potential` and (`parsed`.`viral_potential_value` is not null)) as `viral_potential_2`,
    max(cast(`parsed`.`created_at` as timestamp)) as `event_time_2`,
    count(*) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '720 hours'))::int as `analyses_30d`,
    count(*) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '168 hours'))::int as `analyses_7d`,
    count(*) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '2160 hours'))::int as `analyses_90d_2`,
    count(*)::int as `analyses_total`,
    size(collect_set(`parsed`.`analyzer_type`::string) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '2160 hours'))) as `analyzers_90d`,
    size(collect_set(`parsed`.`analyzer_type`::string)) as `analyzers_total`,
    min(cast(`parsed`.`created_at` as timestamp)) as `first_analyzed_at`,
    max(cast(`parsed`.`created_at` as timestamp)) as `last_analyzed_at`,
    max_by(`parsed`.`analyzer_type`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) as `analyzer_type`,
    size(collect_set(`parsed`.`model_version`::string)) as `model_versions`,
    sum(`parsed`.`processing_time_ms`::int::decimal(20, 0)) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '720 hours'))::double / nullif(count(`parsed`.`processing_time_ms`::int) filter (where `parsed`.`_event_time` > (`parsed`.`_clock` - interval '720 hours')), 0) as `processing_time_avg_30d`,
    max(cast(`parsed`.`created_at` as timestamp)) filter (where `parsed`.`viral_potential`) < (max(`parsed`.`_as_of`) - interval '8760 hours') as `_expired_1`
  from `parsed`
  group by `parsed`.`_row`
)
select
  `spine`.`_row`,
  case when `track_members`.`_row` is not null then `analyses_views`.`event_time` end as `_event_time_1`,
  case when `track_members`.`_row` is not null then `analyses_views`.`event_time_2` end as `_event_time_2`,
  null::timestamp as `_event_time_3`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then coalesce(`analyses_views`.`analyses_90d`, 0) end as `f1`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`commercial_potential`::double end as `f2`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`confidence_confidence`::double end as `f3`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`confidence_avg_90d` end as `f4`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`longevity`::double end as `f5`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`mood`::string end as `f6`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then featstore_finite(coalesce(`analyses_views`.`positive_share_2`, 0)::double / nullif(coalesce(`analyses_views`.`positive_share_3`, 0)::double, 0)) end as `f7`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`quality`::double end as `f8`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`sentiment_2`::string end as `f9`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`style`::string end as `f10`,
  case when (`track_members`.`_row` is not null) and (`analyses_views`.`_expired_1` is not true) then `analyses_views`.`viral_potential_2`::double end as `f11`,
  case when `track_members`.`_row` is not null then coalesce(`analyses_views`.`analyses_30d`, 0) end as `f12`,
  case when `track_members`.`_row` is not null then coalesce(`analyses_views`.`analyses_7d`, 0) end as `f13`,
  case when `track_members`.`_row` is not null then coalesce(`analyses_views`.`analyses_90d_2`, 0) end as `f14`,
  case when `track_members`.`_row` is not null then coalesce(`analyses_views`.`analyses_total`, 0) end as `f15`,
  case when `track_members`.`_row` is not null then coalesce(`analyses_views`.`analyzers_90d`, 0) end as `f16`,
  case when `track_members`.`_row` is not null then coalesce(`analyses_views`.`analyzers_total`, 0) end as `f17`,
  case when `track_members`.`_row` is not null then `analyses_views`.`first_analyzed_at` end as `f18`,
  case when `track_members`.`_row` is not null then `analyses_views`.`last_analyzed_at` end as `f19`,
  case when `track_members`.`_row` is not null then `analyses_views`.`analyzer_type`::string end as `f20`,
  case when `track_members`.`_row` is not null then coalesce(`analyses_views`.`model_versions`, 0) end as `f21`,
  case when `track_members`.`_row` is not null then `analyses_views`.`processing_time_avg_30d` end as `f22`,
  null::double as `f23`,
  null::string as `f24`,
  null::double as `f25`,
  null::int as `f26`,
  null::double as `f27`,
  null::boolean as `f28`,
  null::bigint as `f29`,
  null::double as `f30`,
  null::int as `f31`,
  null::int as `f32`,
  null::int as `f33`,
  null::double as `f34`,
  null::double as `f35`,
  null::string as `f36`,
  null::double as `f37`
from `featstore`.`spine` as `spine`
left join `track_members` on `track_members`.`_row` = `spine`.`_row`
left join `analyses_views` on `analyses_views`.`_row` = `spine`.`_row`
order by `spine`.`_row` nulls last;
