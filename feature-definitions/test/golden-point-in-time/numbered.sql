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
  with "ranked" as (
    select
      "spine"."_row",
      "orders"."at" as "_event_time",
      "spine"."_as_of",
      "spine"."_as_of" at time zone 'UTC' as "_clock",
      "orders"."note",
      "orders"."rating",
      "orders"."tags",
      "orders"."paid",
      "orders"."items",
      row_number() over "earliest_first" as "first_note_rank",
      case when "orders"."at" > (("spine"."_as_of" at time zone 'UTC') - interval '168 hours') then count(*) filter (where "orders"."at" > (("spine"."_as_of" at time zone 'UTC') - interval '168 hours')) over "earliest_first" end as "first_note_7d_rank",
      case when "orders"."rating"::double precision is not null then count(*) filter (where "orders"."rating"::double precision is not null) over "earliest_first" end as "first_rating_rank",
      case when "orders"."paid"::boolean and ("orders"."items"::integer is not null) then count(*) filter (where "orders"."paid"::boolean and ("orders"."items"::integer is not null)) over "latest_first" end as "items_rank",
      case when ("orders"."at" > (("spine"."_as_of" at time zone 'UTC') - interval '720 hours')) and ("orders"."note"::text is not null) then count(*) filter (where ("orders"."at" > (("spine"."_as_of" at time zone 'UTC') - interval '720 hours')) and ("orders"."note"::text is not null)) over "latest_first" end as "last_notes_30d_rank",
      row_number() over "latest_first" as "recency"
    from "featstore"."spine" as "spine"
    join "order" as "orders" on "orders"."group"::text = "spine"."customer"
    where "orders"."at" <= ("spine"."_as_of" at time zone 'UTC')
    window "latest_first" as (partition by "spine"."_row" order by "orders"."at" desc, "orders"."id" desc rows unbounded preceding),
      "earliest_first" as (partition by "spine"."_row" order by "orders"."at", "orders"."id" rows unbounded preceding)
  )
  select
    "ranked"."_row",
    max("ranked"."_event_time") as "_event_time",
    max("ranked"."_as_of") as "_as_of",
    (array_agg("ranked"."note") filter (where "ranked"."first_note_rank" = 1))[1] as "first_note_note",
    (array_agg("ranked"."note") filter (where "ranked"."first_note_7d_rank" = 1))[1] as "first_note_7d_note",
    (array_agg("ranked"."rating"::double precision) filter (where "ranked"."first_rating_rank" = 1))[1] as "first_rating",
    array_agg("ranked"."items"::integer::double precision order by "ranked"."items_rank" desc) filter (where "ranked"."items_rank" <= 10) as "items_2",
    array_agg("ranked"."note"::text order by "ranked"."last_notes_30d_rank") filter (where "ranked"."last_notes_30d_rank" <= 2) as "last_notes_30d",
    (array_agg("ranked"."note") filter (where "ranked"."recency" = 1))[1] as "note",
    (select count(distinct "value" collate "C") from unnest(array_agg("ranked"."note"::text)) as "value")::integer as "notes",
    (array_agg("ranked"."rating") filter (where "ranked"."recency" = 1))[1] as "rating",
    max("ranked"."tags") filter (where "ranked"."recency" = 1) as "tags"
  from "ranked"
  group by "ranked"."_row"
)
select
  "spine"."_row",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."_event_time" at time zone 'UTC' end as "_event_time_1",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."first_note_note"::text end as "f1",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."first_note_7d_note"::text end as "f2",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."first_rating"::double precision end as "f3",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."items_2" end as "f4",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."last_notes_30d" end as "f5",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."note"::text end as "f6",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."notes" end as "f7",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."rating"::double precision end as "f8",
  case when "numbered_v1"."_row" is not null then "numbered_v1"."tags"::text[] end as "f9"
from "featstore"."spine" as "spine"
left join "numbered_v1" on "numbered_v1"."_row" = "spine"."_row"
order by "spine"."_row";
