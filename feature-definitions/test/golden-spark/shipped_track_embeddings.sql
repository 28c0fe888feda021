-- :p1 = the as-of time
select
  '' as `_tenant`,
  `tracks`.`id`::bigint as `track_id`,
  cast(`tracks`.`created_at` as timestamp) as `_event_time`,
  case when `tracks`.`created_at` is not null then `tracks`.`audio_embedding`::array<float> end as `audio`,
  case when `tracks`.`created_at` is not null then `tracks`.`lyrics_embedding`::array<float> end as `lyrics`,
  null::array<string> as `_unparsed`
from `tracks`
where (`tracks`.`created_at` <= cast(:p1::timestamp as timestamp_ntz)) is not false
  and `tracks`.`id` is not null;
