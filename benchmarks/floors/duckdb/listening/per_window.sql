-- Aggregates of each window on their own, which read only its row groups, joined to those of all time.
with plays as (
  from read_parquet('plays/*.parquet') where played_at <= $1 and listener_id is not null
), all_time as (
  select listener_id, max(played_at) as last_played_at, avg(amount) as amount, count(distinct country) as countries, count(*) as plays,
    sum(seconds) as seconds, arg_max_null({amount: amount, country: country}, epoch_us(played_at)::hugeint * 10000000000 + play_id) as last
  from plays group by listener_id
), d90 as (
  select listener_id, avg(amount) as amount, count(distinct country) as countries, count(*) as plays, sum(seconds) as seconds
  from plays where played_at > $1 - interval 90 days group by listener_id
), d30 as (
  select listener_id, avg(amount) as amount, count(distinct country) as countries, count(*) as plays, sum(seconds) as seconds
  from plays where played_at > $1 - interval 30 days group by listener_id
), d7 as (
  select listener_id, avg(amount) as amount, count(*) as plays, sum(seconds) as seconds
  from plays where played_at > $1 - interval 7 days group by listener_id
)
select '' as _tenant, listener_id, last_played_at as _event_time,
  d30.amount as amount_30d, d7.amount as amount_7d, d90.amount as amount_90d, all_time.amount as amount_total,
  cast(coalesce(d30.countries, 0) as integer) as countries_30d,
  cast(coalesce(d90.countries, 0) as integer) as countries_90d,
  cast(all_time.countries as integer) as countries_total,
  last.amount as last_amount, last.country as last_country,
  cast(coalesce(d30.plays, 0) as integer) as plays_30d,
  cast(coalesce(d7.plays, 0) as integer) as plays_7d,
  cast(coalesce(d90.plays, 0) as integer) as plays_90d,
  cast(all_time.plays as integer) as plays_total,
  cast(d30.seconds as bigint) as seconds_30d, cast(d7.seconds as bigint) as seconds_7d,
  cast(d90.seconds as bigint) as seconds_90d, cast(all_time.seconds as bigint) as seconds_total,
  cast(null as varchar[]) as _unparsed
from all_time left join d90 using (listener_id) left join d30 using (listener_id) left join d7 using (listener_id)
