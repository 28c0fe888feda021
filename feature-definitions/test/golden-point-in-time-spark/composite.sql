-- f1 = composite@1.items int64
-- f2 = composite@1.note string
with `composite_v1` as (
  select
    `spine`.`_row`,
    max(`sales`.`at`) as `_event_time`,
    max(`spine`.`_as_of`) as `_as_of`,
    sum(`sales`.`items`::int)::bigint as `items_2`,
    max_by(`sales`.`note`, struct(`sales`.`at` is null, `sales`.`at`, `sales`.`id` is null, `sales`.`id`)) as `note`
  from `featstore`.`spine` as `spine`
  join `public`.`order` as `sales` on `sales`.`group`::string = `spine`.`customer` and `sales`.`shop` = `spine`.`shop`
  where `sales`.`at` <= cast(`spine`.`_as_of` as timestamp_ntz)
  group by `spine`.`_row`
)
select
  `spine`.`_row`,
  case when `composite_v1`.`_row` is not null then cast(`composite_v1`.`_event_time` as timestamp) end as `_event_time_1`,
  case when `composite_v1`.`_row` is not null then `composite_v1`.`items_2` end as `f1`,
  case when `composite_v1`.`_row` is not null then `composite_v1`.`note`::string end as `f2`
from `featstore`.`spine` as `spine`
left join `composite_v1` on `composite_v1`.`_row` = `spine`.`_row`
order by `spine`.`_row` nulls last;
