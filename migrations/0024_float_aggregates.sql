-- Aggregates of float64 do not raise: beyond its ends they are infinite. Written by the compiler, like 0002.
create or replace function featstore.is_moderate(value double precision) returns boolean
language sql immutable parallel safe as $$
  select abs(value) <= 1e290
$$;

create or replace function featstore.is_moderate(value numeric) returns boolean
language sql immutable parallel safe as $$
  select true
$$;

create or replace function featstore.to_be_squared(value double precision) returns double precision
language sql immutable parallel safe as $$
  select case when abs(value) > 1e140 then 'Infinity' else value end
$$;

create or replace function featstore.to_be_squared(value numeric) returns double precision
language sql immutable parallel safe as $$
  select case when abs(value) > 1e140 then 'Infinity' else featstore.to_float64(value) end
$$;

create or replace function featstore.nearest_float64(value numeric) returns double precision
language sql immutable parallel safe as $$
  select case
    when abs(value) < 1.79769313486233e308 then featstore.to_float64(greatest(least(value, 1.7976931348623157e308), -1.7976931348623157e308))
    when value = 'NaN' then 'NaN'
    when value > 0 then 'Infinity'
    when value < 0 then '-Infinity'
  end
$$;

create or replace function featstore.float64_sum(moderate double precision, large numeric) returns double precision
language sql immutable parallel safe as $$
  select case
    when large is null then moderate
    else featstore.nearest_float64(large + coalesce(moderate::numeric, 0))
  end
$$;

create or replace function featstore.float64_sum(moderate numeric, large numeric) returns double precision
language sql immutable parallel safe as $$
  select featstore.nearest_float64(moderate)
$$;

create or replace function featstore.float64_mean(moderate double precision, large numeric, count bigint) returns double precision
language sql immutable parallel safe as $$
  select case
    when large is null then moderate / count
    else featstore.nearest_float64((large + coalesce(moderate::numeric, 0)) / count)
  end
$$;

create or replace function featstore.float64_mean(moderate numeric, large numeric, count bigint) returns double precision
language sql immutable parallel safe as $$
  select featstore.nearest_float64(moderate / nullif(count, 0))
$$;
