-- The functions that compiled feature SQL calls. Written by the compiler: see postgresFunctions in @featstore/definitions.
-- "if not exists" would ask for the privilege to create schemas even where it exists.
do $$
begin
  if to_regnamespace('featstore') is null then
    create schema featstore;
  end if;
end
$$;

create or replace function featstore.add(a integer, b integer) returns integer
language sql immutable parallel safe as $$
  select case when a::bigint + b between -2147483648 and 2147483647 then a + b end
$$;

create or replace function featstore.subtract(a integer, b integer) returns integer
language sql immutable parallel safe as $$
  select case when a::bigint - b between -2147483648 and 2147483647 then a - b end
$$;

create or replace function featstore.multiply(a integer, b integer) returns integer
language sql immutable parallel safe as $$
  select case when a::bigint * b between -2147483648 and 2147483647 then a * b end
$$;

create or replace function featstore.remainder(a integer, b integer) returns integer
language sql immutable parallel safe as $$
  select case when b <> 0 then a % b end
$$;

create or replace function featstore.add(a bigint, b bigint) returns bigint
language sql immutable parallel safe as $$
  select case when a::numeric + b between -9223372036854775808 and 9223372036854775807 then a + b end
$$;

create or replace function featstore.subtract(a bigint, b bigint) returns bigint
language sql immutable parallel safe as $$
  select case when a::numeric - b between -9223372036854775808 and 9223372036854775807 then a - b end
$$;

create or replace function featstore.multiply(a bigint, b bigint) returns bigint
language sql immutable parallel safe as $$
  select case when a::numeric * b between -9223372036854775808 and 9223372036854775807 then a * b end
$$;

create or replace function featstore.remainder(a bigint, b bigint) returns bigint
language sql immutable parallel safe as $$
  select case when b <> 0 then a % b end
$$;

create or replace function featstore.add(a numeric, b numeric) returns numeric
language sql immutable parallel safe as $$
  select a + b
$$;

create or replace function featstore.subtract(a numeric, b numeric) returns numeric
language sql immutable parallel safe as $$
  select a - b
$$;

create or replace function featstore.multiply(a numeric, b numeric) returns numeric
language sql immutable parallel safe as $$
  select a * b
$$;

create or replace function featstore.divide(a numeric, b numeric) returns numeric
language sql immutable parallel safe as $$
  select case when b <> 0 then a / b end
$$;

create or replace function featstore.remainder(a numeric, b numeric) returns numeric
language sql immutable parallel safe as $$
  select case when b <> 0 then a % b end
$$;

create or replace function featstore.add(a double precision, b double precision) returns double precision
language sql immutable parallel safe as $$
  select case
    when abs(a) <= 8e307 and abs(b) <= 8e307 then a + b
    when sign(a) <> sign(b) or greatest(abs(a), abs(b)) <= 1.7976931348623157e308 - least(abs(a), abs(b)) then a + b
  end
$$;

create or replace function featstore.subtract(a double precision, b double precision) returns double precision
language sql immutable parallel safe as $$
  select featstore.add(a, -b)
$$;

create or replace function featstore.multiply(a double precision, b double precision) returns double precision
language sql immutable parallel safe as $$
  select case
    when a = 0 or b = 0 or (abs(a) between 1e-150 and 1e150 and abs(b) between 1e-150 and 1e150) then a * b
    when abs(a) >= 1 and abs(b) >= 1 then
      case when abs((a * power(2::double precision, -512)) * (b * power(2::double precision, -512))) < 1 then a * b end
    when abs(a) < 1e-200 and abs(b) < 1e-200 then 0
    when abs(a) <= 1 and abs(b) <= 1 and
      abs((a * power(2::double precision, 512)) * (b * power(2::double precision, 512))) <= power(2::double precision, -51) then 0
    else a * b
  end
$$;

create or replace function featstore.divide(a double precision, b double precision) returns double precision
language sql immutable parallel safe as $$
  select case
    when b = 0 then null
    when a = 0 or (abs(a) between 1e-150 and 1e150 and abs(b) between 1e-150 and 1e150) then a / b
    when abs(b) < 1 then
      case when abs(a) < 1e-150 or abs(a) * 0.5 < abs(b) * power(2::double precision, 1023) then a / b end
    when abs(a) < 1 and abs(a) * power(2::double precision, 1000) <= abs(b) * power(2::double precision, -75) then 0
    else a / b
  end
$$;

create or replace function featstore.remainder(a double precision, b double precision) returns double precision
language sql immutable parallel safe as $$
  select featstore.subtract(a, featstore.multiply(b, trunc(featstore.divide(a, b))))
$$;

create or replace function featstore.to_float64(value numeric) returns double precision
language sql immutable parallel safe as $$
  select case
    when abs(value) > 1.7976931348623157e308 then null
    when abs(value) >= 5e-324 or value = 0 then value::double precision
    when value is not null then 0
  end
$$;

create or replace function featstore.to_float64(value text) returns double precision
language sql immutable parallel safe as $$
  select case
    when octet_length(value) <= 300 and value ~ '^[-+]?[0-9]+(\.[0-9]*)?$' then value::double precision
    when octet_length(value) <= 1000 and value ~ '^[ \t\n\r]*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9][0-9]?[0-9]?)?[ \t\n\r]*$' then featstore.to_float64(value::numeric)
  end
$$;

create or replace function featstore.to_float32(value double precision) returns real
language sql immutable parallel safe as $$
  select case
    when abs(value) > 3.4028234663852886e38 then null
    when abs(value) > power(2::double precision, -150) or value = 0 then value::real
    when value is not null then 0
  end
$$;

create or replace function featstore.to_float32(value numeric) returns real
language sql immutable parallel safe as $$
  select featstore.to_float32(featstore.to_float64(value))
$$;

create or replace function featstore.to_float32(value text) returns real
language sql immutable parallel safe as $$
  select featstore.to_float32(featstore.to_float64(value))
$$;

create or replace function featstore.to_decimal(value text) returns numeric
language sql immutable parallel safe as $$
  select case when octet_length(value) <= 1000 and value ~ '^[ \t\n\r]*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9][0-9]?[0-9]?)?[ \t\n\r]*$' then value::numeric end
$$;

create or replace function featstore.round_half_away(value double precision) returns double precision
language sql immutable parallel safe as $$
  select trunc(value) + case when abs(value - trunc(value)) >= 0.5 then sign(value) else 0 end
$$;

create or replace function featstore.to_int32(value text) returns integer
language sql immutable parallel safe as $$
  select case
    when octet_length(value) <= 9 and value ~ '^[-+]?[0-9]+$' then value::integer
    when octet_length(value) <= 1000 and value ~ '^[ \t\n\r]*[-+]?[0-9]+(\.0*)?[ \t\n\r]*$' then
      case when value::numeric between -2147483648 and 2147483647 then value::numeric::integer end
  end
$$;

create or replace function featstore.to_int32(value double precision) returns integer
language sql immutable parallel safe as $$
  select case when featstore.round_half_away(value) >= -2147483648 and featstore.round_half_away(value) < 2147483648 then featstore.round_half_away(value)::integer end
$$;

create or replace function featstore.to_int32(value numeric) returns integer
language sql immutable parallel safe as $$
  select case when round(value) between -2147483648 and 2147483647 then round(value)::integer end
$$;

create or replace function featstore.to_int64(value text) returns bigint
language sql immutable parallel safe as $$
  select case
    when octet_length(value) <= 18 and value ~ '^[-+]?[0-9]+$' then value::bigint
    when octet_length(value) <= 1000 and value ~ '^[ \t\n\r]*[-+]?[0-9]+(\.0*)?[ \t\n\r]*$' then
      case when value::numeric between -9223372036854775808 and 9223372036854775807 then value::numeric::bigint end
  end
$$;

create or replace function featstore.to_int64(value double precision) returns bigint
language sql immutable parallel safe as $$
  select case when featstore.round_half_away(value) >= -9223372036854775808 and featstore.round_half_away(value) < 9223372036854775808 then featstore.round_half_away(value)::bigint end
$$;

create or replace function featstore.to_int64(value numeric) returns bigint
language sql immutable parallel safe as $$
  select case when round(value) between -9223372036854775808 and 9223372036854775807 then round(value)::bigint end
$$;

create or replace function featstore.to_int32(value bigint) returns integer
language sql immutable parallel safe as $$
  select case when value between -2147483648 and 2147483647 then value::integer end
$$;

create or replace function featstore.to_bool(value text) returns boolean
language sql immutable parallel safe as $$
  select case
    when value = 'true' then true
    when value = 'false' then false
    else case lower(btrim(value, E' \t\n\r') collate "C")
    when 'true' then true when 't' then true when 'yes' then true when 'y' then true when 'on' then true when '1' then true
    when 'false' then false when 'f' then false when 'no' then false when 'n' then false when 'off' then false when '0' then false
    end
  end
$$;

create or replace function featstore.days_in_month(year integer, month integer) returns integer
language sql immutable parallel safe as $$
  select case
    when month in (4, 6, 9, 11) then 30
    when month <> 2 then 31
    when year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 29
    else 28
  end
$$;

create or replace function featstore.to_date(value text) returns date
language sql immutable parallel safe as $$
  select case
    when part[1]::integer > 0 and part[3]::integer <= featstore.days_in_month(part[1]::integer, part[2]::integer)
    then make_date(part[1]::integer, part[2]::integer, part[3]::integer)
  end
  from regexp_match(value, '^[ \t\n\r]*([0-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ \t\n\r]*$') as part
$$;

create or replace function featstore.to_timestamp(value text) returns timestamp with time zone
language sql immutable parallel safe as $$
  select case
    when part[1]::integer > 0 and part[3]::integer <= featstore.days_in_month(part[1]::integer, part[2]::integer)
    then (
      make_timestamp(
        part[1]::integer, part[2]::integer, part[3]::integer,
        coalesce(part[4], '0')::integer, coalesce(part[5], '0')::integer, coalesce(part[6], '0')::double precision
      )
      + rpad(left(coalesce(part[7], '0'), 6), 6, '0')::integer * interval '1 microsecond'
      - concat(part[8], '1')::integer * make_interval(
        hours => coalesce(part[9], '0')::integer, mins => coalesce(part[10], '0')::integer
      )
    ) at time zone 'UTC'
  end
  from regexp_match(value, '^[ \t\n\r]*([0-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)? ?(?:[Zz]|([-+])(0[0-9]|1[0-5]):?([0-5][0-9])?)?)?[ \t\n\r]*$') as part
$$;

create or replace function featstore.to_json(value text) returns jsonb
language plpgsql immutable parallel unsafe as $$
begin
  return value::jsonb;
exception when others then
  return null;
end
$$;

create or replace function featstore.to_text_array(value jsonb) returns text[]
language sql immutable parallel safe as $$
  select case
    when jsonb_typeof(value) = 'array' and not exists (
      select from jsonb_array_elements(value) as element where jsonb_typeof(element) in ('object', 'array', 'null')
    )
    then array(select jsonb_array_elements_text(value))
  end
$$;

create or replace function featstore.to_float64_array(value jsonb) returns double precision[]
language sql immutable parallel safe as $$
  select case
    when jsonb_typeof(value) = 'array' and not exists (
      select from jsonb_array_elements_text(value) as element where featstore.to_float64(element) is null
    )
    then array(select featstore.to_float64(element) from jsonb_array_elements_text(value) as element)
  end
$$;

create or replace function featstore.element(value jsonb, place integer) returns jsonb
language sql immutable parallel safe as $$
  select case when jsonb_typeof(value) = 'array' then value -> place end
$$;

create or replace function featstore.substring(value text, start integer, count integer) returns text
language sql immutable parallel safe as $$
  select pg_catalog.substring(value, start, case when count < 0 then 0 else count end)
$$;

create or replace function featstore.exact_json(value double precision) returns text
language sql stable parallel safe set extra_float_digits = 1 as $$
  select to_json(value)::text
$$;

create or replace function featstore.exact_json(value double precision[]) returns text
language sql stable parallel safe set extra_float_digits = 1 as $$
  select to_json(value)::text
$$;

create or replace function featstore.exact_json(value real) returns text
language sql stable parallel safe set extra_float_digits = 1 as $$
  select to_json(value)::text
$$;

-- A row that is joined by a key that comes twice would multiply others silently. Written by the compiler, like 0002.
create or replace function featstore.one_row_per_key(relation text, columns text[]) returns boolean
language plpgsql stable parallel safe as $$
declare
  column_list constant text := (select string_agg(format('%I', name), ', ') from unnest(columns) as listed (name));
  twice jsonb;
begin
  if exists (
    select from pg_catalog.pg_index as unique_index
    where unique_index.indrelid = relation::regclass and unique_index.indisunique and unique_index.indisvalid and unique_index.indimmediate
      and unique_index.indpred is null and unique_index.indexprs is null
      and columns @> array(
        select attname::text from pg_catalog.pg_attribute
        where attrelid = unique_index.indrelid and attnum = any (unique_index.indkey[0:unique_index.indnkeyatts - 1])
      )
  ) then
    return true;
  end if;
  execute format(
    'select to_jsonb(twice) from (select %1$s from %2$s where (%1$s) is not null group by %1$s having count(*) > 1 limit 1) as twice',
    column_list, relation
  ) into twice;
  if twice is not null then
    raise unique_violation using message = format('%s has more than one row of %s', relation, twice);
  end if;
  return true;
end $$;

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
