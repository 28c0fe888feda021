-- One scan; PostgreSQL says which texts are numbers.
with texts as (
  select artist, created_at,
    case when created_at is not null then audio_features ->> 'energy' end as energy_text,
    case when created_at is not null then spotify_data ->> 'explicit' end as explicit_text,
    case when created_at is not null then spotify_data ->> 'popularity' end as popularity_text,
    case when created_at is not null then substr(spotify_data ->> 'release_date', 1, 4) end as release_year_text,
    case when created_at is not null then audio_features ->> 'tempo' end as tempo_text,
    case when created_at is not null then audio_features ->> 'valence' end as valence_text
  from tracks
  where (created_at <= $1 at time zone 'UTC') is not false and artist is not null
  offset 0
), parsed as (
  select *,
    case when translate(energy_text, 'nNxX', '') = energy_text and pg_input_is_valid(energy_text, 'double precision') then energy_text::double precision end as energy,
    case when translate(popularity_text, 'xXoObB_', '') = popularity_text and pg_input_is_valid(popularity_text, 'integer') then popularity_text::integer
      when popularity_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(popularity_text, '.', 1), 'integer') then split_part(popularity_text, '.', 1)::integer end as popularity,
    case when translate(release_year_text, 'xXoObB_', '') = release_year_text and pg_input_is_valid(release_year_text, 'integer') then release_year_text::integer
      when release_year_text ~ '^\s*[-+]?\d+\.0*\s*$' and pg_input_is_valid(split_part(release_year_text, '.', 1), 'integer') then split_part(release_year_text, '.', 1)::integer end as release_year,
    case when translate(tempo_text, 'nNxX', '') = tempo_text and pg_input_is_valid(tempo_text, 'double precision') then tempo_text::double precision end as tempo,
    case when translate(valence_text, 'nNxX', '') = valence_text and pg_input_is_valid(valence_text, 'double precision') then valence_text::double precision end as valence,
    case lower(btrim(explicit_text, E' \t\n\r'))
      when 'true' then true when 't' then true when 'yes' then true when 'y' then true when 'on' then true when '1' then true
      when 'false' then false when 'f' then false when 'no' then false when 'n' then false when 'off' then false when '0' then false
    end as explicit
  from texts
  offset 0
), grouped as (
  select artist, max(created_at) as event_time,
    count(created_at)::integer as tracks,
    avg(energy) as energy_avg,
    count(*) filter (where explicit) as explicit_tracks,
    count(explicit) as judged_tracks,
    min(release_year) as first_release_year,
    max(release_year) as last_release_year,
    avg(popularity) as popularity_avg,
    max(popularity) as popularity_max,
    avg(tempo) as tempo_avg,
    avg(valence) as valence_avg,
    bool_or(energy_text is not null and energy is null) as energy_lost,
    bool_or(explicit_text is not null and explicit is null) as explicit_lost,
    bool_or(popularity_text is not null and popularity is null) as popularity_lost,
    bool_or(release_year_text is not null and release_year is null) as release_year_lost,
    bool_or(tempo_text is not null and tempo is null) as tempo_lost,
    bool_or(valence_text is not null and valence is null) as valence_lost
  from parsed
  group by artist
)
select ''::text as _tenant, artist::text, event_time at time zone 'UTC' as _event_time,
  energy_avg,
  explicit_tracks::double precision / nullif(judged_tracks, 0) as explicit_share,
  first_release_year,
  last_release_year,
  popularity_avg::double precision as popularity_avg,
  popularity_max,
  tempo_avg,
  tracks,
  valence_avg,
  case when energy_lost or explicit_lost or popularity_lost or release_year_lost or tempo_lost or valence_lost then array_remove(array[
    case when energy_lost then 'energy_avg' end,
    case when explicit_lost then 'explicit_share' end,
    case when release_year_lost then 'first_release_year' end,
    case when release_year_lost then 'last_release_year' end,
    case when popularity_lost then 'popularity_avg' end,
    case when popularity_lost then 'popularity_max' end,
    case when tempo_lost then 'tempo_avg' end,
    case when valence_lost then 'valence_avg' end
  ], null) end as _unparsed
from grouped
