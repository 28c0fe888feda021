-- $1 = the as-of time
-- $2 = "positive"
-- $3 = "neutral"
-- $4 = "negative"
-- $5 = "qwen-3-4b-fp8"
-- $6 = "gemma-3-27b-it"
-- $7 = "ollama-llama3.1-8b"
with "inputs" as (
  select
    "analyses"."track_id",
    "analyses"."created_at" as "_event_time",
    "analyses"."analyzer_type",
    "analyses"."confidence",
    "analyses"."sentiment",
    "analyses"."id",
    case when featstore.lower(trim("analyses"."sentiment"::text, ' ')) = $2::text then $2::text when featstore.lower(trim("analyses"."sentiment"::text, ' ')) = $3::text then $3::text when featstore.lower(trim("analyses"."sentiment"::text, ' ')) = $4::text then $4::text end as "labels"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
    and "analyses"."analyzer_type"::text in ($5::text, $6::text, $7::text)
),
"grouped" as (
  select
    "inputs"."track_id",
    max("inputs"."_event_time") as "_event_time",
    count(*) filter (where "inputs"."labels" = $2::text)::integer as "agreement",
    count(*) filter (where "inputs"."labels" = $3::text)::integer as "agreement_2",
    count(*) filter (where "inputs"."labels" = $4::text)::integer as "agreement_3",
    count("inputs"."labels")::integer as "agreement_4",
    (count(*) filter (where "inputs"."analyzer_type"::text = $5::text) > 0)::integer + (count(*) filter (where "inputs"."analyzer_type"::text = $6::text) > 0)::integer + (count(*) filter (where "inputs"."analyzer_type"::text = $7::text) > 0)::integer as "analyzers",
    sqrt(covar_samp(featstore.to_be_squared("inputs"."confidence"::double), featstore.to_be_squared("inputs"."confidence"::double))) as "confidence_spread",
    (count(*) filter (where "inputs"."labels" = $2::text) > 0)::integer + (count(*) filter (where "inputs"."labels" = $3::text) > 0)::integer + (count(*) filter (where "inputs"."labels" = $4::text) > 0)::integer as "labels_2",
    first("inputs"."labels" order by "inputs"."_event_time" desc nulls first, "inputs"."id" desc nulls first) filter (where "inputs"."analyzer_type"::text = $5::text) as "qwen_gemma_agree",
    first("inputs"."labels" order by "inputs"."_event_time" desc nulls first, "inputs"."id" desc nulls first) filter (where "inputs"."analyzer_type"::text = $6::text) as "qwen_gemma_agree_2"
  from "inputs"
  group by "inputs"."track_id"
),
"members" as (
  select
    "tracks"."id" as "track_id"
  from "tracks"
  where ("tracks"."created_at" <= ($1::timestamptz at time zone 'UTC')) is not false
    and "tracks"."id" is not null
)
select
  '' as "_tenant",
  "members"."track_id"::bigint as "track_id",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  case when (coalesce("grouped"."agreement", 0) >= coalesce("grouped"."agreement_2", 0)) and (coalesce("grouped"."agreement", 0) >= coalesce("grouped"."agreement_3", 0)) then featstore.finite(coalesce("grouped"."agreement", 0)::double / coalesce("grouped"."agreement_4", 0)::double) when coalesce("grouped"."agreement_2", 0) >= coalesce("grouped"."agreement_3", 0) then featstore.finite(coalesce("grouped"."agreement_2", 0)::double / coalesce("grouped"."agreement_4", 0)::double) else featstore.finite(coalesce("grouped"."agreement_3", 0)::double / coalesce("grouped"."agreement_4", 0)::double) end as "agreement",
  coalesce("grouped"."analyzers", 0) as "analyzers",
  "grouped"."confidence_spread",
  coalesce("grouped"."labels_2", 0) as "labels",
  "grouped"."qwen_gemma_agree"::text = "grouped"."qwen_gemma_agree_2"::text as "qwen_gemma_agree",
  null::text[] as "_unparsed"
from "members"
left join "grouped" on "grouped"."track_id" = "members"."track_id";
