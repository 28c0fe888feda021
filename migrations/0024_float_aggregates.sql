-- Operands of aggregates that are too large for float64 count as infinite. Written by the compiler, like 0002.
create or replace function featstore.to_be_summed(value double precision) returns double precision
language sql immutable parallel safe as $$
  select case when value > 1e290 then 'Infinity' when value < -1e290 then '-Infinity' else value end
$$;

create or replace function featstore.to_be_summed(value numeric) returns numeric
language sql immutable parallel safe as $$
  select case when value > 1e290 then 'Infinity' when value < -1e290 then '-Infinity' else value end
$$;

create or replace function featstore.to_be_squared(value double precision) returns double precision
language sql immutable parallel safe as $$
  select case when abs(value) > 1e140 then 'Infinity' else value end
$$;

create or replace function featstore.to_be_squared(value numeric) returns double precision
language sql immutable parallel safe as $$
  select case when abs(value) > 1e140 then 'Infinity' else featstore.to_float64(value) end
$$;
