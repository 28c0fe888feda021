-- $1 = the as-of time
with "grouped" as (
  select
    "facts"."group"::text as "customer",
    max(try_cast("facts"."total" as decimal(38, 10))) as "largest",
    count(*)::integer as "orders"
  from "order" as "facts"
  where "facts"."group" is not null
  group by "facts"."group"::text
)
select
  '' as "_tenant",
  "grouped"."customer",
  $1::timestamptz as "_event_time",
  "grouped"."largest",
  "grouped"."orders",
  null::text[] as "_unparsed"
from "grouped";
