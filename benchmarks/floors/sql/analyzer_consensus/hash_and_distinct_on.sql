-- A hashed aggregate over all rows, joined with the latest row of each of the two analyzers.
with judged as materialized (
  select track_id, created_at, id, analyzer_type, confidence,
    case lower(btrim(sentiment, ' '))
      when 'positive' then 'positive' when 'neutral' then 'neutral' when 'negative' then 'negative'
    end as label
  from analysis_results
  where analyzer_type in ('qwen-3-4b-fp8', 'gemma-3-27b-it', 'ollama-llama3.1-8b') and created_at <= $1 at time zone 'UTC' and track_id is not null
), totals as (
  select track_id,
    max(created_at) as event_time,
    count(*) filter (where label = 'positive') as positive,
    count(*) filter (where label = 'neutral') as neutral,
    count(*) filter (where label = 'negative') as negative,
    stddev_samp(confidence) as confidence_spread,
    (bool_or(analyzer_type = 'qwen-3-4b-fp8')::integer + bool_or(analyzer_type = 'gemma-3-27b-it')::integer
      + bool_or(analyzer_type = 'ollama-llama3.1-8b')::integer) as analyzers,
    (coalesce(bool_or(label = 'positive'), false)::integer + coalesce(bool_or(label = 'neutral'), false)::integer
      + coalesce(bool_or(label = 'negative'), false)::integer) as labels
  from judged
  group by track_id
), qwen as (
  select distinct on (track_id) track_id, label as qwen
  from judged
  where analyzer_type = 'qwen-3-4b-fp8'
  order by track_id, created_at desc, id desc
), gemma as (
  select distinct on (track_id) track_id, label as gemma
  from judged
  where analyzer_type = 'gemma-3-27b-it'
  order by track_id, created_at desc, id desc
), consensus as (
  select * from totals left join qwen using (track_id) left join gemma using (track_id)
)
select ''::text as _tenant, tracks.id::bigint as track_id, event_time at time zone 'UTC' as _event_time,
  greatest(positive, neutral, negative)::double precision / nullif(positive + neutral + negative, 0) as agreement,
  coalesce(analyzers, 0) as analyzers,
  confidence_spread::double precision as confidence_spread,
  coalesce(labels, 0) as labels,
  qwen = gemma as qwen_gemma_agree,
  null::text[] as _unparsed
from tracks
left join consensus on consensus.track_id = tracks.id
where (tracks.created_at <= $1 at time zone 'UTC') is not false
