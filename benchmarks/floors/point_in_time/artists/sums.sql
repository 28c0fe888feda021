-- As picked.sql, but means are divided for the spine's rows alone, and only what is summed is carried along.
with facts as (
  select artist, analysis_results.created_at, analysis_results.id, confidence, complexity_score, processing_time_ms, analyzer_type, sentiment
  from analysis_results
  join tracks on tracks.id = analysis_results.track_id
  where analysis_results.created_at is not null and artist is not null
), timeline as (
  select artist, created_at, id, confidence, complexity_score, processing_time_ms, analyzer_type, sentiment, null::bigint as _row
  from facts
  union all
  select artist, _as_of at time zone 'UTC', null, null, null, null, null, null, _row
  from featstore.spine
), numbered as (
  -- At equal times the spine's rows come last: they have no id.
  select *, row_number() over (order by artist, created_at, id) as position
  from timeline
), running as (
  select _row,
    max(position) filter (where _row is null) over so_far as latest,
    max(position) filter (where confidence is not null) over so_far as latest_confidence,
    sum(confidence) over so_far as confidence_sum,
    count(confidence) over so_far as confidence_count,
    sum(confidence) over days_90 as confidence_sum_90d,
    count(confidence) over days_90 as confidence_count_90d,
    max(confidence) over so_far as confidence_max,
    min(confidence) over so_far as confidence_min,
    sum(complexity_score) over so_far as complexity_sum,
    count(complexity_score) over so_far as complexity_count,
    sum(complexity_score) over days_90 as complexity_sum_90d,
    count(complexity_score) over days_90 as complexity_count_90d,
    min(created_at) filter (where _row is null) over so_far as first_at,
    max(created_at) filter (where _row is null) over so_far as last_at,
    count(*) filter (where _row is null) over so_far as analyses,
    count(*) filter (where _row is null) over days_7 as analyses_7d,
    count(*) filter (where _row is null) over days_30 as analyses_30d,
    count(*) filter (where _row is null) over days_90 as analyses_90d,
    sum(processing_time_ms) over so_far as time_sum,
    count(processing_time_ms) over so_far as time_count,
    sum(processing_time_ms) over days_90 as time_sum_90d,
    count(processing_time_ms) over days_90 as time_count_90d,
    max(processing_time_ms) over so_far as time_max
  from numbered
  window so_far as (partition by artist order by created_at range unbounded preceding),
    days_7 as (partition by artist order by created_at range between interval '167:59:59.999999' preceding and current row),
    days_30 as (partition by artist order by created_at range between interval '719:59:59.999999' preceding and current row),
    days_90 as (partition by artist order by created_at range between interval '2159:59:59.999999' preceding and current row)
)
select spine._row,
  running.last_at at time zone 'UTC' as _event_time_1,
  running.analyses::integer as f1,
  running.analyses_30d::integer as f2,
  running.analyses_7d::integer as f3,
  running.analyses_90d::integer as f4,
  (running.complexity_sum / nullif(running.complexity_count, 0))::double precision as f5,
  (running.complexity_sum_90d / nullif(running.complexity_count_90d, 0))::double precision as f6,
  (running.confidence_sum / nullif(running.confidence_count, 0))::double precision as f7,
  (running.confidence_sum_90d / nullif(running.confidence_count_90d, 0))::double precision as f8,
  running.confidence_max::double precision as f9,
  running.confidence_min::double precision as f10,
  running.confidence_sum::double precision as f11,
  running.first_at at time zone 'UTC' as f12,
  last_row.analyzer_type::text as f13,
  running.last_at at time zone 'UTC' as f14,
  confident.confidence::double precision as f15,
  last_row.sentiment::text as f16,
  (running.time_sum::numeric / nullif(running.time_count, 0))::double precision as f17,
  (running.time_sum_90d::numeric / nullif(running.time_count_90d, 0))::double precision as f18,
  running.time_max as f19,
  running.time_sum as f20
from featstore.spine as spine
left join running on running._row = spine._row and running.last_at is not null
left join numbered as last_row on last_row.position = running.latest
left join numbered as confident on confident.position = running.latest_confidence
order by spine._row
