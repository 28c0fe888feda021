-- $1 = the as-of time
with "ranked" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."note",
    "orders"."rating",
    "orders"."tags",
    "orders"."paid",
    "orders"."items",
    row_number() over "earliest_first" as "first_note_rank",
    case when "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours') then count(*) filter (where "orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '168 hours')) over "earliest_first" end as "first_note_7d_rank",
    case when "orders"."rating"::double precision is not null then count(*) filter (where "orders"."rating"::double precision is not null) over "earliest_first" end as "first_rating_rank",
    case when "orders"."paid"::boolean and ("orders"."items"::integer is not null) then count(*) filter (where "orders"."paid"::boolean and ("orders"."items"::integer is not null)) over "latest_first" end as "items_rank",
    case when ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '720 hours')) and ("orders"."note"::text is not null) then count(*) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '720 hours')) and ("orders"."note"::text is not null)) over "latest_first" end as "last_notes_30d_rank",
    row_number() over "latest_first" as "recency"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  window "latest_first" as (partition by "orders"."group"::text order by "orders"."at" desc, "orders"."id" desc rows unbounded preceding),
    "earliest_first" as (partition by "orders"."group"::text order by "orders"."at", "orders"."id" rows unbounded preceding)
),
"grouped" as (
  select
    "ranked"."customer",
    max("ranked"."_event_time") as "_event_time",
    (array_agg("ranked"."note") filter (where "ranked"."first_note_rank" = 1))[1] as "first_note_note",
    (array_agg("ranked"."note") filter (where "ranked"."first_note_7d_rank" = 1))[1] as "first_note_7d_note",
    (array_agg("ranked"."rating"::double precision) filter (where "ranked"."first_rating_rank" = 1))[1] as "first_rating",
    array_agg("ranked"."items"::integer::double precision order by "ranked"."items_rank" desc) filter (where "ranked"."items_rank" <= 10) as "items_2",
    array_agg("ranked"."note"::text order by "ranked"."last_notes_30d_rank") filter (where "ranked"."last_notes_30d_rank" <= 2) as "last_notes_30d",
    (array_agg("ranked"."note") filter (where "ranked"."recency" = 1))[1] as "note",
    count(distinct "ranked"."note"::text collate "C")::integer as "notes",
    (array_agg("ranked"."rating") filter (where "ranked"."recency" = 1))[1] as "rating",
    max("ranked"."tags") filter (where "ranked"."recency" = 1) as "tags"
  from "ranked"
  group by "ranked"."customer"
)
select
  ''::text as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."first_note_note"::text as "first_note",
  "grouped"."first_note_7d_note"::text as "first_note_7d",
  "grouped"."first_rating"::double precision as "first_rating",
  "grouped"."items_2" as "items",
  "grouped"."last_notes_30d",
  "grouped"."note"::text as "note",
  "grouped"."notes",
  "grouped"."rating"::double precision as "rating",
  "grouped"."tags"::text[] as "tags",
  null::text[] as "_unparsed"
from "grouped";
