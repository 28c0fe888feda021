-- Spine and analyses in one order of time. The latest values are the first of the stretch that begins with them.
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
), running as (
  select _row, artist, created_at, id, confidence, analyzer_type, sentiment,
    count(id) over in_order as stretch,
    count(confidence) over in_order as confidence_stretch,
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
  from timeline
  window so_far as (partition by artist order by created_at range unbounded preceding),
    days_7 as (partition by artist order by created_at range between interval '167:59:59.999999' preceding and current row),
    days_30 as (partition by artist order by created_at range between interval '719:59:59.999999' preceding and current row),
    days_90 as (partition by artist order by created_at range between interval '2159:59:59.999999' preceding and current row),
    -- At equal times the spine's rows come last: they have no id.
    in_order as (partition by artist order by created_at, id rows unbounded preceding)
), latest as (
  select *,
    first_value(analyzer_type) over stretch as last_analyzer,
    first_value(sentiment) over stretch as last_sentiment,
    first_value(confidence) over confidence_stretch as last_confidence
  from running
  window stretch as (partition by artist, stretch order by created_at, id),
    confidence_stretch as (partition by artist, confidence_stretch order by created_at, id)
)
select spine._row,
  last_at at time zone 'UTC' as _event_time_1,
  analyses::integer as f1,
  analyses_30d::integer as f2,
  analyses_7d::integer as f3,
  analyses_90d::integer as f4,
  complexity_avg::double precision as f5,
  complexity_avg_90d::double precision as f6,
  confidence_avg::double precision as f7,
  confidence_avg_90d::double precision as f8,
  confidence_max::double precision as f9,
  confidence_min::double precision as f10,
  confidence_sum::double precision as f11,
  first_at at time zone 'UTC' as f12,
  last_analyzer::text as f13,
  last_at at time zone 'UTC' as f14,
  last_confidence::double precision as f15,
  last_sentiment::text as f16,
  time_avg::double precision as f17,
  time_avg_90d::double precision as f18,
  time_max as f19,
  time_sum as f20
from featstore.spine as spine
left join latest on latest._row = spine._row and last_at is not null
order by spine._row
