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
-- $1 = "commercial_potential"
-- $2 = "longevity"
-- $3 = "quality_score"
-- $4 = "viral_potential"
-- $5 = "mood"
-- $6 = "positive"
-- $7 = "neutral"
-- $8 = "negative"
-- $9 = "style"
-- $10 = "qwen-3-4b-fp8"
-- $11 = "gemma-3-27b-it"
-- $12 = "ollama-llama3.1-8b"
-- $13 = "lexicon-sentiment"
with "track_members" as (
  select distinct
    "spine"."_row"
  from "featstore"."spine" as "spine"
  join "tracks" on "tracks"."id" = "spine"."track_id"
  where ("tracks"."created_at" <= ("spine"."_as_of" at time zone 'UTC')) is not false
),
"lyric_sentiment_v1" as (
  with "sorted" as (
    select
      "spine"."_row",
      "analyses"."created_at" as "_event_time",
      "spine"."_as_of",
      "analyses"."confidence",
      "analyses"."sentiment",
      "analyses"."analysis_data"::jsonb ->> $1::text as "commercial_potential_input",
      "analyses"."analysis_data"::jsonb ->> $2::text as "longevity_input",
      "analyses"."analysis_data"::jsonb ->> $3::text as "quality_input",
      "analyses"."analysis_data"::jsonb ->> $4::text as "viral_potential_input",
      "analyses"."analysis_data"::jsonb ->> $5::text as "mood",
      case when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $6::text then $6::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $7::text then $7::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $8::text then $8::text end as "positive_share",
      "analyses"."analysis_data"::jsonb ->> $9::text as "style"
    from "featstore"."spine" as "spine"
    join "analysis_results" as "analyses" on "analyses"."track_id" = "spine"."track_id"
    where "analyses"."created_at" <= ("spine"."_as_of" at time zone 'UTC')
      and "analyses"."analyzer_type"::text in ($10::text, $11::text, $12::text, $13::text)
    order by "spine"."_row", "analyses"."created_at" desc, "analyses"."id" desc
  ),
  "parsed" as (
    select
      "sorted"."_row",
      "sorted"."_event_time",
      "sorted"."_as_of",
      "sorted"."confidence",
      "sorted"."sentiment",
      "sorted"."commercial_potential_input",
      "sorted"."longevity_input",
      "sorted"."quality_input",
      "sorted"."viral_potential_input",
      "sorted"."mood",
      "sorted"."positive_share",
      "sorted"."style",
      featstore.to_float64("sorted"."commercial_potential_input"::text) as "commercial_potential_value",
      featstore.to_float64("sorted"."longevity_input"::text) as "longevity_value",
      featstore.to_float64("sorted"."quality_input"::text) as "quality_value",
      featstore.to_float64("sorted"."viral_potential_input"::text) as "viral_potential_value"
    from "sorted"
    order by "sorted"."_row"
  ),
  "grouped" as (
    select
      "parsed"."_row",
      max("parsed"."_event_time") as "_event_time",
      max("parsed"."_as_of") as "_as_of",
      count(*) filter (where "parsed"."_event_time" > (("parsed"."_as_of" at time zone 'UTC') - interval '2160 hours'))::integer as "analyses_90d",
      bool_or(("parsed"."commercial_potential_input" is not null) and ("parsed"."commercial_potential_value" is null)) as "commercial_potential_lost",
      (array_agg("parsed"."commercial_potential_value") filter (where "parsed"."commercial_potential_value" is not null))[1] as "commercial_potential",
      (array_agg("parsed"."confidence"))[1] as "confidence",
      avg("parsed"."confidence") filter (where "parsed"."_event_time" > (("parsed"."_as_of" at time zone 'UTC') - interval '2160 hours'))::double precision as "confidence_avg_90d",
      bool_or(("parsed"."longevity_input" is not null) and ("parsed"."longevity_value" is null)) as "longevity_lost",
      (array_agg("parsed"."longevity_value") filter (where "parsed"."longevity_value" is not null))[1] as "longevity",
      (array_agg("parsed"."mood") filter (where "parsed"."mood" is not null))[1] as "mood_2",
      count(*) filter (where "parsed"."positive_share" = $6::text)::integer as "positive_share_2",
      count("parsed"."positive_share")::integer as "positive_share_3",
      bool_or(("parsed"."quality_input" is not null) and ("parsed"."quality_value" is null)) as "quality_lost",
      (array_agg("parsed"."quality_value") filter (where "parsed"."quality_value" is not null))[1] as "quality",
      (array_agg("parsed"."positive_share"))[1] as "sentiment_2",
      (array_agg("parsed"."style") filter (where "parsed"."style" is not null))[1] as "style_2",
      bool_or(("parsed"."viral_potential_input" is not null) and ("parsed"."viral_potential_value" is null)) as "viral_potential_lost",
      (array_agg("parsed"."viral_potential_value") filter (where "parsed"."viral_potential_value" is not null))[1] as "viral_potential"
    from "parsed"
    group by "parsed"."_row"
  )
  select
    "spine"."_row",
    "grouped"."_event_time" at time zone 'UTC' as "_event_time",
    coalesce("grouped"."analyses_90d", 0) as "analyses_90d",
    "grouped"."commercial_potential"::double precision as "commercial_potential",
    "grouped"."confidence"::double precision as "confidence",
    "grouped"."confidence_avg_90d",
    "grouped"."longevity"::double precision as "longevity",
    "grouped"."mood_2"::text as "mood",
    coalesce("grouped"."positive_share_2", 0)::double precision / nullif(coalesce("grouped"."positive_share_3", 0)::double precision, 0) as "positive_share",
    "grouped"."quality"::double precision as "quality",
    "grouped"."sentiment_2"::text as "sentiment",
    "grouped"."style_2"::text as "style",
    "grouped"."viral_potential"::double precision as "viral_potential"
  from "featstore"."spine" as "spine"
  left join "grouped" on "grouped"."_row" = "spine"."_row"
),
"analysis_activity_v1" as (
  with "grouped" as (
    select
      "spine"."_row",
      max("analyses"."created_at") as "_event_time",
      max("spine"."_as_of") as "_as_of",
      count(*) filter (where "analyses"."created_at" > (("spine"."_as_of" at time zone 'UTC') - interval '720 hours'))::integer as "analyses_30d",
      count(*) filter (where "analyses"."created_at" > (("spine"."_as_of" at time zone 'UTC') - interval '168 hours'))::integer as "analyses_7d",
      count(*) filter (where "analyses"."created_at" > (("spine"."_as_of" at time zone 'UTC') - interval '2160 hours'))::integer as "analyses_90d",
      count(*)::integer as "analyses_total",
      count(distinct "analyses"."analyzer_type"::text collate "C") filter (where "analyses"."created_at" > (("spine"."_as_of" at time zone 'UTC') - interval '2160 hours'))::integer as "analyzers_90d",
      count(distinct "analyses"."analyzer_type"::text collate "C")::integer as "analyzers_total",
      (min("analyses"."created_at") at time zone 'UTC') as "first_analyzed_at",
      (max("analyses"."created_at") at time zone 'UTC') as "last_analyzed_at",
      (array_agg("analyses"."analyzer_type" order by "analyses"."created_at" desc, "analyses"."id" desc))[1] as "analyzer_type",
      count(distinct "analyses"."model_version"::text collate "C")::integer as "model_versions",
      avg("analyses"."processing_time_ms") filter (where "analyses"."created_at" > (("spine"."_as_of" at time zone 'UTC') - interval '720 hours'))::double precision as "processing_time_avg_30d"
    from "featstore"."spine" as "spine"
    join "analysis_results" as "analyses" on "analyses"."track_id" = "spine"."track_id"
    where "analyses"."created_at" <= ("spine"."_as_of" at time zone 'UTC')
    group by "spine"."_row"
  )
  select
    "spine"."_row",
    "grouped"."_event_time" at time zone 'UTC' as "_event_time",
    coalesce("grouped"."analyses_30d", 0) as "analyses_30d",
    coalesce("grouped"."analyses_7d", 0) as "analyses_7d",
    coalesce("grouped"."analyses_90d", 0) as "analyses_90d",
    coalesce("grouped"."analyses_total", 0) as "analyses_total",
    coalesce("grouped"."analyzers_90d", 0) as "analyzers_90d",
    coalesce("grouped"."analyzers_total", 0) as "analyzers_total",
    "grouped"."first_analyzed_at",
    "grouped"."last_analyzed_at",
    "grouped"."analyzer_type"::text as "last_analyzer",
    coalesce("grouped"."model_versions", 0) as "model_versions",
    "grouped"."processing_time_avg_30d"
  from "featstore"."spine" as "spine"
  left join "grouped" on "grouped"."_row" = "spine"."_row"
)
select
  "spine"."_row",
  case when "track_members"."_row" is not null then "lyric_sentiment_v1"."_event_time" end as "_event_time_1",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."_event_time" end as "_event_time_2",
  null::timestamptz as "_event_time_3",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."analyses_90d" end as "f1",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."commercial_potential" end as "f2",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."confidence" end as "f3",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."confidence_avg_90d" end as "f4",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."longevity" end as "f5",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."mood" end as "f6",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."positive_share" end as "f7",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."quality" end as "f8",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."sentiment" end as "f9",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."style" end as "f10",
  case when ("track_members"."_row" is not null) and (("lyric_sentiment_v1"."_event_time" < ("spine"."_as_of" - interval '8760 hours')) is not true) then "lyric_sentiment_v1"."viral_potential" end as "f11",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."analyses_30d" end as "f12",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."analyses_7d" end as "f13",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."analyses_90d" end as "f14",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."analyses_total" end as "f15",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."analyzers_90d" end as "f16",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."analyzers_total" end as "f17",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."first_analyzed_at" end as "f18",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."last_analyzed_at" end as "f19",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."last_analyzer" end as "f20",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."model_versions" end as "f21",
  case when "track_members"."_row" is not null then "analysis_activity_v1"."processing_time_avg_30d" end as "f22",
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
left join "lyric_sentiment_v1" on "lyric_sentiment_v1"."_row" = "spine"."_row"
left join "analysis_activity_v1" on "analysis_activity_v1"."_row" = "spine"."_row"
order by "spine"."_row";
