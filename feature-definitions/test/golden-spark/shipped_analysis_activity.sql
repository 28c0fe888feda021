-- :p1 = the as-of time
with `grouped` as (
  select
    `analyses`.`track_id`,
    max(`analyses`.`created_at`) as `_event_time`,
    count(*) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '720 hours'))::int as `analyses_30d`,
    count(*) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours'))::int as `analyses_7d`,
    count(*) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours'))::int as `analyses_90d`,
    count(*)::int as `analyses_total`,
    size(collect_set(`analyses`.`analyzer_type`::string) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours'))) as `analyzers_90d`,
    size(collect_set(`analyses`.`analyzer_type`::string)) as `analyzers_total`,
    min(cast(`analyses`.`created_at` as timestamp)) as `first_analyzed_at`,
    max(cast(`analyses`.`created_at` as timestamp)) as `last_analyzed_at`,
    max_by(`analyses`.`analyzer_type`, struct(`analyses`.`created_at` is null, `analyses`.`created_at`, `analyses`.`id` is null, `analyses`.`id`)) as `analyzer_type`,
    size(collect_set(`analyses`.`model_version`::string)) as `model_versions`,
    sum(`analyses`.`processing_time_ms`::int::decimal(20, 0)) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '720 hours'))::double / nullif(count(`analyses`.`processing_time_ms`::int) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '720 hours')), 0) as `processing_time_avg_30d`
  from `analysis_results` as `analyses`
  where `analyses`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)
    and `analyses`.`track_id` is not null
  group by `analyses`.`track_id`
),
`members` as (
  select
    `tracks`.`id` as `track_id`
  from `tracks`
  where (`tracks`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)) is not false
    and `tracks`.`id` is not null
)
select
  '' as `_tenant`,
  `members`.`track_id`::bigint as `track_id`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  coalesce(`grouped`.`analyses_30d`, 0) as `analyses_30d`,
  coalesce(`grouped`.`analyses_7d`, 0) as `analyses_7d`,
  coalesce(`grouped`.`analyses_90d`, 0) as `analyses_90d`,
  coalesce(`grouped`.`analyses_total`, 0) as `analyses_total`,
  coalesce(`grouped`.`analyzers_90d`, 0) as `analyzers_90d`,
  coalesce(`grouped`.`analyzers_total`, 0) as `analyzers_total`,
  `grouped`.`first_analyzed_at`,
  `grouped`.`last_analyzed_at`,
  `grouped`.`analyzer_type`::string as `last_analyzer`,
  coalesce(`grouped`.`model_versions`, 0) as `model_versions`,
  `grouped`.`processing_time_avg_30d`,
  null::array<string> as `_unparsed`
from `members`
left join `grouped` on `grouped`.`track_id` = `members`.`track_id`;
