-- $1 = the as-of time
-- $2 = "0"
-- $3 = "0"
with "grouped" as (
  select
    "orders"."name"::text as "name",
    max("orders"."at") as "_event_time",
    count(distinct "orders"."group"::text)::integer as "customers_2",
    min(("orders"."opened" at time zone 'UTC')) as "opened_2",
    count(*)::integer as "orders",
    first("orders"."since" order by "orders"."at" desc nulls first, "orders"."id" desc nulls first) as "since"
  from (
    select
      "orders"."group",
      "orders"."paid",
      "orders"."items",
      "orders"."cents",
      "orders"."weight",
      "orders"."rating",
      "orders"."total",
      "orders"."note",
      "orders"."at",
      "orders"."shipped_at",
      "orders"."due",
      "orders"."data",
      "orders"."tags",
      "orders"."scores",
      "orders"."shop",
      "orders"."tenant",
      "orders"."opened",
      "orders"."id",
      "customers"."name",
      "customers"."opened" as "since"
    from (
      select
        "orders"."group",
        "orders"."paid",
        "orders"."items",
        "orders"."cents",
        "orders"."weight",
        "orders"."rating",
        "orders"."total",
        "orders"."note",
        "orders"."at",
        "orders"."shipped_at",
        "orders"."due",
        "orders"."data",
        "orders"."tags",
        "orders"."scores",
        "orders"."shop",
        "orders"."tenant",
        "orders"."id",
        "shops"."opened"
      from "order" as "orders"
      left join (
        select
          "shops"."shop",
          "shops"."tenant",
          "shops"."opened"
        from "shops"
        where "shops"."shop" is not null
          and "shops"."tenant" is not null
          and "shops"."shop"::integer > $2::integer
        qualify row_number() over (partition by "shops"."shop", "shops"."tenant"::text order by ("shops"."opened" is null), "shops"."opened" desc nulls first) = 1
      ) as "shops" on "shops"."shop" = "orders"."shop" and "shops"."tenant"::text = "orders"."tenant"::text
    ) as "orders"
    left join (
      select
        "customers"."group",
        "customers"."name",
        "customers"."opened"
      from "customers"
      where (select case when count(*) = 0 then true else error('"customers" has more than one row of ' || first("key")::text) end from (select to_json({'group': "group"}) as "key" from "customers" where "group" is not null group by "group" having count(*) > 1 limit 1) as "twice")
    ) as "customers" on "customers"."group"::text = "orders"."group"::text
  ) as "orders"
  where "orders"."at" <= ($1::timestamptz at time zone 'UTC')
    and "orders"."name" is not null
    and try_cast("orders"."total" as decimal(38, 10)) > $3::decimal(38, 10)
  group by "orders"."name"::text
),
"members" as (
  select distinct
    "customers"."name"::text as "name"
  from "customers"
  where ("customers"."opened" <= $1::timestamptz) is not false
    and "customers"."name" is not null
)
select
  '' as "_tenant",
  "members"."name",
  "grouped"."_event_time" at time zone 'UTC' as "_event_time",
  coalesce("grouped"."customers_2", 0) as "customers",
  "grouped"."opened_2" as "opened",
  coalesce("grouped"."orders", 0) as "orders",
  "grouped"."since"::timestamptz as "since",
  null::text[] as "_unparsed"
from "members"
left join "grouped" on "grouped"."name" = "members"."name";
