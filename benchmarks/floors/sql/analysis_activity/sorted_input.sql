-- Narrow rows sorted once, newest first. A value is counted where it appears for the first time in its track, so that nothing is sorted again.
with marked as (
  select track_id, created_at, processing_time_ms, analyzer_type, recency,
    row_number() over (partition by track_id, analyzer_type order by created_at desc) = 1 and analyzer_type is not null as new_analyzer,
    row_number() over (partition by track_id, model_version) = 1 and model_version is not null as new_version
  from (
    select track_id, created_at, processing_time_ms, analyzer_type, model_version,
      row_number() over (partition by track_id order by created_at desc, id desc) as recency
    from analysis_results
    where created_at <= $1 at time zone 'UTC' and track_id is not null
  ) as ordered
), activity as (
  select track_id,
    count(*) filter (where created_at > $1 at time zone 'UTC' - interval '720 hours')::integer as analyses_30d,
    count(*) filter (where created_at > $1 at time zone 'UTC' - interval '168 hours')::integer as analyses_7d,
    count(*) filter (where created_at > $1 at time zone 'UTC' - interval '2160 hours')::integer as analyses_90d,
    count(*)::integer as analyses_total,
    min(created_at) as first_at,
    max(created_at) as last_at,
    avg(processing_time_ms) filter (where created_at > $1 at time zone 'UTC' - interval '720 hours') as processing_time_avg_30d,
    count(*) filter (where new_analyzer and created_at > $1 at time zone 'UTC' - interval '2160 hours')::integer as analyzers_90d,
    count(*) filter (where new_analyzer)::integer as analyzers_total,
    max(analyzer_type) filter (where recency = 1)::text as last_analyzer,
    count(*) filter (where new_version)::integer as model_versions
  from marked
  group by track_id
)
select ''::text as _tenant, tracks.id::bigint as track_id, last_at at time zone 'UTC' as _event_time,
  coalesce(analyses_30d, 0) as analyses_30d,
  coalesce(analyses_7d, 0) as analyses_7d,
  coalesce(analyses_90d, 0) as analyses_90d,
  coalesce(analyses_total, 0) as analyses_total,
  coalesce(analyzers_90d, 0) as analyzers_90d,
  coalesce(analyzers_total, 0) as analyzers_total,
  first_at at time zone 'UTC' as first_analyzed_at,
  last_at at time zone 'UTC' as last_analyzed_at,
  last_analyzer,
  coalesce(model_versions, 0) as model_versions,
  processing_time_avg_30d::double precision as processing_time_avg_30d,
  null::text[] as _unparsed
from tracks
left join activity on activity.track_id = tracks.id
where (tracks.created_at <= $1 at time zone 'UTC') is not false
