-- f1 = numbered@1.first_note string
-- f2 = numbered@1.first_note_7d string
-- f3 = numbered@1.first_rating float64
-- f4 = numbered@1.items float64[]
-- f5 = numbered@1.last_notes_30d string[]
-- f6 = numbered@1.note string
-- f7 = numbered@1.notes int32
-- f8 = numbered@1.rating float64
-- f9 = numbered@1.tags string[]
with `numbered_v1` as (
  select
    `spine`.`_row`,
    max(`orders`.`at`) as `_event_time`,
    max(`spine`.`_as_of`) as `_as_of`,
    min_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `first_note_note`,
    min_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) filter (where `orders`.`at` > (cast(`spine`.`_as_of` as timestamp_ntz) - interval '168 hours')) as `first_note_7d_note`,
    min_by(`orders`.`rating`::double, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) filter (where `orders`.`rating`::double is not null) as `first_rating`,
    nullif(slice(transform(sort_array(collect_list(struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`, `orders`.`items`::int::double as value)) filter (where `orders`.`paid`::boolean and (`orders`.`items`::int is not null)), false), item -> item.value), 1, 10), array()::array<double>) as `items_2`,
    nullif(slice(transform(sort_array(collect_list(struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`, `orders`.`note`::string as value)) filter (where (`orders`.`at` > (cast(`spine`.`_as_of` as timestamp_ntz) - interval '720 hours')) and (`orders`.`note`::string is not null)), false), item -> item.value), 1, 2), array()::array<string>) as `last_notes_30d`,
    max_by(`orders`.`note`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `note`,
    size(collect_set(`orders`.`note`::string)) as `notes`,
    max_by(`orders`.`rating`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `rating`,
    max_by(`orders`.`tags`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `tags`
  from `featstore`.`spine` as `spine`
  join `order` as `orders` on `orders`.`group`::string = `spine`.`customer`
  where `orders`.`at` <= cast(`spine`.`_as_of` as timestamp_ntz)
  group by `spine`.`_row`
)
select
  `spine`.`_row`,
  case when `numbered_v1`.`_row` is not null then cast(`numbered_v1`.`_event_time` as timestamp) end as `_event_time_1`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`first_note_note`::string end as `f1`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`first_note_7d_note`::string end as `f2`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`first_rating`::double end as `f3`,
  case when `numbered_v1`.`_row` is not null then reverse(`numbered_v1`.`items_2`) end as `f4`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`last_notes_30d` end as `f5`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`note`::string end as `f6`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`notes` end as `f7`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`rating`::double end as `f8`,
  case when `numbered_v1`.`_row` is not null then `numbered_v1`.`tags`::array<string> end as `f9`
from `featstore`.`spine` as `spine`
left join `numbered_v1` on `numbered_v1`.`_row` = `spine`.`_row`
order by `spine`.`_row` nulls last;
