-- :p1 = the as-of time
with `grouped` as (
  select
    `analyses`.`artist`::string as `artist`,
    max(`analyses`.`created_at`) as `_event_time`,
    count(*) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '720 hours'))::int as `analyses_30d`,
    count(*) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours'))::int as `analyses_90d`,
    count(*)::int as `analyses_total`,
    sum(featstore_to_be_summed(`analyses`.`complexity_score`::double))::double / nullif(count(`analyses`.`complexity_score`), 0) as `complexity_avg`,
    sum(featstore_to_be_summed(`analyses`.`confidence`::double))::double / nullif(count(`analyses`.`confidence`), 0) as `confidence_avg`,
    sum(featstore_to_be_summed(`analyses`.`confidence`::double)) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours'))::double / nullif(count(`analyses`.`confidence`) filter (where `analyses`.`created_at` > (cast(:p1::timestamp as timestamp_ntz) - interval '2160 hours')), 0) as `confidence_avg_90d`,
    min(cast(`analyses`.`created_at` as timestamp)) as `first_analyzed_at`,
    max(cast(`analyses`.`created_at` as timestamp)) as `last_analyzed_at`
  from (
    select
      `analyses`.`track_id`,
      `analyses`.`analyzer_type`,
      `analyses`.`sentiment`,
      `analyses`.`confidence`,
      `analyses`.`complexity_score`,
      `analyses`.`analysis_data`,
      `analyses`.`processing_time_ms`,
      `analyses`.`model_version`,
      `analyses`.`created_at`,
      `analyses`.`id`,
      `credits`.`artist`
    from `analysis_results` as `analyses`
    left join (
      select
        `credits`.`id`,
        `credits`.`artist`
      from `tracks` as `credits`
      where (select case when count(*) = 0 then true else raise_error('`tracks` has more than one row of ' || first(key)) end from (select to_json(struct(`id`)) as key from `tracks` where `id` is not null group by `id` having count(*) > 1 limit 1) as twice)
    ) as `credits` on `credits`.`id` = `analyses`.`track_id`
  ) as `analyses`
  where `analyses`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)
    and `analyses`.`artist` is not null
  group by `analyses`.`artist`::string
),
`members` as (
  select distinct
    `credits`.`artist`::string as `artist`
  from `tracks` as `credits`
  where (`credits`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)) is not false
    and `credits`.`artist` is not null
)
select
  '' as `_tenant`,
  `members`.`artist`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  coalesce(`grouped`.`analyses_30d`, 0) as `analyses_30d`,
  coalesce(`grouped`.`analyses_90d`, 0) as `analyses_90d`,
  coalesce(`grouped`.`analyses_total`, 0) as `analyses_total`,
  `grouped`.`complexity_avg`,
  `grouped`.`confidence_avg`,
  `grouped`.`confidence_avg_90d`,
  `grouped`.`first_analyzed_at`,
  `grouped`.`last_analyzed_at`,
  null::array<string> as `_unparsed`
from `members`
left join `grouped` on `grouped`.`artist` = `members`.`artist`;
