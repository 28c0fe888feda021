-- $1 = the as-of time
with "grouped" as (
  select
    "orders"."group"::text as "customer",
    max("orders"."at") as "_event_time",
    first("orders"."note" order by "orders"."at", "orders"."id") as "first_note_note",
    first("orders"."note" order by "orders"."at", "orders"."id") filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) as "first_note_7d_note",
    first("orders"."rating"::double::bit order by "orders"."at", "orders"."id") filter (where "orders"."rating"::double is not null)::double as "first_rating",
    (list("orders"."items"::integer::double order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) filter (where "orders"."paid"::boolean and ("orders"."items"::integer is not null)))[1:10] as "items_2",
    (list("orders"."note"::text order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '720 hours')) and ("orders"."note"::text is not null)))[1:2] as "last_notes_30d",
    first("orders"."note" order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) as "note",
    count(distinct "orders"."note"::text)::integer as "notes",
    first("orders"."rating"::double::bit order by "orders"."at" desc nulls first, "orders"."id" desc nulls first)::double as "rating",
    first("orders"."tags" order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) as "tags"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  group by "orders"."group"::text
)
select
  '' as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."first_note_note"::text as "first_note",
  "grouped"."first_note_7d_note"::text as "first_note_7d",
  "grouped"."first_rating"::double as "first_rating",
  list_reverse("grouped"."items_2") as "items",
  "grouped"."last_notes_30d",
  "grouped"."note"::text as "note",
  "grouped"."notes",
  "grouped"."rating"::double as "rating",
  "grouped"."tags"::text[] as "tags",
  null::text[] as "_unparsed"
from "grouped";
