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
-- $1 = "qwen-3-4b-fp8"
-- $2 = "gemma-3-27b-it"
-- $3 = "ollama-llama3.1-8b"
-- $4 = "commercial_potential"
-- $5 = "longevity"
-- $6 = "quality_score"
-- $7 = "viral_potential"
-- $8 = "true"
-- $9 = "mood"
-- $10 = "positive"
-- $11 = "neutral"
-- $12 = "negative"
-- $13 = "style"
with "track_members" as (
  select
    "spine"."_row"
  from "featstore"."spine" as "spine"
  where exists (
    select from "tracks"
    where "tracks"."id" = "spine"."track_id"
      and ("tracks"."created_at" <= ("spine"."_as_of" at time zone 'UTC')) is not false
  )
),
"analyses_views" as (
  with "sorted" as (
    select
      "spine"."_row",
      "analyses"."created_at" as "_event_time",
      "spine"."_as_of",
      "spine"."_as_of" at time zone 'UTC' as "_clock",
      "analyses"."created_at",
      "analyses"."confidence",
      "analyses"."analyzer_type",
      "analyses"."model_version",
      "analyses"."processing_time_ms",
      "analyses"."sentiment",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then "analyses"."analysis_data"::jsonb end ->> $4::text as "commercial_potential_input",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then "analyses"."analysis_data"::jsonb end ->> $5::text as "longevity_input",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then "analyses"."analysis_data"::jsonb end ->> $6::text as "quality_input",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then "analyses"."analysis_data"::jsonb end ->> $7::text as "viral_potential_input",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then $8::boolean end as "viral_potential",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then "analyses"."analysis_data"::jsonb ->> $9::text end as "mood",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then case when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $10::text then $10::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $11::text then $11::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $12::text then $12::text end end as "positive_share",
      case when "analyses"."analyzer_type"::text in ($1::text, $2::text, $3::text) then "analyses"."analysis_data"::jsonb ->> $13::text end as "style"
    from "featstore"."spine" as "spine"
    join "analysis_results" as "analyses" on "analyses"."track_id" = "spine"."track_id"
    where "analyses"."created_at" <= ("spine"."_as_of" at time zone 'UTC')
    order by "spine"."_row", "analyses"."created_at" desc, "analyses"."id" desc
  ),
  "parsed" as (
    select
      "sorted"."_row",
      "sorted"."_event_time",
      "sorted"."_as_of",
      "sorted"."_clock",
      "sorted"."created_at",
      "sorted"."confidence",
      "sorted"."analyzer_type",
      "sorted"."model_version",
      "sorted"."processing_time_ms",
      "sorted"."sentiment",
      "sorted"."commercial_potential_input",
      "sorted"."longevity_input",
      "sorted"."quality_input",
      "sorted"."viral_potential_input",
      "sorted"."viral_potential",
      "sorted"."mood",
      "sorted"."positive_share",
      "sorted"."style",
      featstore.to_float64("sorted"."commercial_potential_input"::text) as "commercial_potential_value",
      featstore.to_float64("sorted"."longevity_input"::text) as "longevity_value",
      featstore.to_float64("sorted"."quality_input"::text) as "quality_value",
      featstore.to_float64("sorted"."viral_potential_input"::text) as "viral_potential_value"
    from "sorted"
    order by "sorted"."_row"
  )
  select
    "parsed"."_row",
    max("parsed"."_event_time") as "_event_time",
    max("parsed"."_as_of") as "_as_of",
    (max("parsed"."created_at") filter (where "parsed"."viral_potential") at time zone 'UTC') as "event_time",
    count(*) filter (where ("parsed"."_event_time" > ("parsed"."_clock" - interval '2160 hours')) and "parsed"."viral_potential")::integer as "analyses_90d",
    bool_or("parsed"."viral_potential" and (("parsed"."commercial_potential_input" is not null) and ("parsed"."commercial_potential_value" is null))) as "commercial_potential_lost",
    (array_agg("parsed"."commercial_potential_value") filter (where "parsed"."viral_potential" and ("parsed"."commercial_potential_value" is not null)))[1] as "commercial_potential",
    (array_agg("parsed"."confidence") filter (where "parsed"."viral_potential"))[1] as "confidence_confidence",
    ((sum(featstore.to_be_summed("parsed"."confidence")) filter (where ("parsed"."_event_time" > ("parsed"."_clock" - interval '2160 hours')) and "parsed"."viral_potential") + 0.0) / nullif(count("parsed"."confidence") filter (where ("parsed"."_event_time" > ("parsed"."_clock" - interval '2160 hours')) and "parsed"."viral_potential"), 0))::double precision as "confidence_avg_90d",
    bool_or("parsed"."viral_potential" and (("parsed"."longevity_input" is not null) and ("parsed"."longevity_value" is null))) as "longevity_lost",
    (array_agg("parsed"."longevity_value") filter (where "parsed"."viral_potential" and ("parsed"."longevity_value" is not null)))[1] as "longevity",
    (array_agg("parsed"."mood") filter (where "parsed"."viral_potential" and ("parsed"."mood" is not null)))[1] as "mood_2",
    count(*) filter (where "parsed"."viral_potential" and ("parsed"."positive_share" = $10::text))::integer as "positive_share_2",
    count("parsed"."positive_share") filter (where "parsed"."viral_potential")::integer as "positive_share_3",
    bool_or("parsed"."viral_potential" and (("parsed"."quality_input" is not null) and ("parsed"."quality_value" is null))) as "quality_lost",
    (array_agg("parsed"."quality_value") filter (where "parsed"."viral_potential" and ("parsed"."quality_value" is not null)))[1] as "quality",
    (array_agg("parsed"."positive_share") filter (where "parsed"."viral_potential"))[1] as "sentiment_2",
    (array_agg("parsed"."style") filter (where "parsed"."viral_potential" and ("parsed"."style" is not null)))[1] as "style_2",
    bool_or("parsed"."viral_potential" and (("parsed"."viral_potential_input" is not null) and ("parsed"."viral_potential_value" is null))) as "viral_potential_lost",
    (array_agg("parsed"."viral_potential_value") filter (where "parsed"."viral_potential" and ("parsed"."viral_potential_value" is not null)))[1] as "viral_potential_2",
    (max("parsed"."created_at") at time zone 'UTC') as "event_time_2",
    count(*) filter (where "parsed"."_event_time" > ("parsed"."_clock" - interval '720 hours'))::integer as "analyses_30d",
    count(*) filter (where "parsed"."_event_time" > ("parsed"."_clock" - interval '168 hours'))::integer as "analyses_7d",
    count(*) filter (where "parsed"."_event_time" > ("parsed"."_clock" - interval '2160 hours'))::integer as "analyses_90d_2",
    count(*)::integer as "analyses_total",
    (select count(distinct "value" collate "C") from unnest(array_agg("parsed"."analyzer_type"::text) filter (where "parsed"."_event_time" > ("parsed"."_clock" - interval '2160 hours'))) as "value")::integer as "analyzers_90d",
    (select count(distinct "value" collate "C") from unnest(array_agg("parsed"."analyzer_type"::text)) as "value")::integer as "analyzers_total",
    (min("parsed"."created_at") at time zone 'UTC') as "first_analyzed_at",
    (max("parsed"."created_at") at time zone 'UTC') as "last_analyzed_at",
    (array_agg("parsed"."analyzer_type"))[1] as "analyzer_type",
    (select count(distinct "value" collate "C") from unnest(array_agg("parsed"."model_version"::text)) as "value")::integer as "model_versions",
    avg("parsed"."processing_time_ms") filter (where "parsed"."_event_time" > ("parsed"."_clock" - interval '720 hours'))::double precision as "processing_time_avg_30d",
    (max("parsed"."created_at") filter (where "parsed"."viral_potential") at time zone 'UTC') < (max("parsed"."_as_of") - interval '8760 hours') as "_expired_1"
  from "parsed"
  group by "parsed"."_row"
)
select
  "spine"."_row",
  case when "track_members"."_row" is not null then "analyses_views"."event_time" end as "_event_time_1",
  case when "track_members"."_row" is not null then "analyses_views"."event_time_2" end as "_event_time_2",
  null::timestamptz as "_event_time_3",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then coalesce("analyses_views"."analyses_90d", 0) end as "f1",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."commercial_potential"::double precision end as "f2",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."confidence_confidence"::double precision end as "f3",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."confidence_avg_90d" end as "f4",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."longevity"::double precision end as "f5",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."mood_2"::text end as "f6",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then coalesce("analyses_views"."positive_share_2", 0)::double precision / nullif(coalesce("analyses_views"."positive_share_3", 0)::double precision, 0) end as "f7",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."quality"::double precision end as "f8",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."sentiment_2"::text end as "f9",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."style_2"::text end as "f10",
  case when ("track_members"."_row" is not null) and ("analyses_views"."_expired_1" is not true) then "analyses_views"."viral_potential_2"::double precision end as "f11",
  case when "track_members"."_row" is not null then coalesce("analyses_views"."analyses_30d", 0) end as "f12",
  case when "track_members"."_row" is not null then coalesce("analyses_views"."analyses_7d", 0) end as "f13",
  case when "track_members"."_row" is not null then coalesce("analyses_views"."analyses_90d_2", 0) end as "f14",
  case when "track_members"."_row" is not null then coalesce("analyses_views"."analyses_total", 0) end as "f15",
  case when "track_members"."_row" is not null then coalesce("analyses_views"."analyzers_90d", 0) end as "f16",
  case when "track_members"."_row" is not null then coalesce("analyses_views"."analyzers_total", 0) end as "f17",
  case when "track_members"."_row" is not null then "analyses_views"."first_analyzed_at" end as "f18",
  case when "track_members"."_row" is not null then "analyses_views"."last_analyzed_at" end as "f19",
  case when "track_members"."_row" is not null then "analyses_views"."analyzer_type"::text end as "f20",
  case when "track_members"."_row" is not null then coalesce("analyses_views"."model_versions", 0) end as "f21",
  case when "track_members"."_row" is not null then "analyses_views"."processing_time_avg_30d" end as "f22",
  null::double precision as "f23",
  null::text as "f24",
  null::double precision as "f25",
  null::integer as "f26",
  null::double precision as "f27",
  null::boolean as "f28",
  null::bigint as "f29",
  null::double precision as "f30",
  null::integer as "f31",
  null::integer as "f32",
  null::integer as "f33",
  null::double precision as "f34",
  null::double precision as "f35",
  null::text as "f36",
  null::double precision as "f37"
from "featstore"."spine" as "spine"
left join "track_members" on "track_members"."_row" = "spine"."_row"
left join "analyses_views" on "analyses_views"."_row" = "spine"."_row"
order by "spine"."_row";
