import { FUNCTIONS_SCHEMA } from "../tree/identifiers";

function define(name: string, type: string, result: string, body: string): string {
  return `create or replace function ${FUNCTIONS_SCHEMA}.${name}(value ${type}) returns ${result}
language sql immutable parallel safe as $$
  select ${body}
$$;`;
}

const bounded = "case when value > 1e290 then 'Infinity' when value < -1e290 then '-Infinity' else value end";

/**
 * Operands of aggregates over numbers of type double or numeric; the compiler does not know which type a column has.
 * PostgreSQL raises an error when a sum of doubles exceeds float64, without naming the entity. An infinite operand
 * instead makes the result infinite or NaN, which a run reports by feature and key.
 */
export const floatAggregates = `-- Operands of aggregates that are too large for float64 count as infinite. Written by the compiler, like 0002.
${[
  define("to_be_summed", "double precision", "double precision", bounded),
  define("to_be_summed", "numeric", "numeric", bounded),
  define(
    "to_be_squared",
    "double precision",
    "double precision",
    "case when abs(value) > 1e140 then 'Infinity' else value end",
  ),
  define(
    "to_be_squared",
    "numeric",
    "double precision",
    `case when abs(value) > 1e140 then 'Infinity' else ${FUNCTIONS_SCHEMA}.to_float64(value) end`,
  ),
].join("\n\n")}
`;
