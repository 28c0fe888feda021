-- f1 = picks@1.known_note string
-- f2 = picks@1.note string
-- f3 = picks@1.note_7d string
-- f4 = picks@1.orders int32
-- f5 = picks@1.paid_fallback string
-- f6 = picks@1.paid_note string
-- f7 = picks@1.rating_avg float64
-- f8 = picks@1.score float64
-- :p1 = "$['score']"
-- :p2 = "none"
with `picks_v1` as (
  with `inputs` as (
    select
      `spine`.`_row`,
      `orders`.`at` as `_event_time`,
      `spine`.`_as_of`,
      cast(`spine`.`_as_of` as timestamp_ntz) as `_clock`,
      `orders`.`note`,
      `orders`.`paid`,
      `orders`.`rating`,
      `orders`.`id`,
      get_json_object(`orders`.`data`::string, :p1::string) as `score_input`
    from `featstore`.`spine` as `spine`
    join `order` as `orders` on `orders`.`group`::string = `spine`.`customer`
    where `orders`.`at` <= cast(`spine`.`_as_of` as timestamp_ntz)
  ),
  `parsed` as (
    select
      `inputs`.`_row`,
      `inputs`.`_event_time`,
      `inputs`.`_as_of`,
      `inputs`.`_clock`,
      `inputs`.`note`,
      `inputs`.`paid`,
      `inputs`.`rating`,
      `inputs`.`id`,
      `inputs`.`score_input`,
      featstore_to_float64(`inputs`.`score_input`::string) as `score_value`
    from `inputs`
  )
  select
    `parsed`.`_row`,
    max(`parsed`.`_event_time`) as `_event_time`,
    max(`parsed`.`_as_of`) as `_as_of`,
    max_by(`parsed`.`note`::string, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`note`::string is not null) as `known_note`,
    max_by(`parsed`.`note`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) as `note`,
    count(*)::int as `orders`,
    max_by(`parsed`.`note`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`paid`::boolean) as `paid_fallback_note`,
    max(`parsed`.`_event_time`) filter (where `parsed`.`paid`::boolean) as `paid_fallback_time`,
    sum(featstore_to_be_summed(`parsed`.`rating`::double))::double / nullif(count(`parsed`.`rating`), 0) as `rating_avg`,
    bool_or((`parsed`.`score_input` is not null) and (`parsed`.`score_value` is null)) as `score_lost`,
    max_by(`parsed`.`score_value`, struct(`parsed`.`_event_time` is null, `parsed`.`_event_time`, `parsed`.`id` is null, `parsed`.`id`)) filter (where `parsed`.`score_value` is not null) as `score`
  from `parsed`
  group by `parsed`.`_row`
)
select
  `spine`.`_row`,
  case when `picks_v1`.`_row` is not null then cast(`picks_v1`.`_event_time` as timestamp) end as `_event_time_1`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`known_note`::string end as `f1`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`note`::string end as `f2`,
  case when `picks_v1`.`_row` is not null then case when `picks_v1`.`_event_time` > (cast(`picks_v1`.`_as_of` as timestamp_ntz) - interval '168 hours') then `picks_v1`.`note`::string end end as `f3`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`orders` end as `f4`,
  case when `picks_v1`.`_row` is not null then case when `picks_v1`.`paid_fallback_time` is not null then coalesce(`picks_v1`.`paid_fallback_note`::string, :p2::string) end end as `f5`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`paid_fallback_note`::string end as `f6`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`rating_avg` end as `f7`,
  case when `picks_v1`.`_row` is not null then `picks_v1`.`score`::double end as `f8`
from `featstore`.`spine` as `spine`
left join `picks_v1` on `picks_v1`.`_row` = `spine`.`_row`
order by `spine`.`_row` nulls last;
