-- $1 = the as-of time
with "grouped" as (
  select
    "orders"."group"::text as "customer",
    max("orders"."at") as "_event_time",
    first("orders"."note" order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) as "note",
    count(distinct "orders"."note"::text)::integer as "notes",
    count(*)::integer as "orders"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  group by "orders"."group"::text
)
select
  '' as "_tenant",
  "grouped"."customer",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  "grouped"."note"::text as "note",
  "grouped"."notes",
  "grouped"."orders",
  null::text[] as "_unparsed"
from "grouped";
