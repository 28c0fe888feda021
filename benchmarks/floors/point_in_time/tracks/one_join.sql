-- Spine and analyses joined once for both views: sorted once, newest first, and grouped once.
with joined as (
  select spine._row, analyses.created_at, spine._as_of at time zone 'UTC' as as_of, confidence,
    analyzer_type, processing_time_ms, is_sentiment,
    case when is_sentiment then lower(btrim(sentiment, ' ')) end as label,
    case when is_sentiment then analysis_data ->> 'commercial_potential' end as commercial_potential,
    case when is_sentiment then analysis_data ->> 'longevity' end as longevity,
    case when is_sentiment then analysis_data ->> 'quality_score' end as quality,
    case when is_sentiment then analysis_data ->> 'viral_potential' end as viral_potential,
    case when is_sentiment then analysis_data ->> 'mood' end as mood,
    case when is_sentiment then analysis_data ->> 'style' end as style
  from featstore.spine as spine
  join (
    select *, analyzer_type in ('qwen-3-4b-fp8', 'gemma-3-27b-it', 'ollama-llama3.1-8b') as is_sentiment
    from analysis_results
  ) as analyses on analyses.track_id = spine.track_id and analyses.created_at <= spine._as_of at time zone 'UTC'
  order by spine._row, analyses.created_at desc, analyses.id desc
), parsed as (
  select _row, created_at, as_of, confidence, analyzer_type, processing_time_ms, is_sentiment, mood, style,
    case when label in ('positive', 'neutral', 'negative') then label end as label,
    case when pg_input_is_valid(commercial_potential, 'double precision') then commercial_potential::double precision end as commercial_potential,
    case when pg_input_is_valid(longevity, 'double precision') then longevity::double precision end as longevity,
    case when pg_input_is_valid(quality, 'double precision') then quality::double precision end as quality,
    case when pg_input_is_valid(viral_potential, 'double precision') then viral_potential::double precision end as viral_potential
  from joined
  order by _row
), grouped as (
  select _row,
    max(created_at) filter (where is_sentiment) as sentiment_time,
    count(*) filter (where is_sentiment and created_at > as_of - interval '2160 hours')::integer as sentiment_90d,
    (array_agg(commercial_potential) filter (where commercial_potential is not null))[1] as commercial_potential,
    (array_agg(confidence) filter (where is_sentiment))[1]::double precision as confidence,
    (avg(confidence) filter (where is_sentiment and created_at > as_of - interval '2160 hours'))::double precision as confidence_avg_90d,
    (array_agg(longevity) filter (where longevity is not null))[1] as longevity,
    (array_agg(mood) filter (where mood is not null))[1] as mood,
    count(*) filter (where label = 'positive')::double precision / nullif(count(label), 0) as positive_share,
    (array_agg(quality) filter (where quality is not null))[1] as quality,
    (array_agg(label) filter (where is_sentiment))[1] as sentiment,
    (array_agg(style) filter (where style is not null))[1] as style,
    (array_agg(viral_potential) filter (where viral_potential is not null))[1] as viral_potential,
    max(created_at) as activity_time,
    count(*) filter (where created_at > as_of - interval '168 hours')::integer as analyses_7d,
    count(*) filter (where created_at > as_of - interval '720 hours')::integer as analyses_30d,
    count(*) filter (where created_at > as_of - interval '2160 hours')::integer as analyses_90d,
    count(*)::integer as analyses_total,
    min(created_at) as first_analyzed_at,
    (array_agg(analyzer_type))[1]::text as last_analyzer,
    avg(processing_time_ms) filter (where created_at > as_of - interval '720 hours') as processing_time_avg_30d,
    array_agg(analyzer_type) as analyzers
  from parsed
  group by _row
)
select spine._row,
  sentiment_time at time zone 'UTC' as _event_time_1,
  activity_time at time zone 'UTC' as _event_time_2,
  case when is_fresh then coalesce(sentiment_90d, 0) end as f1,
  case when is_fresh then commercial_potential end as f2,
  case when is_fresh then confidence end as f3,
  case when is_fresh then confidence_avg_90d end as f4,
  case when is_fresh then longevity end as f5,
  case when is_fresh then mood end as f6,
  case when is_fresh then positive_share end as f7,
  case when is_fresh then quality end as f8,
  case when is_fresh then sentiment end as f9,
  case when is_fresh then style end as f10,
  case when is_fresh then viral_potential end as f11,
  coalesce(analyses_7d, 0) as f12,
  coalesce(analyses_30d, 0) as f13,
  coalesce(analyses_90d, 0) as f14,
  coalesce(analyses_total, 0) as f15,
  coalesce((select count(distinct value) from unnest(analyzers) as value), 0)::integer as f16,
  first_analyzed_at at time zone 'UTC' as f17,
  activity_time at time zone 'UTC' as f18,
  last_analyzer as f19,
  processing_time_avg_30d::double precision as f20
from featstore.spine as spine
-- Every track of this spine is there, once, before its time.
join tracks on tracks.id = spine.track_id
left join grouped on grouped._row = spine._row
cross join lateral (
  select (sentiment_time < (spine._as_of - interval '8760 hours') at time zone 'UTC') is not true as is_fresh
) as freshness
order by spine._row
