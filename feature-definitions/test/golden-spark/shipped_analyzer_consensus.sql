-- :p1 = the as-of time
-- :p2 = "positive"
-- :p3 = "neutral"
-- :p4 = "negative"
-- :p5 = "qwen-3-4b-fp8"
-- :p6 = "gemma-3-27b-it"
-- :p7 = "ollama-llama3.1-8b"
with `inputs` as (
  select
    `analyses`.`track_id`,
    `analyses`.`created_at` as `_event_time`,
    `analyses`.`analyzer_type`,
    `analyses`.`confidence`,
    `analyses`.`sentiment`,
    `analyses`.`id`,
    case when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p2::string then :p2::string when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p3::string then :p3::string when featstore_lower(trim(`analyses`.`sentiment`::string)) = :p4::string then :p4::string end as `labels`
  from `analysis_results` as `analyses`
  where `analyses`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)
    and `analyses`.`track_id` is not null
    and `analyses`.`analyzer_type`::string in (:p5::string, :p6::string, :p7::string)
),
`grouped` as (
  select
    `inputs`.`track_id`,
    max(`inputs`.`_event_time`) as `_event_time`,
    count(*) filter (where `inputs`.`labels` = :p2::string)::int as `agreement`,
    count(*) filter (where `inputs`.`labels` = :p3::string)::int as `agreement_2`,
    count(*) filter (where `inputs`.`labels` = :p4::string)::int as `agreement_3`,
    count(`inputs`.`labels`)::int as `agreement_4`,
    (count(*) filter (where `inputs`.`analyzer_type`::string = :p5::string) > 0)::integer + (count(*) filter (where `inputs`.`analyzer_type`::string = :p6::string) > 0)::integer + (count(*) filter (where `inputs`.`analyzer_type`::string = :p7::string) > 0)::integer as `analyzers`,
    stddev_samp(featstore_to_be_squared(`inputs`.`confidence`::double)) as `confidence_spread`,
    (count(*) filter (where `inputs`.`labels` = :p2::string) > 0)::integer + (count(*) filter (where `inputs`.`labels` = :p3::string) > 0)::integer + (count(*) filter (where `inputs`.`labels` = :p4::string) > 0)::integer as `labels_2`,
    max_by(`inputs`.`labels`, struct(`inputs`.`_event_time` is null, `inputs`.`_event_time`, `inputs`.`id` is null, `inputs`.`id`)) filter (where `inputs`.`analyzer_type`::string = :p5::string) as `qwen_gemma_agree`,
    max_by(`inputs`.`labels`, struct(`inputs`.`_event_time` is null, `inputs`.`_event_time`, `inputs`.`id` is null, `inputs`.`id`)) filter (where `inputs`.`analyzer_type`::string = :p6::string) as `qwen_gemma_agree_2`
  from `inputs`
  group by `inputs`.`track_id`
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
  case when (coalesce(`grouped`.`agreement`, 0) >= coalesce(`grouped`.`agreement_2`, 0)) and (coalesce(`grouped`.`agreement`, 0) >= coalesce(`grouped`.`agreement_3`, 0)) then featstore_finite(coalesce(`grouped`.`agreement`, 0)::double / nullif(coalesce(`grouped`.`agreement_4`, 0)::double, 0)) when coalesce(`grouped`.`agreement_2`, 0) >= coalesce(`grouped`.`agreement_3`, 0) then featstore_finite(coalesce(`grouped`.`agreement_2`, 0)::double / nullif(coalesce(`grouped`.`agreement_4`, 0)::double, 0)) else featstore_finite(coalesce(`grouped`.`agreement_3`, 0)::double / nullif(coalesce(`grouped`.`agreement_4`, 0)::double, 0)) end as `agreement`,
  coalesce(`grouped`.`analyzers`, 0) as `analyzers`,
  `grouped`.`confidence_spread`,
  coalesce(`grouped`.`labels_2`, 0) as `labels`,
  `grouped`.`qwen_gemma_agree`::string = `grouped`.`qwen_gemma_agree_2`::string as `qwen_gemma_agree`,
  null::array<string> as `_unparsed`
from `members`
left join `grouped` on `grouped`.`track_id` = `members`.`track_id`;
