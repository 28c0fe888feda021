-- f1 = picks@1.known_note string
-- f2 = picks@1.note string
-- f3 = picks@1.note_7d string
-- f4 = picks@1.orders int32
-- f5 = picks@1.paid_fallback string
-- f6 = picks@1.paid_note string
-- f7 = picks@1.rating_avg float64
-- f8 = picks@1.score float64
-- $1 = "$.\"score\""
-- $2 = "none"
with "picks_v1" as (
  with "inputs" as (
    select
      "spine"."_row",
      "orders"."at" as "_event_time",
      "spine"."_as_of",
      "spine"."_as_of" at time zone 'UTC' as "_clock",
      "orders"."note",
      "orders"."paid",
      "orders"."rating",
      "orders"."id",
      try(json_extract_string("orders"."data"::text, $1::text)) as "score_input"
    from "featstore"."spine" as "spine"
    join "order" as "orders" on "orders"."group"::text = "spine"."customer"
    where "orders"."at" <= ("spine"."_as_of" at time zone 'UTC')
  ),
  "parsed" as (
    select
      "inputs"."_row",
      "inputs"."_event_time",
      "inputs"."_as_of",
      "inputs"."_clock",
      "inputs"."note",
      "inputs"."paid",
      "inputs"."rating",
      "inputs"."id",
      "inputs"."score_input",
      featstore.to_float64("inputs"."score_input"::text) as "score_value"
    from "inputs"
  )
  select
    "parsed"."_row",
    max("parsed"."_event_time") as "_event_time",
    max("parsed"."_as_of") as "_as_of",
    first("parsed"."note"::text order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."note"::text is not null) as "known_note",
    first("parsed"."note" order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) as "note",
    count(*)::integer as "orders",
    first("parsed"."note" order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."paid"::boolean) as "paid_fallback_note",
    max("parsed"."_event_time") filter (where "parsed"."paid"::boolean) as "paid_fallback_time",
    sum(featstore.to_be_summed("parsed"."rating"::double))::double / nullif(count("parsed"."rating"), 0) as "rating_avg",
    bool_or(("parsed"."score_input" is not null) and ("parsed"."score_value" is null)) as "score_lost",
    first("parsed"."score_value"::bit order by "parsed"."_event_time" desc nulls first, "parsed"."id" desc nulls first) filter (where "parsed"."score_value" is not null)::double as "score"
  from "parsed"
  group by "parsed"."_row"
)
select
  "spine"."_row",
  case when "picks_v1"."_row" is not null then "picks_v1"."_event_time" at time zone 'UTC' end as "_event_time_1",
  case when "picks_v1"."_row" is not null then "picks_v1"."known_note"::text end as "f1",
  case when "picks_v1"."_row" is not null then "picks_v1"."note"::text end as "f2",
  case when "picks_v1"."_row" is not null then case when "picks_v1"."_event_time" > (("picks_v1"."_as_of" at time zone 'UTC') - interval '168 hours') then "picks_v1"."note"::text end end as "f3",
  case when "picks_v1"."_row" is not null then "picks_v1"."orders" end as "f4",
  case when "picks_v1"."_row" is not null then case when "picks_v1"."paid_fallback_time" is not null then coalesce("picks_v1"."paid_fallback_note"::text, $2::text) end end as "f5",
  case when "picks_v1"."_row" is not null then "picks_v1"."paid_fallback_note"::text end as "f6",
  case when "picks_v1"."_row" is not null then "picks_v1"."rating_avg" end as "f7",
  case when "picks_v1"."_row" is not null then "picks_v1"."score"::double end as "f8"
from "featstore"."spine" as "spine"
left join "picks_v1" on "picks_v1"."_row" = "spine"."_row"
order by "spine"."_row";
