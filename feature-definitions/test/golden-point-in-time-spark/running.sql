-- f1 = picks@1.note string
-- f2 = picks@1.known_note string
-- f3 = picks@1.note_7d string
-- f4 = picks@1.orders int32
-- f5 = picks@1.rating_avg float64
with `picks_v1` as (
  with `facts` as (
    select
      `orders`.`group`::string as `customer`,
      `orders`.`at` as `_event_time`,
      `orders`.`note`,
      `orders`.`rating`,
      `orders`.`id` as `tie_break`
    from `order` as `orders`
    where `orders`.`at` is not null
      and `orders`.`group` is not null
  ),
  `timeline` as (
    select
      `facts`.`customer`,
      `facts`.`_event_time`,
      `facts`.`note`,
      `facts`.`rating`,
      `facts`.`tie_break`,
      greatest(`facts`.`_event_time`, timestamp'-4000-01-01 00:00:00') as `time`,
      null as `spine_row`,
      null as `spine_as_of`
    from `facts`
    union all
    select
      `spine`.`customer`,
      cast(`spine`.`_as_of` as timestamp_ntz) as `_event_time`,
      null as `note`,
      null as `rating`,
      null as `tie_break`,
      greatest(cast(`spine`.`_as_of` as timestamp_ntz), timestamp'-4000-01-01 00:00:00') as `time`,
      `spine`.`_row` as `spine_row`,
      `spine`.`_as_of` as `spine_as_of`
    from `featstore`.`spine` as `spine`
  ),
  `running` as (
    select
      `timeline`.`spine_row`,
      `timeline`.`spine_as_of`,
      max(case when `timeline`.`spine_row` is null then `timeline`.`_event_time` end) over `so_far` as `last_time`,
      count(case when `timeline`.`spine_row` is null then 1 end) over `so_far` as `orders_count`,
      sum(featstore_to_be_summed(`timeline`.`rating`::double)) over `so_far` as `rating_avg_sum`,
      count(`timeline`.`rating`) over `so_far` as `rating_avg_count`,
      last_value(case when (`timeline`.`spine_row` is null) and (`timeline`.`note`::string is not null) then named_struct('note', `timeline`.`note`) end, true) over `in_order` as `known_note_row`,
      last_value(case when (`timeline`.`spine_row` is null) then named_struct('note', `timeline`.`note`) end, true) over `in_order` as `note_row`
    from `timeline`
    window `so_far` as (partition by `timeline`.`customer` order by `timeline`.`time` nulls last range unbounded preceding),
      `in_order` as (partition by `timeline`.`customer` order by `timeline`.`time` nulls last, `timeline`.`_event_time` nulls last, `timeline`.`tie_break` nulls last, (`timeline`.`spine_row` is not null) nulls last rows unbounded preceding)
  )
  select
    `running`.`spine_row` as `_row`,
    `running`.`last_time` as `_event_time`,
    `running`.`spine_as_of` as `_as_of`,
    `running`.`known_note_row`.`note`::string as `known_note`,
    `running`.`note_row`.`note` as `note_note`,
    `running`.`orders_count`::int as `orders`,
    `running`.`rating_avg_sum`::double / nullif(`running`.`rating_avg_count`, 0) as `rating_avg`
  from `running`
  where `running`.`spine_row` is not null
    and `running`.`last_time` is not null
)
select
  `spine`.`_row`,
  case when `picks_v1`.`_row` is not null then cast(`picks_v1`.`_event_time` as timestamp) end as `_event_time_1`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`note_note`::string end as `f1`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`known_note`::string end as `f2`,
  case when `picks_v1`.`_row` is not null then case when `picks_v1`.`_event_time` > (cast(`picks_v1`.`_as_of` as timestamp_ntz) - interval '168 hours') then `picks_v1`.`note_note`::string end end as `f3`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`orders` end as `f4`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`rating_avg` end as `f5`
from `featstore`.`spine` as `spine`
left join `picks_v1` on `picks_v1`.`_row` = `spine`.`_row`
order by `spine`.`_row` nulls last;
