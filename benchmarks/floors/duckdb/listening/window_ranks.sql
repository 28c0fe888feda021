-- Window functions mark the last play of each listener, and the last one in each country: nothing is distinct, nothing ordered.
select '' as _tenant, listener_id, max(played_at) as _event_time,
  avg(amount) filter (where played_at > $1 - interval 30 days) as amount_30d,
  avg(amount) filter (where played_at > $1 - interval 7 days) as amount_7d,
  avg(amount) filter (where played_at > $1 - interval 90 days) as amount_90d,
  avg(amount) as amount_total,
  cast(count(country) filter (where nth_of_country = 1 and played_at > $1 - interval 30 days) as integer) as countries_30d,
  cast(count(country) filter (where nth_of_country = 1 and played_at > $1 - interval 90 days) as integer) as countries_90d,
  cast(count(country) filter (where nth_of_country = 1) as integer) as countries_total,
  any_value(amount) filter (where nth = 1) as last_amount,
  any_value(country) filter (where nth = 1) as last_country,
  cast(count(*) filter (where played_at > $1 - interval 30 days) as integer) as plays_30d,
  cast(count(*) filter (where played_at > $1 - interval 7 days) as integer) as plays_7d,
  cast(count(*) filter (where played_at > $1 - interval 90 days) as integer) as plays_90d,
  cast(count(*) as integer) as plays_total,
  cast(sum(seconds) filter (where played_at > $1 - interval 30 days) as bigint) as seconds_30d,
  cast(sum(seconds) filter (where played_at > $1 - interval 7 days) as bigint) as seconds_7d,
  cast(sum(seconds) filter (where played_at > $1 - interval 90 days) as bigint) as seconds_90d,
  cast(sum(seconds) as bigint) as seconds_total,
  cast(null as varchar[]) as _unparsed
from (
  select *,
    row_number() over (partition by listener_id order by played_at desc, play_id desc) as nth,
    row_number() over (partition by listener_id, country order by played_at desc) as nth_of_country
  from read_parquet('plays/*.parquet')
  where played_at <= $1 and listener_id is not null
) as plays
group by listener_id
