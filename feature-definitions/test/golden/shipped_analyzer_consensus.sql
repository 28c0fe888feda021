-- $1 = the as-of time
-- $2 = "positive"
-- $3 = "neutral"
-- $4 = "negative"
-- $5 = "qwen-3-4b-fp8"
-- $6 = "gemma-3-27b-it"
-- $7 = "ollama-llama3.1-8b"
with "sorted" as (
  select
    "analyses"."track_id",
    "analyses"."created_at" as "_event_time",
    "analyses"."analyzer_type",
    "analyses"."confidence",
    "analyses"."sentiment",
    case when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $2::text then $2::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $3::text then $3::text when lower(btrim("analyses"."sentiment"::text, ' ') collate "C") = $4::text then $4::text end as "labels"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text in ($5::text, $6::text, $7::text)
  order by "analyses"."track_id", "analyses"."created_at" desc, "analyses"."id" desc
),
"grouped" as (
  select
    "sorted"."track_id",
    max("sorted"."_event_time") as "_event_time",
    count(*) filter (where "sorted"."labels" = $2::text)::integer as "agreement",
    count(*) filter (where "sorted"."labels" = $3::text)::integer as "agreement_2",
    count(*) filter (where "sorted"."labels" = $4::text)::integer as "agreement_3",
    count("sorted"."labels")::integer as "agreement_4",
    (count(*) filter (where "sorted"."analyzer_type"::text = $5::text) > 0)::integer + (count(*) filter (where "sorted"."analyzer_type"::text = $6::text) > 0)::integer + (count(*) filter (where "sorted"."analyzer_type"::text = $7::text) > 0)::integer as "analyzers",
    stddev_samp(featstore.to_be_squared("sorted"."confidence")) as "confidence_spread",
    (count(*) filter (where "sorted"."labels" = $2::text) > 0)::integer + (count(*) filter (where "sorted"."labels" = $3::text) > 0)::integer + (count(*) filter (where "sorted"."labels" = $4::text) > 0)::integer as "labels_2",
    (array_agg("sorted"."labels") filter (where "sorted"."analyzer_type"::text = $5::text))[1] as "qwen_gemma_agree",
    (array_agg("sorted"."labels") filter (where "sorted"."analyzer_type"::text = $6::text))[1] as "qwen_gemma_agree_2"
  from "sorted"
  group by "sorted"."track_id"
),
"members" as (
  select
    "tracks"."id" as "track_id"
  from "tracks"
  where ("tracks"."created_at" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "tracks"."id" is not null
)
select
  ''::text as "_tenant",
  "members"."track_id"::bigint as "track_id",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  case when (coalesce("grouped"."agreement", 0) >= coalesce("grouped"."agreement_2", 0)) and (coalesce("grouped"."agreement", 0) >= coalesce("grouped"."agreement_3", 0)) then coalesce("grouped"."agreement", 0)::double precision / nullif(coalesce("grouped"."agreement_4", 0)::double precision, 0) when coalesce("grouped"."agreement_2", 0) >= coalesce("grouped"."agreement_3", 0) then coalesce("grouped"."agreement_2", 0)::double precision / nullif(coalesce("grouped"."agreement_4", 0)::double precision, 0) else coalesce("grouped"."agreement_3", 0)::double precision / nullif(coalesce("grouped"."agreement_4", 0)::double precision, 0) end as "agreement",
  coalesce("grouped"."analyzers", 0) as "analyzers",
  "grouped"."confidence_spread",
  coalesce("grouped"."labels_2", 0) as "labels",
  "grouped"."qwen_gemma_agree"::text = "grouped"."qwen_gemma_agree_2"::text as "qwen_gemma_agree",
  null::text[] as "_unparsed"
from "members"
left join "grouped" on "grouped"."track_id" = "members"."track_id";
