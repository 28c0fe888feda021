import { DATE, LOWER, SPACE, TIMESTAMP, UPPER } from "../text/patterns";
import { pattern, sessionFunction } from "./function";

/** Spark's own functions also map other letters; but `translate` is slow, and most texts are ASCII. */
function asciiCase(name: string, from: string, to: string): string {
  return `case when octet_length(value) = length(value) then ${name}(value) else translate(value, '${from}', '${to}') end`;
}

/** Functions of texts, and casts of texts to values that are not numbers. */
export const textFunctions = [
  sessionFunction("lower", "value string", "string", asciiCase("lower", UPPER, LOWER)),
  sessionFunction("upper", "value string", "string", asciiCase("upper", LOWER, UPPER)),
  sessionFunction(
    "substring",
    "value string, start bigint, count bigint",
    "string",
    // The largest and the least of values skip nulls.
    `case when start is not null and count is not null then substring(
    value,
    cast(greatest(start, 1) as int),
    cast(least(case when count < 0 then 0 when start >= 1 then count else greatest(start + count - 1, 0) end, 2147483647) as int)
  ) end`,
  ),
  sessionFunction(
    "bool_of",
    "word string",
    "boolean",
    `case when word in ('true', 't', 'yes', 'y', 'on', '1') then true
    when word in ('false', 'f', 'no', 'n', 'off', '0') then false end`,
  ),
  sessionFunction(
    "to_bool",
    "value string",
    "boolean",
    "featstore_bool_of(featstore_lower(trim(both ' \\t\\n\\r' from value)))",
  ),
  sessionFunction(
    "to_date",
    "value string",
    "date",
    `try_cast(regexp_extract(value, ${pattern(`^${SPACE}${DATE}${SPACE}\\z`)}, 1) as date)`,
  ),
  // Spark reads an offset only behind seconds, and without a space before it.
  sessionFunction(
    "to_timestamp",
    "value string",
    "timestamp",
    `try_cast(regexp_replace(
    regexp_replace(upper(regexp_extract(value, ${pattern(`^${SPACE}(${TIMESTAMP})${SPACE}\\z`)}, 1)), ' (?=[-+Z])', ''),
    '^(.{16})(?!:)', '$1:00'
  ) as timestamp)`,
  ),
];
