-- $1 = the as-of time
-- $2 = "3"
-- $3 = "good"
-- $4 = "bad"
-- $5 = "First"
-- $6 = "Second"
with "sorted" as (
  select
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."note",
    "orders"."rating",
    case when "orders"."rating"::double precision > $2::double precision then $3::text else $4::text end as "classes"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
    and "orders"."note"::text in ($5::text, $6::text)
  order by "orders"."group"::text, "orders"."at" desc, "orders"."id" desc
),
"grouped" as (
  select
    "sorted"."customer",
    max("sorted"."_event_time") as "_event_time",
    (count(*) filter (where "sorted"."classes" = $3::text) > 0)::integer + (count(*) filter (where "sorted"."classes" = $4::text) > 0)::integer as "classes_2",
    (array_agg("sorted"."rating"))[1] as "rating",
    (count(*) filter (where ("sorted"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours')) and ("sorted"."note"::text = $5::text)) > 0)::integer + (count(*) filter (where ("sorted"."_event_time" > (($1::timestamptz at time zone 'UTC') - interval '2160 hours')) and ("sorted"."note"::text = $6::text)) > 0)::integer as "notes"
  from "sorted"
  group by "sorted"."customer"
)
select
  ''::text as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."classes_2" as "classes",
  "grouped"."rating"::double precision as "last",
  "grouped"."notes",
  null::text[] as "_unparsed"
from "grouped";
