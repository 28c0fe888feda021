-- $1 = the as-of time
-- $2 = "1"
-- $3 = "7"
-- $4 = "4"
-- $5 = "b"
-- $6 = "0"
-- $7 = "good"
-- $8 = "2"
-- $9 = "fair"
-- $10 = "bad"
-- $11 = "3"
-- $12 = "none"
-- $13 = "1"
-- $14 = "Europe/Berlin"
-- $15 = "First"
-- $16 = "Second"
-- $17 = "i"
-- $18 = "F"
-- $19 = "-"
-- $20 = "a"
-- $21 = "2"
-- $22 = "3"
with "latest" as (
  select distinct on ("orders"."group"::text)
    "orders"."group"::text as "customer",
    "orders"."at" as "_event_time",
    "orders"."items",
    "orders"."cents",
    "orders"."paid",
    "orders"."rating",
    "orders"."note",
    "orders"."due",
    "orders"."total",
    "orders"."at",
    "orders"."weight",
    "orders"."data",
    "orders"."scores",
    "orders"."tags",
    "orders"."shipped_at"
  from "order" as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."group" is not null
  order by "orders"."group"::text, "orders"."at" desc, "orders"."id" desc
)
select
  ''::text as "_tenant",
  "latest"."customer",
  "latest"."_event_time" at time zone 'UTC' as "_event_time",
  featstore.remainder(featstore.subtract(featstore.multiply(featstore.add("latest"."items"::integer, $2::integer), "latest"."items"::integer)::bigint, "latest"."cents"::bigint), $3::bigint) as "arithmetic",
  (("latest"."rating"::double precision >= $4::double precision) and ("latest"."note"::text < $5::text collate "C")) or (not "latest"."paid"::boolean) or ("latest"."items"::integer <> $6::integer) as "comparison",
  case when "latest"."rating"::double precision > $4::double precision then $7::text when "latest"."rating"::double precision > $8::double precision then $9::text else $10::text end as "conditional",
  extract(isodow from "latest"."due"::date::timestamp)::integer as "day_of_week",
  featstore.divide("latest"."total"::numeric, $11::numeric) as "decimal_ratio",
  extract(epoch from ("latest"."at" at time zone 'UTC'))::double precision as "epoch",
  (ln("latest"."items"::integer + 1))::double precision as "escape",
  coalesce("latest"."note"::text, $12::text) as "fallback",
  case when (abs("latest"."rating"::double precision) not between 1e-30 and 1e30 and "latest"."rating"::double precision <> 0) or (abs("latest"."weight"::real::double precision) not between 1e-30 and 1e30 and "latest"."weight"::real::double precision <> 0) then featstore.divide(featstore.add("latest"."rating"::double precision, "latest"."weight"::real::double precision), featstore.subtract("latest"."rating"::double precision, $13::double precision)) else ("latest"."rating"::double precision + "latest"."weight"::real::double precision) / nullif("latest"."rating"::double precision - $13::double precision, 0) end as "float_arithmetic",
  extract(hour from ("latest"."at" at time zone 'UTC') at time zone $14::text)::integer as "hour_in_berlin",
  "latest"."items"::integer::double precision / nullif("latest"."cents"::bigint::double precision, 0) as "integer_ratio",
  char_length("latest"."note"::text) as "length",
  "latest"."note"::text in ($15::text, $16::text) as "membership",
  ("latest"."note"::text is null) and ("latest"."data"::jsonb is not null) as "nothing",
  "latest"."scores"::double precision[] as "scores",
  (strpos("latest"."note"::text, $17::text) > 0) and starts_with("latest"."note"::text, $18::text) as "string_tests",
  featstore.substring(replace(lower("latest"."note"::text collate "C") || $19::text || btrim(upper("latest"."note"::text collate "C"), ' '), $20::text, $5::text), $21::integer, $22::integer) as "strings",
  "latest"."tags"::text[] as "tags",
  pg_catalog.substring("latest"."note"::text, $21::integer) as "tail",
  extract(year from "latest"."shipped_at"::timestamptz at time zone 'UTC')::integer as "year",
  null::text[] as "_unparsed"
from "latest";
