import { FUNCTIONS_SCHEMA } from "../identifiers";

const MAXIMUM = "1.7976931348623157e308";

function define(name: string, parameters: string, body: string, result = "double precision"): string {
  return `create or replace function ${FUNCTIONS_SCHEMA}.${name}(${parameters}) returns ${result}
language sql immutable parallel safe as $$
  select ${body}
$$;`;
}

/**
 * What aggregates whose result is a float64 are made of, for numbers of type double and numeric: the compiler does not
 * know which of the two a column has. A double loses digits beyond the fifteenth on its way to numeric, so that the
 * largest one comes out above itself.
 */
export const floatAggregates = `-- Aggregates of float64 do not raise: beyond its ends they are infinite. Written by the compiler, like 0002.
${[
  define("is_moderate", "value double precision", "abs(value) <= 1e290", "boolean"),
  define("is_moderate", "value numeric", "true", "boolean"),
  define("to_be_squared", "value double precision", "case when abs(value) > 1e140 then 'Infinity' else value end"),
  define(
    "to_be_squared",
    "value numeric",
    `case when abs(value) > 1e140 then 'Infinity' else ${FUNCTIONS_SCHEMA}.to_float64(value) end`,
  ),
  define(
    "nearest_float64",
    "value numeric",
    `case
    when abs(value) < 1.79769313486233e308 then ${FUNCTIONS_SCHEMA}.to_float64(greatest(least(value, ${MAXIMUM}), -${MAXIMUM}))
    when value = 'NaN' then 'NaN'
    when value > 0 then 'Infinity'
    when value < 0 then '-Infinity'
  end`,
  ),
  define(
    "float64_sum",
    "moderate double precision, large numeric",
    `case
    when large is null then moderate
    else ${FUNCTIONS_SCHEMA}.nearest_float64(large + coalesce(moderate::numeric, 0))
  end`,
  ),
  define("float64_sum", "moderate numeric, large numeric", `${FUNCTIONS_SCHEMA}.nearest_float64(moderate)`),
  define(
    "float64_mean",
    "moderate double precision, large numeric, count bigint",
    `case
    when large is null then moderate / count
    else ${FUNCTIONS_SCHEMA}.nearest_float64((large + coalesce(moderate::numeric, 0)) / count)
  end`,
  ),
  define(
    "float64_mean",
    "moderate numeric, large numeric, count bigint",
    `${FUNCTIONS_SCHEMA}.nearest_float64(moderate / nullif(count, 0))`,
  ),
].join("\n\n")}
`;
