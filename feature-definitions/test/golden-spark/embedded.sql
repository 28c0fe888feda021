-- :p1 = the as-of time
with `grouped` as (
  select
    `embeddings`.`id`,
    max(`embeddings`.`at`) as `_event_time`,
    max_by(`embeddings`.`embedding`, struct(`embeddings`.`at` is null, `embeddings`.`at`)) as `embedding`,
    count(*)::int as `versions`
  from `embeddings`
  where `embeddings`.`at` <= :p1::timestamp
    and `embeddings`.`id` is not null
  group by `embeddings`.`id`
)
select
  '' as `_tenant`,
  `grouped`.`id`::int as `id`,
  `grouped`.`_event_time`::timestamp as `_event_time`,
  `grouped`.`embedding`::array<float> as `lyrics`,
  `grouped`.`versions`,
  null::array<string> as `_unparsed`
from `grouped`;
