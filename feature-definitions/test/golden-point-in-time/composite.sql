-- f1 = composite@1.items int64
-- f2 = composite@1.note string
with "composite_v1" as (
  with "sorted" as (
    select
      "spine"."_row",
      "sales"."at" as "_event_time",
      "spine"."_as_of",
      "spine"."_as_of" at time zone 'UTC' as "_clock",
      "sales"."items",
      "sales"."note"
    from "featstore"."spine" as "spine"
    join "public"."order" as "sales" on "sales"."group"::text = "spine"."customer" and "sales"."shop" = "spine"."shop"
    where "sales"."at" <= ("spine"."_as_of" at time zone 'UTC')
    order by "spine"."_row", "sales"."at" desc, "sales"."id" desc
  )
  select
    "sorted"."_row",
    max("sorted"."_event_time") as "_event_time",
    max("sorted"."_as_of") as "_as_of",
    sum("sorted"."items")::bigint as "items_2",
    (array_agg("sorted"."note"))[1] as "note"
  from "sorted"
  group by "sorted"."_row"
)
select
  "spine"."_row",
  case when "composite_v1"."_row" is not null then "composite_v1"."_event_time" at time zone 'UTC' end as "_event_time_1",
  case when "composite_v1"."_row" is not null then "composite_v1"."items_2" end as "f1",
  case when "composite_v1"."_row" is not null then "composite_v1"."note"::text end as "f2"
from "featstore"."spine" as "spine"
left join "composite_v1" on "composite_v1"."_row" = "spine"."_row"
order by "spine"."_row";
