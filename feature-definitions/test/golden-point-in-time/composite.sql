-- f1 = composite@1.items int64
-- f2 = composite@1.note string
with "composite_v1" as (
  with "sorted" as (
    select
      "spine"."_row",
      "sales"."at" as "_event_time",
      "spine"."_as_of",
      "sales"."items",
      "sales"."note"
    from "featstore"."spine" as "spine"
    join "public"."order" as "sales" on "sales"."group"::text = "spine"."customer" and "sales"."shop" = "spine"."shop"
    where "sales"."at" <= ("spine"."_as_of" at time zone 'UTC')
    order by "spine"."_row", "sales"."at" desc, "sales"."id" desc
  ),
  "grouped" as (
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
    "grouped"."_row"::bigint as "_row",
    "grouped"."_event_time" at time zone 'UTC' as "_event_time",
    "grouped"."items_2" as "items",
    "grouped"."note"::text as "note"
  from "grouped"
)
select
  "spine"."_row",
  "composite_v1"."_event_time" as "_event_time_1",
  "composite_v1"."items" as "f1",
  "composite_v1"."note" as "f2"
from "featstore"."spine" as "spine"
left join "composite_v1" on "composite_v1"."_row" = "spine"."_row"
order by "spine"."_row";
