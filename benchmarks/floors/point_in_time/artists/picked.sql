-- Spine and analyses in one order of time; the latest rows are found by their number.
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
  select _row, position, confidence, analyzer_type, sentiment,
    max(position) filter (where _row is null) over so_far as latest,
    max(position) filter (where confidence is not null) over so_far as latest_confidence,
    avg(confidence) over so_far as confidence_avg,
    avg(confidence) over days_90 as confidence_avg_90d,
    max(confidence) over so_far as confidence_max,
    min(confidence) over so_far as confidence_min,
    sum(confidence) over so_far as confidence_sum,
    avg(complexity_score) over so_far as complexity_avg,
    avg(complexity_score) over days_90 as complexity_avg_90d,
    min(created_at) filter (where _row is null) over so_far as first_at,
    max(created_at) filter (where _row is null) over so_far as last_at,
    count(*) filter (where _row is null) over so_far as analyses,
    count(*) filter (where _row is null) over days_7 as analyses_7d,
    count(*) filter (where _row is null) over days_30 as analyses_30d,
    count(*) filter (where _row is null) over days_90 as analyses_90d,
    avg(processing_time_ms) over so_far as time_avg,
    avg(processing_time_ms) over days_90 as time_avg_90d,
    max(processing_time_ms) over so_far as time_max,
    sum(processing_time_ms) over so_far as time_sum
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
  running.complexity_avg::double precision as f5,
  running.complexity_avg_90d::double precision as f6,
  running.confidence_avg::double precision as f7,
  running.confidence_avg_90d::double precision as f8,
  running.confidence_max::double precision as f9,
  running.confidence_min::double precision as f10,
  running.confidence_sum::double precision as f11,
  running.first_at at time zone 'UTC' as f12,
  last_row.analyzer_type::text as f13,
  running.last_at at time zone 'UTC' as f14,
  confident.confidence::double precision as f15,
  last_row.sentiment::text as f16,
  running.time_avg::double precision as f17,
  running.time_avg_90d::double precision as f18,
  running.time_max as f19,
  running.time_sum as f20
from featstore.spine as spine
left join running on running._row = spine._row and running.last_at is not null
left join running as last_row on last_row.position = running.latest
left join running as confident on confident.position = running.latest_confidence
order by spine._row
