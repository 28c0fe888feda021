-- Only keys are sorted; the rows that were picked are fetched by their place in the table.
with picked as (
  select track_id, (array_agg(place))[1] as place, count(*)::integer as analyses
  from (
    select track_id, ctid as place from analysis_results where analyzer_type = 'algorithmic' and created_at <= $1 at time zone 'UTC' and track_id is not null
    order by track_id, created_at desc, id desc
  ) as sorted
  group by track_id
), latest as (
  select picked.track_id, created_at, complexity_score, analysis_data, analyses
  from picked join analysis_results on analysis_results.ctid = picked.place
), texts as (
  select track_id, created_at, analyses, complexity_score,
    analysis_data ->> 'profanity_ratio' as profanity_ratio_text,
    analysis_data ->> 'readability' as readability_text,
    analysis_data ->> 'repetition' as repetition_text,
    analysis_data ->> 'rhyme_density' as rhyme_density_text,
    analysis_data ->> 'syllables_per_line' as syllables_per_line_text,
    analysis_data ->> 'ttr' as type_token_ratio_text,
    analysis_data ->> 'unique_words' as unique_words_text,
    analysis_data ->> 'words' as words_text
  from latest
  offset 0
), parsed as (
  select track_id, created_at, analyses, complexity_score,
    profanity_ratio_text, readability_text, repetition_text, rhyme_density_text, syllables_per_line_text, type_token_ratio_text, unique_words_text, words_text,
    case when translate(profanity_ratio_text, 'nNxX', '') = profanity_ratio_text and pg_input_is_valid(profanity_ratio_text, 'double precision') then profanity_ratio_text::double precision end as profanity_ratio,
    case when translate(readability_text, 'nNxX', '') = readability_text and pg_input_is_valid(readability_text, 'double precision') then readability_text::double precision end as readability,
    case when translate(repetition_text, 'nNxX', '') = repetition_text and pg_input_is_valid(repetition_text, 'double precision') then repetition_text::double precision end as repetition,
    case when translate(rhyme_density_text, 'nNxX', '') = rhyme_density_text and pg_input_is_valid(rhyme_density_text, 'double precision') then rhyme_density_text::double precision end as rhyme_density,
    case when translate(syllables_per_line_text, 'nNxX', '') = syllables_per_line_text and pg_input_is_valid(syllables_per_line_text, 'double precision') then syllables_per_line_text::double precision end as syllables_per_line,
    case when translate(type_token_ratio_text, 'nNxX', '') = type_token_ratio_text and pg_input_is_valid(type_token_ratio_text, 'double precision') then type_token_ratio_text::double precision end as type_token_ratio,
    case when translate(unique_words_text, 'xXoObB_', '') = unique_words_text and pg_input_is_valid(unique_words_text, 'integer') then unique_words_text::integer
      when unique_words_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(unique_words_text, '.', 1), 'integer') then split_part(unique_words_text, '.', 1)::integer end as unique_words,
    case when translate(words_text, 'xXoObB_', '') = words_text and pg_input_is_valid(words_text, 'integer') then words_text::integer
      when words_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(words_text, '.', 1), 'integer') then split_part(words_text, '.', 1)::integer end as words
  from texts
  offset 0
)
select ''::text as _tenant, tracks.id::bigint as track_id, parsed.created_at at time zone 'UTC' as _event_time,
  coalesce(analyses, 0) as analyses,
  complexity_score::double precision as complexity,
  profanity_ratio, readability, repetition, rhyme_density, syllables_per_line, type_token_ratio, unique_words, words,
  case when profanity_ratio_text is not null and profanity_ratio is null
    or readability_text is not null and readability is null
    or repetition_text is not null and repetition is null
    or rhyme_density_text is not null and rhyme_density is null
    or syllables_per_line_text is not null and syllables_per_line is null
    or type_token_ratio_text is not null and type_token_ratio is null
    or unique_words_text is not null and unique_words is null
    or words_text is not null and words is null
  then array_remove(array[
    case when profanity_ratio_text is not null and profanity_ratio is null then 'profanity_ratio' end,
    case when readability_text is not null and readability is null then 'readability' end,
    case when repetition_text is not null and repetition is null then 'repetition' end,
    case when rhyme_density_text is not null and rhyme_density is null then 'rhyme_density' end,
    case when syllables_per_line_text is not null and syllables_per_line is null then 'syllables_per_line' end,
    case when type_token_ratio_text is not null and type_token_ratio is null then 'type_token_ratio' end,
    case when unique_words_text is not null and unique_words is null then 'unique_words' end,
    case when words_text is not null and words is null then 'words' end
  ], null) end as _unparsed
from tracks
left join parsed on parsed.track_id = tracks.id
where (tracks.created_at <= $1 at time zone 'UTC') is not false
