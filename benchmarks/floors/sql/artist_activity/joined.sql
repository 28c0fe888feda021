-- Analyses with their tracks' artists, grouped by artist at once.
with activity as (
  select artist,
    count(*) filter (where analysis_results.created_at > $1 at time zone 'UTC' - interval '720 hours')::integer as analyses_30d,
    count(*) filter (where analysis_results.created_at > $1 at time zone 'UTC' - interval '2160 hours')::integer as analyses_90d,
    count(*)::integer as analyses_total,
    avg(complexity_score) as complexity_avg,
    avg(confidence) as confidence_avg,
    avg(confidence) filter (where analysis_results.created_at > $1 at time zone 'UTC' - interval '2160 hours') as confidence_avg_90d,
    min(analysis_results.created_at) as first_at,
    max(analysis_results.created_at) as last_at
  from analysis_results
  join tracks on tracks.id = track_id
  where analysis_results.created_at <= $1 at time zone 'UTC' and artist is not null
  group by artist
), members as (
  select distinct artist from tracks where (created_at <= $1 at time zone 'UTC') is not false and artist is not null
)
select ''::text as _tenant, members.artist::text, last_at at time zone 'UTC' as _event_time,
  coalesce(analyses_30d, 0) as analyses_30d,
  coalesce(analyses_90d, 0) as analyses_90d,
  coalesce(analyses_total, 0) as analyses_total,
  complexity_avg::double precision as complexity_avg,
  confidence_avg::double precision as confidence_avg,
  confidence_avg_90d::double precision as confidence_avg_90d,
  first_at at time zone 'UTC' as first_analyzed_at,
  last_at at time zone 'UTC' as last_analyzed_at,
  null::text[] as _unparsed
from members
left join activity on activity.artist = members.artist
