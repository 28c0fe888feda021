import { INTEGER, NUMBER, NUMBER_PARTS, SPACE } from "../text/patterns";
import { named, pattern, sessionFunction } from "./function";

const MAXIMUM_FLOAT32 = "3.4028234663852886e38D";
const ALL = (inner: string): string => pattern(`^${SPACE}${inner}${SPACE}\\z`);

/** A number as PostgreSQL prints it, without an exponent: `1.50e+3` becomes `1500`, and `-0.0` becomes `0.0`. */
export function plainNumber(text: string): string {
  const part = (group: number): string => `regexp_extract(text, ${ALL(NUMBER_PARTS)}, ${group})`;
  const parts = `named_struct('sign', ${part(1)}, 'whole', ${part(2)}, 'fraction', ${part(3)}, 'exponent', coalesce(try_cast(${part(4)} as int), 0))`;
  const scaled = `named_struct(
      'digits', nullif(number.whole || number.fraction, '') || repeat('0', greatest(number.exponent - length(number.fraction), 0)),
      'scale', greatest(length(number.fraction) - number.exponent, 0)
    )`;
  const padded = "lpad(scaled.digits, greatest(length(scaled.digits), scaled.scale + 1), '0')";
  const printed = `case when number.sign = '-' and digits rlike '[1-9]' then '-' else '' end
      || regexp_replace(left(digits, length(digits) - scaled.scale), '^0+(?=[0-9])', '')
      || case when scaled.scale > 0 then '.' || right(digits, scaled.scale) else '' end`;
  return named(
    "text",
    text,
    `case when text rlike '[eE]|^-[0.]*$'
    then ${named("number", parts, named("scaled", scaled, named("digits", padded, printed)))}
    else text end`,
  );
}

/** The number of a text, of any type, or an expression of the text that is in a lambda. */
export function float64OfText(text: string): string {
  return named(
    "number",
    `try_cast(nullif(regexp_extract(${text}, ${ALL(`(${NUMBER})`)}, 1), '') as double)`,
    "case when abs(number) < double('Infinity') then number end",
  );
}

const numbers = [
  // In Spark, the year before 1 is 0; in the language, it is -1.
  sessionFunction("year_of", "number int", "int", "number - cast(number <= 0 as int)"),
  sessionFunction("plain_number", "value string", "string", plainNumber("value")),
  sessionFunction("finite", "value double", "double", "case when abs(value) < double('Infinity') then value end"),
  // The number towards zero; Spark's own functions give integers.
  sessionFunction(
    "rounded",
    "value double, near double",
    "double",
    "signum(value) * (near - cast(near > abs(value) as int))",
  ),
  sessionFunction("truncated", "value double", "double", "featstore_rounded(value, rint(abs(value)))"),
  sessionFunction(
    "to_float64",
    "value string",
    "double",
    `featstore_finite(try_cast(nullif(regexp_extract(value, ${ALL(`(${NUMBER})`)}, 1), '') as double))`,
  ),
  sessionFunction(
    "to_float32",
    "value double",
    "float",
    `case when abs(value) <= ${MAXIMUM_FLOAT32} then cast(value as float) end`,
  ),
  sessionFunction(
    "to_int64",
    "value string",
    "bigint",
    `try_cast(nullif(regexp_extract(value, ${ALL(INTEGER)}, 1), '') as bigint)`,
  ),
  sessionFunction(
    "to_decimal",
    "value string",
    "decimal(38, 10)",
    `try_cast(nullif(regexp_extract(value, ${ALL(`(${NUMBER})`)}, 1), '') as decimal(38, 10))`,
  ),
];

/*
 * Spark's product of two decimals has 20 digits after the point, so it fits only below 10^18. So whole parts and fractions
 * are multiplied each with each. Its quotient has 18 such digits.
 */
const decimals = [
  sessionFunction(
    "product_of_parts",
    "a decimal(28, 0), a_rest decimal(10, 10), b decimal(28, 0), b_rest decimal(10, 10)",
    "decimal(38, 10)",
    `try_add(
    try_add(try_cast(try_multiply(a, b) as decimal(38, 10)), cast(a * b_rest as decimal(38, 10))),
    try_add(cast(a_rest * b as decimal(38, 10)), cast(a_rest * b_rest as decimal(38, 10)))
  )`,
  ),
  sessionFunction(
    "decimal_multiply",
    "a decimal(38, 10), b decimal(38, 10)",
    "decimal(38, 10)",
    `featstore_product_of_parts(
    cast(a - a % 1BD as decimal(28, 0)), cast(a % 1BD as decimal(10, 10)),
    cast(b - b % 1BD as decimal(28, 0)), cast(b % 1BD as decimal(10, 10))
  )`,
  ),
  sessionFunction(
    "decimal_divide",
    "a decimal(38, 10), b decimal(38, 10)",
    "decimal(38, 10)",
    "try_cast(try_divide(a, b) as decimal(38, 10))",
  ),
];

const product = (a: string, b: string): string =>
  `aggregate(zip_with(${a}, ${b}, (x, y) -> cast(x as double) * cast(y as double)), 0D, (total, each) -> total + each)`;

const vectors = [
  sessionFunction(
    "float32_range",
    "value double",
    "double",
    `case when abs(value) <= ${MAXIMUM_FLOAT32} then value end`,
  ),
  sessionFunction(
    "similarity_of",
    "product double, a double, b double",
    "double",
    "featstore_float32_range(try_divide(product, sqrt(a * b)))",
  ),
  sessionFunction(
    "cosine_similarity",
    "a array<float>, b array<float>",
    "double",
    `greatest(least(featstore_similarity_of(${product("a", "b")}, ${product("a", "a")}, ${product("b", "b")}), 1D), -1D)`,
  ),
  sessionFunction(
    "inner_product",
    "a array<float>, b array<float>",
    "double",
    `featstore_float32_range(${product("a", "b")})`,
  ),
  sessionFunction(
    "l2_distance",
    "a array<float>, b array<float>",
    "double",
    `featstore_float32_range(sqrt(aggregate(
    zip_with(a, b, (x, y) -> power(cast(x as double) - cast(y as double), 2)), 0D, (total, each) -> total + each
  )))`,
  ),
];

// Operands of aggregates that are too large for float64 count as infinite.
const aggregates = [
  sessionFunction(
    "to_be_summed",
    "value double",
    "double",
    "case when value > 1e290D then double('Infinity') when value < -1e290D then -double('Infinity') else value end",
  ),
  sessionFunction(
    "to_be_squared",
    "value double",
    "double",
    "case when abs(value) > 1e140D then double('Infinity') else value end",
  ),
];

// Of two instants with one local time, the later one, as in PostgreSQL: an offset that holds three hours later may
// already hold.
const zones = [
  sessionFunction(
    "later_instant",
    "time timestamp, early timestamp, late timestamp, zone string",
    "timestamp",
    "case when from_utc_timestamp(late, zone) = time then late else early end",
  ),
  sessionFunction(
    "shifted_instant",
    "time timestamp, early timestamp, after timestamp, zone string",
    "timestamp",
    "featstore_later_instant(time, early, time - (from_utc_timestamp(after, zone) - after), zone)",
  ),
  sessionFunction(
    "ambiguous_instant",
    "time timestamp, early timestamp, zone string",
    "timestamp",
    "featstore_shifted_instant(time, early, early + interval '3 hours', zone)",
  ),
  sessionFunction(
    "instant_of",
    "time timestamp, zone string",
    "timestamp",
    "featstore_ambiguous_instant(time, to_utc_timestamp(time, zone), zone)",
  ),
];

/** Functions of numbers, vectors and zones, and casts to numbers. */
export const numberFunctions = [...numbers, ...decimals, ...vectors, ...aggregates, ...zones];
