-- One scan; numbers are checked by the type's own input function, after the characters of NaN, Infinity and hexadecimal.
with texts as (
  select id, created_at, title, artist, lyrics,
    case when created_at is not null then audio_features ->> 'acousticness' end as acousticness_text,
    case when created_at is not null then audio_features ->> 'danceability' end as danceability_text,
    case when created_at is not null then spotify_data ->> 'duration_ms' end as duration_ms_text,
    case when created_at is not null then audio_features ->> 'energy' end as energy_text,
    case when created_at is not null then spotify_data ->> 'explicit' end as explicit_text,
    case when created_at is not null then spotify_data ->> 'followers' end as followers_text,
    case when created_at is not null then audio_features ->> 'loudness' end as loudness_text,
    case when created_at is not null then spotify_data ->> 'popularity' end as popularity_text,
    case when created_at is not null then substr(spotify_data ->> 'release_date', 1, 4) end as release_year_text,
    case when created_at is not null then audio_features ->> 'speechiness' end as speechiness_text,
    case when created_at is not null then audio_features ->> 'tempo' end as tempo_text,
    case when created_at is not null then audio_features ->> 'valence' end as valence_text
  from tracks
  where (created_at <= $1 at time zone 'UTC') is not false
  offset 0
), parsed as (
  select id, created_at, acousticness_text, danceability_text, duration_ms_text, energy_text, explicit_text, followers_text, loudness_text, popularity_text, release_year_text, speechiness_text, tempo_text, valence_text,
    case when created_at is not null then title::text end as title,
    case when created_at is not null then artist::text end as artist,
    case when created_at is not null then length(lyrics) end as lyrics_length,
    case when translate(acousticness_text, 'nNxX', '') = acousticness_text and pg_input_is_valid(acousticness_text, 'double precision') then acousticness_text::double precision end as acousticness,
    case when translate(danceability_text, 'nNxX', '') = danceability_text and pg_input_is_valid(danceability_text, 'double precision') then danceability_text::double precision end as danceability,
    case when translate(duration_ms_text, 'xXoObB_', '') = duration_ms_text and pg_input_is_valid(duration_ms_text, 'integer') then duration_ms_text::integer
      when duration_ms_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(duration_ms_text, '.', 1), 'integer') then split_part(duration_ms_text, '.', 1)::integer end as duration_ms,
    case when translate(energy_text, 'nNxX', '') = energy_text and pg_input_is_valid(energy_text, 'double precision') then energy_text::double precision end as energy,
    case lower(btrim(explicit_text, E' \t\n\r'))
      when 'true' then true when 't' then true when 'yes' then true when 'y' then true when 'on' then true when '1' then true
      when 'false' then false when 'f' then false when 'no' then false when 'n' then false when 'off' then false when '0' then false
    end as explicit,
    case when translate(followers_text, 'xXoObB_', '') = followers_text and pg_input_is_valid(followers_text, 'bigint') then followers_text::bigint
      when followers_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(followers_text, '.', 1), 'bigint') then split_part(followers_text, '.', 1)::bigint end as followers,
    case when translate(loudness_text, 'nNxX', '') = loudness_text and pg_input_is_valid(loudness_text, 'double precision') then loudness_text::double precision end as loudness,
    case when translate(popularity_text, 'xXoObB_', '') = popularity_text and pg_input_is_valid(popularity_text, 'integer') then popularity_text::integer
      when popularity_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(popularity_text, '.', 1), 'integer') then split_part(popularity_text, '.', 1)::integer end as popularity,
    case when translate(release_year_text, 'xXoObB_', '') = release_year_text and pg_input_is_valid(release_year_text, 'integer') then release_year_text::integer
      when release_year_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(release_year_text, '.', 1), 'integer') then split_part(release_year_text, '.', 1)::integer end as release_year,
    case when translate(speechiness_text, 'nNxX', '') = speechiness_text and pg_input_is_valid(speechiness_text, 'double precision') then speechiness_text::double precision end as speechiness,
    case when translate(tempo_text, 'nNxX', '') = tempo_text and pg_input_is_valid(tempo_text, 'double precision') then tempo_text::double precision end as tempo,
    case when translate(valence_text, 'nNxX', '') = valence_text and pg_input_is_valid(valence_text, 'double precision') then valence_text::double precision end as valence
  from texts
  offset 0
)
select ''::text as _tenant, id::bigint as track_id, created_at at time zone 'UTC' as _event_time,
  acousticness, artist, danceability, duration_ms, energy, explicit, followers, loudness, lyrics_length, popularity, release_year, speechiness, tempo, title, valence,
  case when acousticness_text is not null and acousticness is null
    or danceability_text is not null and danceability is null
    or duration_ms_text is not null and duration_ms is null
    or energy_text is not null and energy is null
    or explicit_text is not null and explicit is null
    or followers_text is not null and followers is null
    or loudness_text is not null and loudness is null
    or popularity_text is not null and popularity is null
    or release_year_text is not null and release_year is null
    or speechiness_text is not null and speechiness is null
    or tempo_text is not null and tempo is null
    or valence_text is not null and valence is null
  then array_remove(array[
    case when acousticness_text is not null and acousticness is null then 'acousticness' end,
    case when danceability_text is not null and danceability is null then 'danceability' end,
    case when duration_ms_text is not null and duration_ms is null then 'duration_ms' end,
    case when energy_text is not null and energy is null then 'energy' end,
    case when explicit_text is not null and explicit is null then 'explicit' end,
    case when followers_text is not null and followers is null then 'followers' end,
    case when loudness_text is not null and loudness is null then 'loudness' end,
    case when popularity_text is not null and popularity is null then 'popularity' end,
    case when release_year_text is not null and release_year is null then 'release_year' end,
    case when speechiness_text is not null and speechiness is null then 'speechiness' end,
    case when tempo_text is not null and tempo is null then 'tempo' end,
    case when valence_text is not null and valence is null then 'valence' end
  ], null) end as _unparsed
from parsed
