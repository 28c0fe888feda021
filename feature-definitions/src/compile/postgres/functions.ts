import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { floatAggregates } from "./float-aggregates";
import { oneRowPerKey } from "./one-row-per-key";

/*
 * The functions that compiled SQL calls. None raises on any value: input that does not parse or fit gives null. They
 * are single expressions so that PostgreSQL inlines them, and not `strict`, which would prevent inlining; the few that
 * read parts of a text or a JSON array cannot be inlined. `migrations/functions/compiled-sql.sql` contains the same text.
 */

const SPACE = "[ \\t\\n\\r]*";
const NUMBER = `^${SPACE}[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9][0-9]?[0-9]?)?${SPACE}$`;
const INTEGER = `^${SPACE}[-+]?[0-9]+(\\.0*)?${SPACE}$`;
const DATE = "([0-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const CLOCK = "([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\\.([0-9]+))?)?";
const OFFSET = "(?:[Zz]|([-+])(0[0-9]|1[0-5]):?([0-5][0-9])?)";

const MAXIMUM_FLOAT64 = "1.7976931348623157e308";
const MAXIMUM_FLOAT32 = "3.4028234663852886e38";
const INT32 = "between -2147483648 and 2147483647";
const INT64 = "between -9223372036854775808 and 9223372036854775807";
/** Operands whose product and quotient are far from the limits of float64. */
const MODERATE = "abs(a) between 1e-150 and 1e150 and abs(b) between 1e-150 and 1e150";

function scalarFunction(name: string, parameters: string, result: string, body: string): string {
  return `create or replace function ${FUNCTIONS_SCHEMA}.${name}(${parameters}) returns ${result}
language sql immutable parallel safe as $$
  ${body.trim()}
$$;`;
}

function arithmetic(type: string, bodies: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(bodies).map(([name, body]) =>
    scalarFunction(name, `a ${type}, b ${type}`, type, `select ${body}`),
  );
}

const int32Arithmetic = arithmetic("integer", {
  add: `case when a::bigint + b ${INT32} then a + b end`,
  subtract: `case when a::bigint - b ${INT32} then a - b end`,
  multiply: `case when a::bigint * b ${INT32} then a * b end`,
  remainder: "case when b <> 0 then a % b end",
});

const int64Arithmetic = arithmetic("bigint", {
  add: `case when a::numeric + b ${INT64} then a + b end`,
  subtract: `case when a::numeric - b ${INT64} then a - b end`,
  multiply: `case when a::numeric * b ${INT64} then a * b end`,
  remainder: "case when b <> 0 then a % b end",
});

const decimalArithmetic = arithmetic("numeric", {
  add: "a + b",
  subtract: "a - b",
  multiply: "a * b",
  divide: "case when b <> 0 then a / b end",
  remainder: "case when b <> 0 then a % b end",
});

/*
 * PostgreSQL raises when a product or quotient of doubles overflows, and also when it underflows to zero. Scaling by
 * powers of two is exact, so these comparisons detect both without computing the result.
 */
const float64Arithmetic = arithmetic("double precision", {
  add: `case
    when abs(a) <= 8e307 and abs(b) <= 8e307 then a + b
    when sign(a) <> sign(b) or greatest(abs(a), abs(b)) <= ${MAXIMUM_FLOAT64} - least(abs(a), abs(b)) then a + b
  end`,
  subtract: `${FUNCTIONS_SCHEMA}.add(a, -b)`,
  multiply: `case
    when a = 0 or b = 0 or (${MODERATE}) then a * b
    when abs(a) >= 1 and abs(b) >= 1 then
      case when abs((a * power(2::double precision, -512)) * (b * power(2::double precision, -512))) < 1 then a * b end
    when abs(a) < 1e-200 and abs(b) < 1e-200 then 0
    when abs(a) <= 1 and abs(b) <= 1 and
      abs((a * power(2::double precision, 512)) * (b * power(2::double precision, 512))) <= power(2::double precision, -51) then 0
    else a * b
  end`,
  divide: `case
    when b = 0 then null
    when a = 0 or (${MODERATE}) then a / b
    when abs(b) < 1 then
      case when abs(a) < 1e-150 or abs(a) * 0.5 < abs(b) * power(2::double precision, 1023) then a / b end
    when abs(a) < 1 and abs(a) * power(2::double precision, 1000) <= abs(b) * power(2::double precision, -75) then 0
    else a / b
  end`,
  remainder: `${FUNCTIONS_SCHEMA}.subtract(a, ${FUNCTIONS_SCHEMA}.multiply(b, trunc(${FUNCTIONS_SCHEMA}.divide(a, b))))`,
});

const numberCasts = [
  scalarFunction(
    "to_float64",
    "value numeric",
    "double precision",
    `select case
    when abs(value) > ${MAXIMUM_FLOAT64} then null
    when abs(value) >= 5e-324 or value = 0 then value::double precision
    when value is not null then 0
  end`,
  ),
  scalarFunction(
    "to_float64",
    "value text",
    "double precision",
    `select case
    when octet_length(value) <= 300 and value ~ '^[-+]?[0-9]+(\\.[0-9]*)?$' then value::double precision
    when octet_length(value) <= 1000 and value ~ '${NUMBER}' then ${FUNCTIONS_SCHEMA}.to_float64(value::numeric)
  end`,
  ),
  scalarFunction(
    "to_float32",
    "value double precision",
    "real",
    `select case
    when abs(value) > ${MAXIMUM_FLOAT32} then null
    when abs(value) > power(2::double precision, -150) or value = 0 then value::real
    when value is not null then 0
  end`,
  ),
  scalarFunction(
    "to_float32",
    "value numeric",
    "real",
    `select ${FUNCTIONS_SCHEMA}.to_float32(${FUNCTIONS_SCHEMA}.to_float64(value))`,
  ),
  scalarFunction(
    "to_float32",
    "value text",
    "real",
    `select ${FUNCTIONS_SCHEMA}.to_float32(${FUNCTIONS_SCHEMA}.to_float64(value))`,
  ),
  scalarFunction(
    "to_decimal",
    "value text",
    "numeric",
    `select case when octet_length(value) <= 1000 and value ~ '${NUMBER}' then value::numeric end`,
  ),
  scalarFunction(
    "round_half_away",
    "value double precision",
    "double precision",
    "select trunc(value) + case when abs(value - trunc(value)) >= 0.5 then sign(value) else 0 end",
  ),
  ...(["int32", "int64"] as const).flatMap((type) => {
    const [result, range] = type === "int32" ? ["integer", INT32] : ["bigint", INT64];
    const limit = type === "int32" ? "2147483648" : "9223372036854775808";
    const round = `${FUNCTIONS_SCHEMA}.round_half_away(value)`;
    return [
      scalarFunction(
        `to_${type}`,
        "value text",
        result,
        `select case
    when octet_length(value) <= ${type === "int32" ? 9 : 18} and value ~ '^[-+]?[0-9]+$' then value::${result}
    when octet_length(value) <= 1000 and value ~ '${INTEGER}' then
      case when value::numeric ${range} then value::numeric::${result} end
  end`,
      ),
      scalarFunction(
        `to_${type}`,
        "value double precision",
        result,
        `select case when ${round} >= -${limit} and ${round} < ${limit} then ${round}::${result} end`,
      ),
      scalarFunction(
        `to_${type}`,
        "value numeric",
        result,
        `select case when round(value) ${range} then round(value)::${result} end`,
      ),
    ];
  }),
  scalarFunction("to_int32", "value bigint", "integer", `select case when value ${INT32} then value::integer end`),
];

const textCasts = [
  scalarFunction(
    "to_bool",
    "value text",
    "boolean",
    `select case
    when value = 'true' then true
    when value = 'false' then false
    else case lower(btrim(value, E' \\t\\n\\r') collate "C")
    when 'true' then true when 't' then true when 'yes' then true when 'y' then true when 'on' then true when '1' then true
    when 'false' then false when 'f' then false when 'no' then false when 'n' then false when 'off' then false when '0' then false
    end
  end`,
  ),
  scalarFunction(
    "days_in_month",
    "year integer, month integer",
    "integer",
    `select case
    when month in (4, 6, 9, 11) then 30
    when month <> 2 then 31
    when year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 29
    else 28
  end`,
  ),
  scalarFunction(
    "to_date",
    "value text",
    "date",
    `select case
    when part[1]::integer > 0 and part[3]::integer <= ${FUNCTIONS_SCHEMA}.days_in_month(part[1]::integer, part[2]::integer)
    then make_date(part[1]::integer, part[2]::integer, part[3]::integer)
  end
  from regexp_match(value, '^${SPACE}${DATE}${SPACE}$') as part`,
  ),
  scalarFunction(
    "to_timestamp",
    "value text",
    "timestamp with time zone",
    `select case
    when part[1]::integer > 0 and part[3]::integer <= ${FUNCTIONS_SCHEMA}.days_in_month(part[1]::integer, part[2]::integer)
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
  from regexp_match(value, '^${SPACE}${DATE}(?:[T ]${CLOCK} ?${OFFSET}?)?${SPACE}$') as part`,
  ),
];

const jsonCasts = [
  `create or replace function ${FUNCTIONS_SCHEMA}.to_json(value text) returns jsonb
language plpgsql immutable parallel unsafe as $$
begin
  return value::jsonb;
exception when others then
  return null;
end
$$;`,
  scalarFunction(
    "to_text_array",
    "value jsonb",
    "text[]",
    `select case
    when jsonb_typeof(value) = 'array' and not exists (
      select from jsonb_array_elements(value) as element where jsonb_typeof(element) in ('object', 'array', 'null')
    )
    then array(select jsonb_array_elements_text(value))
  end`,
  ),
  scalarFunction(
    "to_float64_array",
    "value jsonb",
    "double precision[]",
    `select case
    when jsonb_typeof(value) = 'array' and not exists (
      select from jsonb_array_elements_text(value) as element where ${FUNCTIONS_SCHEMA}.to_float64(element) is null
    )
    then array(select ${FUNCTIONS_SCHEMA}.to_float64(element) from jsonb_array_elements_text(value) as element)
  end`,
  ),
];

const others = [
  // The operator `->` treats a value that is not an array as an array with one item.
  scalarFunction(
    "element",
    "value jsonb, place integer",
    "jsonb",
    "select case when jsonb_typeof(value) = 'array' then value -> place end",
  ),
  scalarFunction(
    "substring",
    "value text, start integer, count integer",
    "text",
    "select pg_catalog.substring(value, start, case when count < 0 then 0 else count end)",
  ),
  ...["double precision", "double precision[]", "real"].map(
    (type) => `create or replace function ${FUNCTIONS_SCHEMA}.exact_json(value ${type}) returns text
language sql stable parallel safe set extra_float_digits = 1 as $$
  select to_json(value)::text
$$;`,
  ),
];

const valueFunctions = `-- The functions that compiled feature SQL calls. Written by the compiler: see postgresFunctions in @featstore/definitions.
-- "if not exists" would ask for the privilege to create schemas even where it exists.
do $$
begin
  if to_regnamespace('${FUNCTIONS_SCHEMA}') is null then
    create schema ${FUNCTIONS_SCHEMA};
  end if;
end
$$;

${[...int32Arithmetic, ...int64Arithmetic, ...decimalArithmetic, ...float64Arithmetic, ...numberCasts, ...textCasts, ...jsonCasts, ...others].join("\n\n")}
`;

/** Creates every function that compiled SQL calls, in schema `featstore`; may be run again. */
export const postgresFunctions: string = [valueFunctions, oneRowPerKey, floatAggregates].join("\n");
