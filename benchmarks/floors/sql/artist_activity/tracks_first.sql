-- Sums by track, which are then added up by artist: fewer rows are joined, and members and sums are found in one pass.
with by_track as (
  select track_id,
    count(*) filter (where created_at > $1 at time zone 'UTC' - interval '720 hours') as analyses_30d,
    count(*) filter (where created_at > $1 at time zone 'UTC' - interval '2160 hours') as analyses_90d,
    count(*) as analyses_total,
    sum(complexity_score) as complexity_sum,
    count(complexity_score) as complexity_count,
    sum(confidence) as confidence_sum,
    count(confidence) as confidence_count,
    sum(confidence) filter (where created_at > $1 at time zone 'UTC' - interval '2160 hours') as confidence_sum_90d,
    count(confidence) filter (where created_at > $1 at time zone 'UTC' - interval '2160 hours') as confidence_count_90d,
    min(created_at) as first_at,
    max(created_at) as last_at
  from analysis_results
  where created_at <= $1 at time zone 'UTC'
  group by track_id
), activity as (
  select artist,
    sum(analyses_30d)::integer as analyses_30d,
    sum(analyses_90d)::integer as analyses_90d,
    sum(analyses_total)::integer as analyses_total,
    sum(complexity_sum) / nullif(sum(complexity_count), 0) as complexity_avg,
    sum(confidence_sum) / nullif(sum(confidence_count), 0) as confidence_avg,
    sum(confidence_sum_90d) / nullif(sum(confidence_count_90d), 0) as confidence_avg_90d,
    min(first_at) as first_at,
    max(last_at) as last_at
  from tracks
  left join by_track on by_track.track_id = tracks.id
  where artist is not null
  group by artist
  having bool_or((created_at <= $1 at time zone 'UTC') is not false)
)
select ''::text as _tenant, artist::text, last_at at time zone 'UTC' as _event_time,
  coalesce(analyses_30d, 0) as analyses_30d,
  coalesce(analyses_90d, 0) as analyses_90d,
  coalesce(analyses_total, 0) as analyses_total,
  complexity_avg::double precision as complexity_avg,
  confidence_avg::double precision as confidence_avg,
  confidence_avg_90d::double precision as confidence_avg_90d,
  first_at at time zone 'UTC' as first_analyzed_at,
  last_at at time zone 'UTC' as last_analyzed_at,
  null::text[] as _unparsed
from activity
