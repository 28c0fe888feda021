-- f1 = numbered@1.first_note string
-- f2 = numbered@1.first_note_7d string
-- f3 = numbered@1.first_rating float64
-- f4 = numbered@1.items float64[]
-- f5 = numbered@1.last_notes_30d string[]
-- f6 = numbered@1.note string
-- f7 = numbered@1.notes int32
-- f8 = numbered@1.rating float64
-- f9 = numbered@1.tags string[]
with "numbered_v1" as (
  select
    "spine"."_row",
    max("orders"."at") as "_event_time",
    max("spine"."_as_of") as "_as_of",
    first("orders"."note" order by "orders"."at", "orders"."id") as "first_note_note",
    first("orders"."note" order by "orders"."at", "orders"."id") filter (where "orders"."at" > (("spine"."_as_of" at time zone 'UTC') - interval '168 hours')) as "first_note_7d_note",
    first("orders"."rating"::double::bit order by "orders"."at", "orders"."id") filter (where "orders"."rating"::double is not null)::double as "first_rating",
    (list("orders"."items"::integer::double order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) filter (where "orders"."paid"::boolean and ("orders"."items"::integer is not null)))[1:10] as "items_2",
    (list("orders"."note"::text order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) filter (where ("orders"."at" > (("spine"."_as_of" at time zone 'UTC') - interval '720 hours')) and ("orders"."note"::text is not null)))[1:2] as "last_notes_30d",
    first("orders"."note" order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) as "note",
    count(distinct "orders"."note"::text)::integer as "notes",
    first("orders"."rating"::double::bit order by "orders"."at" desc nulls first, "orders"."id" desc nulls first)::double as "rating",
    first("orders"."tags" order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) as "tags"
  from "featstore"."spine" as "spine"
  join "order" as "orders" on "orders"."group"::text = "spine"."customer"
  where "orders"."at" <= ("spine"."_as_of" at time zone 'UTC')
  group by "spine"."_row"
)
select
  "spine"."_row",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."_event_time" at time zone 'UTC' end as "_event_time_1",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."first_note_note"::text end as "f1",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."first_note_7d_note"::text end as "f2",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."first_rating"::double end as "f3",
  case when "numbered_v1"."_row" is not null then list_reverse("numbered_v1"."items_2") end as "f4",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."last_notes_30d" end as "f5",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."note"::text end as "f6",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."notes" end as "f7",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."rating"::double end as "f8",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."tags"::text[] end as "f9"
from "featstore"."spine" as "spine"
left join "numbered_v1" on "numbered_v1"."_row" = "spine"."_row"
order by "spine"."_row";
