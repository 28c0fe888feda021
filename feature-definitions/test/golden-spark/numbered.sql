-- :p1 = the as-of time
with `grouped` as (
  select
    `orders`.`group`::string as `customer`,
    max(`orders`.`at`) as `_event_time`,
    min_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `first_note_note`,
    min_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) filter (where `orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '168 hours')) as `first_note_7d_note`,
    min_by(`orders`.`rating`::double, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) filter (where `orders`.`rating`::double is not null) as `first_rating`,
    nullif(slice(transform(sort_array(collect_list(struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`, `orders`.`items`::int::double as value)) filter (where `orders`.`paid`::boolean and (`orders`.`items`::int is not null)), false), item -> item.value), 1, 10), array()::array<double>) as `items_2`,
    nullif(slice(transform(sort_array(collect_list(struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`, `orders`.`note`::string as value)) filter (where (`orders`.`at` > (cast(:p1::timestamp as timestamp_ntz) - interval '720 hours')) and (`orders`.`note`::string is not null)), false), item -> item.value), 1, 2), array()::array<string>) as `last_notes_30d`,
    max_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `note`,
    size(collect_set(`orders`.`note`::string)) as `notes`,
    max_by(`orders`.`rating`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `rating`,
    max_by(`orders`.`tags`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `tags`
  from `order` as `orders`
  where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `orders`.`group` is not null
  group by `orders`.`group`::string
)
select
  '' as `_tenant`,
  `grouped`.`customer`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  `grouped`.`first_note_note`::string as `first_note`,
  `grouped`.`first_note_7d_note`::string as `first_note_7d`,
  `grouped`.`first_rating`::double as `first_rating`,
  reverse(`grouped`.`items_2`) as `items`,
  `grouped`.`last_notes_30d`,
  `grouped`.`note`::string as `note`,
  `grouped`.`notes`,
  `grouped`.`rating`::double as `rating`,
  `grouped`.`tags`::array<string> as `tags`,
  null::array<string> as `_unparsed`
from `grouped`;
