-- $1 = the as-of time
with "grouped" as (
  select
    "analyses"."track_id",
    max("analyses"."created_at") as "_event_time",
    count(*) filter (where "analyses"."created_at" > (($1::timestamptz at time zone 'UTC') - interval '720 hours'))::integer as "analyses_30d",
    count(*) filter (where "analyses"."created_at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours'))::integer as "analyses_7d",
    count(*) filter (where "analyses"."created_at" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours'))::integer as "analyses_90d",
    count(*)::integer as "analyses_total",
    count(distinct "analyses"."analyzer_type"::text) filter (where "analyses"."created_at" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours'))::integer as "analyzers_90d",
    count(distinct "analyses"."analyzer_type"::text)::integer as "analyzers_total",
    min(("analyses"."created_at" at time zone 'UTC')) as "first_analyzed_at",
    max(("analyses"."created_at" at time zone 'UTC')) as "last_analyzed_at",
    first("analyses"."analyzer_type" order by "analyses"."created_at" desc nulls first, "analyses"."id" desc nulls first) as "analyzer_type",
    count(distinct "analyses"."model_version"::text)::integer as "model_versions",
    avg("analyses"."processing_time_ms"::integer) filter (where "analyses"."created_at" > (($1::timestamptz at time zone 'UTC') - interval '720 hours')) as "processing_time_avg_30d"
  from "analysis_results" as "analyses"
  where "analyses"."created_at" <= ($1::timestamptz at time zone 'UTC')
    and "analyses"."track_id" is not null
  group by "analyses"."track_id"
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
  coalesce("grouped"."analyses_30d", 0) as "analyses_30d",
  coalesce("grouped"."analyses_7d", 0) as "analyses_7d",
  coalesce("grouped"."analyses_90d", 0) as "analyses_90d",
  coalesce("grouped"."analyses_total", 0) as "analyses_total",
  coalesce("grouped"."analyzers_90d", 0) as "analyzers_90d",
  coalesce("grouped"."analyzers_total", 0) as "analyzers_total",
  "grouped"."first_analyzed_at",
  "grouped"."last_analyzed_at",
  "grouped"."analyzer_type"::text as "last_analyzer",
  coalesce("grouped"."model_versions", 0) as "model_versions",
  "grouped"."processing_time_avg_30d",
  null::text[] as "_unparsed"
from "members"
left join "grouped" on "grouped"."track_id" = "members"."track_id";
