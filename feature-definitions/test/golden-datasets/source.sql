with "source" as (
  select
    "speeches"."speech_id"::bigint as "id",
    "speeches"."language"::text as "language",
    case when lower(btrim("speeches"."speaker"::text, E' \t\n\r\f\x0b') collate "C") in ('', 'n/a') then null else "speeches"."speaker"::text end as "speaker",
    case when lower(btrim("speeches"."body"::text, E' \t\n\r\f\x0b') collate "C") in ('', 'n/a') then null else "speeches"."body"::text end as "body",
    "speeches"."words"::integer as "words",
    case when lower(btrim("speeches"."votes"::text, E' \t\n\r\f\x0b') collate "C") in ('', 'n/a') then null else "speeches"."votes"::text end as "votes",
    ("speeches"."held_at" at time zone 'UTC') as "held_at",
    "speeches"."data"::jsonb as "data"
  from "archive"."speeches" as "speeches"
  where "speeches"."speech_id" is not null
    and "speeches"."language" is not null
    and "speeches"."words"::integer >= '0'::integer
),
"taken_down" as (
  select distinct
    "dataset_takedowns"."key_digest"
  from "featstore"."dataset_takedowns" as "dataset_takedowns"
  where "dataset_takedowns"."dataset" = 'speeches'::text
),
"screened" as (
  select
    "source"."id",
    "source"."language",
    "source"."speaker",
    "source"."body",
    "source"."words",
    "source"."votes",
    "source"."held_at",
    "source"."data",
    coalesce(case when "taken_down"."key_digest" is not null then 'taken_down'::text end, case when "source"."words" < '3'::integer then 'too_short'::text end, case when "source"."speaker" = 'test'::text then 'test_row'::text end) as "_excluded"
  from "source"
  left join "taken_down" on "taken_down"."key_digest" = featstore.key_digest(jsonb_build_array("source"."id"::text, "source"."language"))
),
"ranked" as (
  select
    "screened"."id",
    "screened"."language",
    "screened"."speaker",
    "screened"."body",
    "screened"."words",
    "screened"."votes",
    "screened"."held_at",
    "screened"."data",
    "screened"."_excluded",
    row_number() over "same_key" as "_copy"
  from "screened"
  window "same_key" as (partition by "screened"."id", "screened"."language" collate "C" order by ("screened"."_excluded" is not null), "screened"."speaker" collate "C", "screened"."body" collate "C", "screened"."words", "screened"."votes" collate "C", "screened"."held_at", "screened"."data"::text collate "C" rows unbounded preceding)
),
"cleaned" as (
  select
    "ranked"."id",
    "ranked"."language",
    "ranked"."speaker",
    "ranked"."body",
    "ranked"."words",
    featstore.to_int64("ranked"."votes") as "votes",
    case when lower(btrim(("ranked"."data" ->> 'tone'::text), E' \t\n\r\f\x0b') collate "C") in ('', 'n/a') then null else ("ranked"."data" ->> 'tone'::text) end as "tone",
    "ranked"."held_at",
    "ranked"."votes" as "_input_of_4",
    coalesce("ranked"."_excluded", case when "ranked"."_copy" > 1 then 'duplicate_key'::text end) as "_excluded"
  from "ranked"
),
"compared" as (
  select
    "cleaned"."id",
    "cleaned"."language",
    "cleaned"."_input_of_4",
    "cleaned"."speaker",
    "cleaned"."body",
    "cleaned"."words",
    "cleaned"."votes",
    "cleaned"."tone",
    "cleaned"."held_at",
    "cleaned"."_excluded",
    case when "cleaned"."_excluded" is null then sha256(convert_to(nullif(btrim(regexp_replace(regexp_replace(lower(case when octet_length("cleaned"."body") = char_length("cleaned"."body") then "cleaned"."body" else normalize("cleaned"."body", NFC) end), '[!-/:-@\[-`{-~¡-¿×÷\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u206f\u3001-\u303f]+', '', 'g'), '[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g')), ''), 'UTF8')) end as "_text"
  from "cleaned"
),
"numbered" as (
  select
    "compared"."id",
    "compared"."language",
    "compared"."_input_of_4",
    "compared"."speaker",
    "compared"."body",
    "compared"."words",
    "compared"."votes",
    "compared"."tone",
    "compared"."held_at",
    "compared"."_excluded",
    "compared"."_text",
    row_number() over "same_text" as "_copy"
  from "compared"
  window "same_text" as (partition by "compared"."_text" order by "compared"."id", "compared"."language" collate "C" rows unbounded preceding)
)
select
  coalesce("numbered"."_excluded", case when ("numbered"."_text" is not null) and ("numbered"."_copy" > 1) then 'duplicate_text'::text end) as "_excluded",
  "numbered"."id",
  "numbered"."language",
  "numbered"."speaker",
  "numbered"."body",
  "numbered"."words",
  coalesce("numbered"."votes"::text, "numbered"."_input_of_4"::text) as "votes",
  "numbered"."tone",
  "numbered"."held_at",
  coalesce(featstore.divide("numbered"."words"::double precision, '1000'::double precision), '0'::double precision) as "quality_score"
from "numbered"
order by "numbered"."id", "numbered"."language" collate "C";
