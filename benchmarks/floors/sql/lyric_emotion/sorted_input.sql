-- Only the weight that is averaged is parsed in the scan; the latest row's JSON is taken from each sorted run and parsed then.
with rows as (
  select track_id, created_at, id, analysis_data -> 'emotions' as emotions, analysis_data #>> '{emotions,joy}' as every_joy_text
  from analysis_results
  where analyzer_type = 'emotion-distilroberta' and created_at <= $1 at time zone 'UTC' and track_id is not null
  offset 0
), sorted as (
  select track_id, created_at, emotions, every_joy_text,
    case when translate(every_joy_text, 'nNxX', '') = every_joy_text and pg_input_is_valid(every_joy_text, 'double precision') then every_joy_text::double precision end as every_joy
  from rows
  order by track_id, created_at desc, id desc
), picked as (
  select track_id, (array_agg(created_at))[1] as created_at, (array_agg(emotions))[1] as emotions, count(*)::integer as analyses,
    avg(every_joy) as joy_avg, bool_or(every_joy_text is not null and every_joy is null) as joy_avg_lost
  from sorted
  group by track_id
), texts as (
  select track_id, created_at, analyses, joy_avg, joy_avg_lost,
    emotions ->> 'anger' as anger_text,
    emotions ->> 'fear' as fear_text,
    emotions ->> 'joy' as joy_text,
    emotions ->> 'love' as love_text,
    emotions ->> 'sadness' as sadness_text,
    emotions ->> 'surprise' as surprise_text
  from picked
  offset 0
), latest as (
  select track_id, created_at, analyses, joy_avg, joy_avg_lost, anger_text, fear_text, joy_text, love_text, sadness_text, surprise_text,
    case when translate(anger_text, 'nNxX', '') = anger_text and pg_input_is_valid(anger_text, 'double precision') then anger_text::double precision end as anger,
    case when translate(fear_text, 'nNxX', '') = fear_text and pg_input_is_valid(fear_text, 'double precision') then fear_text::double precision end as fear,
    case when translate(joy_text, 'nNxX', '') = joy_text and pg_input_is_valid(joy_text, 'double precision') then joy_text::double precision end as joy,
    case when translate(love_text, 'nNxX', '') = love_text and pg_input_is_valid(love_text, 'double precision') then love_text::double precision end as love,
    case when translate(sadness_text, 'nNxX', '') = sadness_text and pg_input_is_valid(sadness_text, 'double precision') then sadness_text::double precision end as sadness,
    case when translate(surprise_text, 'nNxX', '') = surprise_text and pg_input_is_valid(surprise_text, 'double precision') then surprise_text::double precision end as surprise
  from texts
  offset 0
), judged as (
  select *,
    case
    when joy > 0 and joy >= love and joy >= surprise and joy >= sadness and joy >= anger and joy >= fear then 'joy'
    when love > 0 and love >= joy and love >= surprise and love >= sadness and love >= anger and love >= fear then 'love'
    when surprise > 0 and surprise >= joy and surprise >= love and surprise >= sadness and surprise >= anger and surprise >= fear then 'surprise'
    when sadness > 0 and sadness >= joy and sadness >= love and sadness >= surprise and sadness >= anger and sadness >= fear then 'sadness'
    when anger > 0 and anger >= joy and anger >= love and anger >= surprise and anger >= sadness and anger >= fear then 'anger'
    when fear > 0 and fear >= joy and fear >= love and fear >= surprise and fear >= sadness and fear >= anger then 'fear'
  end as dominant,
    joy + love - sadness - anger - fear as polarity,
    (anger_text is not null and anger is null) or (fear_text is not null and fear is null) or (joy_text is not null and joy is null) or (love_text is not null and love is null) or (sadness_text is not null and sadness is null) or (surprise_text is not null and surprise is null) as any_lost,
    (joy_text is not null and joy is null) or (love_text is not null and love is null) or (sadness_text is not null and sadness is null) or (anger_text is not null and anger is null) or (fear_text is not null and fear is null) as polarity_lost
  from latest
)
select ''::text as _tenant, tracks.id::bigint as track_id, judged.created_at at time zone 'UTC' as _event_time,
  coalesce(analyses, 0) as analyses,
  anger, dominant, fear, joy, joy_avg, love, polarity, sadness, surprise,
  case when any_lost or joy_avg_lost then array_remove(array[
    case when (anger_text is not null and anger is null) then 'anger' end,
    case when any_lost then 'dominant' end,
    case when (fear_text is not null and fear is null) then 'fear' end,
    case when (joy_text is not null and joy is null) then 'joy' end,
    case when joy_avg_lost then 'joy_avg' end,
    case when (love_text is not null and love is null) then 'love' end,
    case when polarity_lost then 'polarity' end,
    case when (sadness_text is not null and sadness is null) then 'sadness' end,
    case when (surprise_text is not null and surprise is null) then 'surprise' end
  ], null) end as _unparsed
from tracks
left join judged on judged.track_id = tracks.id
where (tracks.created_at <= $1 at time zone 'UTC') is not false
