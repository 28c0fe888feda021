-- Values are parsed in the scan, so that narrow rows are sorted; the groups then take the first of each sorted run.
with judged as (
  select track_id, created_at, id, confidence, analysis_data,
    case lower(btrim(sentiment, ' '))
      when 'positive' then 'positive' when 'neutral' then 'neutral' when 'negative' then 'negative'
    end as label,
    analysis_data ->> 'commercial_potential' as commercial_potential_text,
    analysis_data ->> 'longevity' as longevity_text,
    analysis_data ->> 'quality_score' as quality_text,
    analysis_data ->> 'viral_potential' as viral_potential_text
  from analysis_results
  where analyzer_type in ('qwen-3-4b-fp8', 'gemma-3-27b-it', 'ollama-llama3.1-8b')
    and created_at <= $1 at time zone 'UTC'
    and track_id is not null
), parsed as (
  select track_id, created_at, id, confidence, label,
    analysis_data ->> 'mood' as mood,
    analysis_data ->> 'style' as style,
    commercial_potential_text, longevity_text, quality_text, viral_potential_text,
    case when translate(commercial_potential_text, 'nNxX', '') = commercial_potential_text and pg_input_is_valid(commercial_potential_text, 'double precision') then commercial_potential_text::double precision end as commercial_potential,
    case when translate(longevity_text, 'nNxX', '') = longevity_text and pg_input_is_valid(longevity_text, 'double precision') then longevity_text::double precision end as longevity,
    case when translate(quality_text, 'nNxX', '') = quality_text and pg_input_is_valid(quality_text, 'double precision') then quality_text::double precision end as quality,
    case when translate(viral_potential_text, 'nNxX', '') = viral_potential_text and pg_input_is_valid(viral_potential_text, 'double precision') then viral_potential_text::double precision end as viral_potential
  from judged
  order by track_id, created_at desc, id desc
), tracked as (
  select track_id,
    max(created_at) as event_time,
    count(*) filter (where created_at > $1 at time zone 'UTC' - interval '2160 hours')::integer as analyses_90d,
    (array_agg(commercial_potential) filter (where commercial_potential is not null))[1] as commercial_potential,
    (array_agg(confidence))[1] as confidence,
    avg(confidence) filter (where created_at > $1 at time zone 'UTC' - interval '2160 hours')::double precision as confidence_avg_90d,
    (array_agg(longevity) filter (where longevity is not null))[1] as longevity,
    (array_agg(mood) filter (where mood is not null))[1] as mood,
    count(*) filter (where label = 'positive') as positive,
    count(label) as labelled,
    (array_agg(quality) filter (where quality is not null))[1] as quality,
    (array_agg(label))[1] as sentiment,
    (array_agg(style) filter (where style is not null))[1] as style,
    (array_agg(viral_potential) filter (where viral_potential is not null))[1] as viral_potential,
    bool_or(commercial_potential is null and commercial_potential_text is not null) as commercial_potential_lost,
    bool_or(longevity is null and longevity_text is not null) as longevity_lost,
    bool_or(quality is null and quality_text is not null) as quality_lost,
    bool_or(viral_potential is null and viral_potential_text is not null) as viral_potential_lost
  from parsed
  group by track_id
)
select ''::text as _tenant, tracks.id::bigint as track_id,
  event_time at time zone 'UTC' as _event_time,
  coalesce(analyses_90d, 0) as analyses_90d,
  commercial_potential,
  confidence::double precision as confidence,
  confidence_avg_90d,
  longevity,
  mood,
  case when labelled > 0 then positive::double precision / labelled end as positive_share,
  quality,
  sentiment,
  style,
  viral_potential,
  case when commercial_potential_lost or longevity_lost or quality_lost or viral_potential_lost then array_remove(array[
    case when commercial_potential_lost then 'commercial_potential' end,
    case when longevity_lost then 'longevity' end,
    case when quality_lost then 'quality' end,
    case when viral_potential_lost then 'viral_potential' end
  ], null) end as _unparsed
from tracks
left join tracked on tracked.track_id = tracks.id
where (tracks.created_at <= $1 at time zone 'UTC') is not false
