-- f1 = composite@1.items int64
-- f2 = composite@1.note string
with "composite_v1" as (
  select
    "spine"."_row",
    max("sales"."at") as "_event_time",
    max("spine"."_as_of") as "_as_of",
    sum("sales"."items"::integer)::bigint as "items_2",
    first("sales"."note" order by "sales"."at" desc nulls first, "sales"."id" desc nulls first) as "note"
  from "featstore"."spine" as "spine"
  join "public"."order" as "sales" on "sales"."group"::text = "spine"."customer" and "sales"."shop" = "spine"."shop"
  where "sales"."at" <= ("spine"."_as_of" at time zone 'UTC')
  group by "spine"."_row"
)
select
  "spine"."_row",
  case when "composite_v1"."_row" is not null then "composite_v1"."_event_time" at time zone 'UTC' end as "_event_time_1",
  case when "composite_v1"."_row" is not null then "composite_v1"."items_2" end as "f1",
  case when "composite_v1"."_row" is not null then "composite_v1"."note"::text end as "f2"
from "featstore"."spine" as "spine"
left join "composite_v1" on "composite_v1"."_row" = "spine"."_row"
order by "spine"."_row";
