import { dialects, type ValueType, vectorDimensions } from "@featstore/definitions/compiler";
import type { Dialect } from "../result-texts";

/** DuckDB's dialect, with texts of values that equal PostgreSQL's, except the spaces and the order of keys in JSON documents. */
export const duckdbTexts: Dialect = {
  ...dialects.duckdb,
  texts: {
    json: (value, type) => `coalesce(${nullableJsonText(value, type)}, 'null')`,
    microseconds: (instant) => `cast(epoch_us(${instant}) as varchar)`,
  },
};

function nullableJsonText(value: string, type: ValueType): string {
  const text = `cast(${value} as varchar)`;
  switch (type) {
    case "int64":
    case "uuid":
      return `'"' || ${text} || '"'`;
    case "decimal":
      return `'"' || rtrim(rtrim(cast(cast(${value} as decimal(38, 10)) as varchar), '0'), '.') || '"'`;
    case "float32":
      return floatText(value, FLOAT32_DIGITS);
    case "float64":
      return floatText(value, FLOAT64_DIGITS);
    case "float64[]":
      return listText(value, FLOAT64_DIGITS);
    case "string":
    case "string[]":
      return `cast(to_json(${value}) as varchar)`;
    case "timestamp":
      return `'"' || ${timeText(value, `(${value} at time zone 'UTC')`, "-%m-%dT%H:%M:%S.%fZ")} || '"'`;
    case "date":
      return `'"' || ${timeText(value, value, "-%m-%d")} || '"'`;
    default:
      return vectorDimensions(type) === undefined ? text : listText(value, FLOAT32_DIGITS);
  }
}

/** From as many digits before the point on, PostgreSQL writes floats with an exponent. DuckDB does from 17 on. */
const FLOAT32_DIGITS = 7;
const FLOAT64_DIGITS = 16;

function floatText(value: string, digits: number): string {
  const text = `cast(abs(${value}) as varchar)`;
  const whole = `regexp_replace(${text}, '\\.0$', '')`;
  // 1234567.5 → 1.2345675e+06
  const all = `rtrim(replace(${whole}, '.', ''), '0')`;
  const mantissa = `rtrim(left(${all}, 1) || '.' || substring(${all}, 2), '.')`;
  const exponent = `lpad(cast(length(split_part(${text}, '.', 1)) - 1 as varchar), 2, '0')`;
  return `case when isnan(${value}) then 'NaN' else case when signbit(${value}) then '-' else '' end || case
    when isinf(${value}) then 'Infinity'
    when abs(${value}) >= 1e${digits - 1} and abs(${value}) < 1e16 then ${mantissa} || 'e+' || ${exponent}
    else regexp_replace(${whole}, 'e(\\d)', 'e+\\1') end end`;
}

function listText(value: string, digits: number): string {
  return `'[' || array_to_string(list_transform(${value}, lambda each: coalesce(${floatText("each", digits)}, 'null')), ',') || ']'`;
}

/** ISO 8601 in UTC; outside the years 1 to 9999 with a sign and six digits of the year. `rest` is the format after the year. */
function timeText(value: string, local: string, rest: string): string {
  const year = `cast(abs(year(${local})) as varchar)`;
  return `case
    when not isfinite(${value}) then cast(${value} as varchar)
    when year(${local}) between 1 and 9999 then lpad(${year}, 4, '0') || strftime(${local}, '${rest}')
    else case when year(${local}) < 0 then '-' else '+' end || lpad(${year}, cast(greatest(length(${year}), 6) as integer), '0') || strftime(${local}, '${rest}') end`;
}
