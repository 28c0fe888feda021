-- $1 = the as-of time
-- $2 = "1"
select
  '' as "_tenant",
  "customers"."group"::text as "customer",
  "customers"."opened"::timestamptz as "_event_time",
  case when "customers"."opened" is not null then "customers"."name"::text end as "name",
  coalesce(case when "customers"."opened" is not null then case when "customers"."name"::text is not null then $2::integer end end, 0) as "named",
  case when case when "customers"."opened" is not null then "customers"."name"::text end is not null then [case when "customers"."opened" is not null then "customers"."name"::text end] end as "names",
  coalesce(case when ("customers"."opened" is not null) and ("customers"."opened" > ($1::timestamptz - interval '720 hours')) then $2::integer end, 0) as "recent",
  null::text[] as "_unparsed"
from "customers"
where ("customers"."opened" <= $1::timestamptz) is not false
  and "customers"."group" is not null;
