-- $1 = the as-of time
-- $2 = "3"
-- $3 = "good"
-- $4 = "bad"
-- $5 = "First"
-- $6 = "Second"
with "grouped" as (
  select
    "orders"."group"::text as "customer",
    max("orders"."at") as "_event_time",
    count(distinct case when "orders"."rating"::double > $2::double then $3::text else $4::text end)::integer as "classes",
    first("orders"."rating"::double::bit order by "orders"."at" desc nulls first, "orders"."id" desc nulls first)::double as "rating",
    (count(*) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours')) and ("orders"."note"::text = $5::text)) > 0)::integer + (count(*) filter (where ("orders"."at" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours')) and ("orders"."note"::text = $6::text)) > 0)::integer as "notes"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
    and "orders"."note"::text in ($5::text, $6::text)
  group by "orders"."group"::text
)
select
  '' as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."classes",
  "grouped"."rating"::double as "last",
  "grouped"."notes",
  null::text[] as "_unparsed"
from "grouped";
