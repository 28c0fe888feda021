import { INTEGER, NUMBER, NUMBER_PARTS, SPACE } from "../text/patterns";
import { quoteText } from "../text/quote";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { macro, named } from "./macro";

/** A pattern of a whole text, with white space around the value. */
const whole = (value: string): string => quoteText(`^${SPACE}${value}${SPACE}$`);

const numbers = [
  // In DuckDB, the year before 1 is 0; in the language, it is -1.
  macro("year", "value", named("number", "date_part('year', value)", "number - (number <= 0)::bigint")),
  // A number as PostgreSQL prints it, without an exponent: `1.50e+3` becomes `1500`, and `-0.0` becomes `0.0`.
  macro(
    "plain_number",
    "value",
    named(
      "text",
      "value",
      `case when regexp_matches(text, '[eE]|^-[0.]*$') then ${named(
        "number",
        `regexp_extract(text, ${whole(NUMBER_PARTS)}, ['sign', 'whole', 'fraction', 'exponent'])`,
        named(
          "scaled",
          `{
      'digits': nullif(number.whole || number.fraction, '')
        || repeat('0', greatest(coalesce(try_cast(number.exponent as integer), 0) - length(number.fraction), 0)),
      'scale': greatest(length(number.fraction) - coalesce(try_cast(number.exponent as integer), 0), 0)::integer
    }`,
          named(
            "digits",
            "lpad(scaled.digits, greatest(length(scaled.digits), scaled.scale + 1)::integer, '0')",
            String.raw`case when number.sign = '-' and regexp_matches(digits, '[1-9]') then '-' else '' end
      || regexp_replace(left(digits, length(digits) - scaled.scale), '^0+([0-9])', '\1')
      || case when scaled.scale > 0 then '.' || right(digits, scaled.scale) else '' end`,
          ),
        ),
      )} else text end`,
    ),
  ),
  macro("finite", "value", "list_filter([value], lambda number: isfinite(number))[1]"),
  macro(
    "to_float64",
    "value",
    `${FUNCTIONS_SCHEMA}.finite(try_cast(regexp_extract(value, ${whole(NUMBER)}) as double))`,
  ),
  macro("to_float32", "value", "list_filter([value], lambda number: abs(number) <= 3.4028234663852886e38)[1]::float"),
  macro("to_int64", "value", `try_cast(regexp_extract(value, ${whole(INTEGER)}, 1) as bigint)`),
  // DuckDB loses digits of a number with an exponent, and reads 18 digits much faster than 38.
  macro(
    "to_decimal",
    "value",
    named(
      "number",
      `regexp_extract(value, ${whole(NUMBER)})`,
      named(
        "plain",
        `case when regexp_matches(number, '[eE]') then ${FUNCTIONS_SCHEMA}.plain_number(number) else number end`,
        "coalesce(try_cast(plain as decimal(18, 10))::decimal(38, 10), try_cast(plain as decimal(38, 10)))",
      ),
    ),
  ),
];

/*
 * DuckDB multiplies decimals only below 10^18, and divides them as floats. So these compute with whole numbers of 128
 * bits: how often a decimal contains 10^-10.
 */
const decimals = [
  macro("decimal_units", "value", "replace(value::varchar, '.', '')::hugeint"),
  macro("decimal_of_units", "units", "try_cast(units as decimal(38, 0)) * 0.0000000001::decimal(10, 10)"),
  macro(
    "decimal_multiply",
    "a, b",
    named(
      "factor",
      "{'a': a, 'b': b}",
      `case when abs(factor.a) < 1000000000 and abs(factor.b) < 1000000000 then (factor.a * factor.b)::decimal(38, 10)
    else ${named(
      "units",
      `{'a': ${FUNCTIONS_SCHEMA}.decimal_units(factor.a), 'b': ${FUNCTIONS_SCHEMA}.decimal_units(factor.b)}`,
      named(
        "part",
        `{
      'a': units.a // 10000000000, 'a_rest': units.a % 10000000000,
      'b': units.b // 10000000000, 'b_rest': units.b % 10000000000
    }`,
        `${FUNCTIONS_SCHEMA}.decimal_of_units(try(
      part.a * part.b * 10000000000 + part.a * part.b_rest + part.a_rest * part.b
      + (part.a_rest * part.b_rest + sign(part.a_rest * part.b_rest) * 5000000000) // 10000000000
    ))`,
      ),
    )} end`,
    ),
  ),
  // Rounds half away from zero. Numbers from 10^18 are divided in two steps, or the second would not fit.
  macro(
    "decimal_divide",
    "a, b",
    named(
      "units",
      `{'a': ${FUNCTIONS_SCHEMA}.decimal_units(a), 'b': nullif(${FUNCTIONS_SCHEMA}.decimal_units(b), 0)}`,
      named(
        "step",
        `case
      when abs(units.a) < 10000000000000000000000000000
      then {'whole': 0::hugeint, 'a': units.a * 10000000000, 'b': units.b}
      when abs(units.b) < 10000000000000000000000000000
      then {'whole': units.a // units.b, 'a': units.a % units.b * 10000000000, 'b': units.b}
      else {'whole': units.a // units.b, 'a': units.a % units.b, 'b': units.b // 10000000000}
    end`,
        named(
          "quotient",
          "step.a // step.b",
          named(
            "rest",
            "abs(step.a - quotient * step.b)",
            `${FUNCTIONS_SCHEMA}.decimal_of_units(try(
      step.whole * 10000000000 + quotient
      + case when rest >= abs(step.b) - rest then sign(step.a) * sign(step.b) else 0 end
    ))`,
          ),
        ),
      ),
    ),
  ),
];

const vectors = [
  macro("float32_range", "value", "list_filter([value], lambda number: abs(number) <= 3.4028234663852886e38)[1]"),
  macro(
    "cosine_similarity",
    "a, b",
    named(
      "similarity",
      `${FUNCTIONS_SCHEMA}.float32_range(array_inner_product(a, b) / sqrt(array_inner_product(a, a) * array_inner_product(b, b)))`,
      "case when similarity > 1 then 1 when similarity < -1 then -1 else similarity end",
    ),
  ),
];

// Operands of aggregates that are too large for float64 count as infinite.
const aggregates = [
  macro(
    "to_be_summed",
    "value",
    "case when value > 1e290 then 'infinity' when value < -1e290 then '-infinity' else value end",
  ),
  macro("to_be_squared", "value", "case when abs(value) > 1e140 then 'infinity' else value end"),
];

/** Functions of numbers and vectors, and casts to numbers. */
export const numberMacros = [...numbers, ...decimals, ...vectors, ...aggregates];
