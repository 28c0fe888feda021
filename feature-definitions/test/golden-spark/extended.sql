-- :p1 = the as-of time
-- :p2 = "0"
-- :p3 = "0"
with `grouped` as (
  select
    `orders`.`name`::string as `name`,
    max(`orders`.`at`) as `_event_time`,
    size(collect_set(`orders`.`group`::string)) as `customers_2`,
    min(cast(`orders`.`opened` as timestamp)) as `opened_2`,
    count(*)::int as `orders`,
    max_by(`orders`.`since`, struct(`orders`.`at` is null, `orders`.`at`, `orders`.`id` is null, `orders`.`id`)) as `since`
  from (
    select
      `orders`.`group`,
      `orders`.`paid`,
      `orders`.`items`,
      `orders`.`cents`,
      `orders`.`weight`,
      `orders`.`rating`,
      `orders`.`total`,
      `orders`.`note`,
      `orders`.`at`,
      `orders`.`shipped_at`,
      `orders`.`due`,
      `orders`.`data`,
      `orders`.`tags`,
      `orders`.`scores`,
      `orders`.`shop`,
      `orders`.`tenant`,
      `orders`.`opened`,
      `orders`.`id`,
      `customers`.`name`,
      `customers`.`opened` as `since`
    from (
      select
        `orders`.`group`,
        `orders`.`paid`,
        `orders`.`items`,
        `orders`.`cents`,
        `orders`.`weight`,
        `orders`.`rating`,
        `orders`.`total`,
        `orders`.`note`,
        `orders`.`at`,
        `orders`.`shipped_at`,
        `orders`.`due`,
        `orders`.`data`,
        `orders`.`tags`,
        `orders`.`scores`,
        `orders`.`shop`,
        `orders`.`tenant`,
        `orders`.`id`,
        `shops`.`opened`
      from `order` as `orders`
      left join (
        select
          `shop`,
          `tenant`,
          `opened`
        from (
          select
            `shops`.`shop`,
            `shops`.`tenant`,
            `shops`.`opened`,
            row_number() over `_rank` as `_rank`
          from `shops`
          where `shops`.`shop` is not null
            and `shops`.`tenant` is not null
            and `shops`.`shop`::int > :p2::int
          window `_rank` as (partition by `shops`.`shop`, `shops`.`tenant`::string order by (`shops`.`opened` is null) nulls last, `shops`.`opened` desc nulls first rows unbounded preceding)
        ) as `ranked`
        where `_rank` = 1
      ) as `shops` on `shops`.`shop` = `orders`.`shop` and `shops`.`tenant`::string = `orders`.`tenant`::string
    ) as `orders`
    left join (
      select
        `customers`.`group`,
        `customers`.`name`,
        `customers`.`opened`
      from `customers`
      where (select case when count(*) = 0 then true else raise_error('`customers` has more than one row of ' || first(key)) end from (select to_json(struct(`group`)) as key from `customers` where `group` is not null group by `group` having count(*) > 1 limit 1) as twice)
    ) as `customers` on `customers`.`group`::string = `orders`.`group`::string
  ) as `orders`
  where `orders`.`at` <= cast(:p1::timestamp as timestamp_ntz)
    and `orders`.`name` is not null
    and try_cast(`orders`.`total` as decimal(38, 10)) > :p3::decimal(38, 10)
  group by `orders`.`name`::string
),
`members` as (
  select distinct
    `customers`.`name`::string as `name`
  from `customers`
  where (`customers`.`opened` <= :p1::timestamp) is not false
    and `customers`.`name` is not null
)
select
  '' as `_tenant`,
  `members`.`name`,
  cast(`grouped`.`_event_time` as timestamp) as `_event_time`,
  coalesce(`grouped`.`customers_2`, 0) as `customers`,
  `grouped`.`opened_2` as `opened`,
  coalesce(`grouped`.`orders`, 0) as `orders`,
  `grouped`.`since`::timestamp as `since`,
  null::array<string> as `_unparsed`
from `members`
left join `grouped` on `grouped`.`name` = `members`.`name`;
