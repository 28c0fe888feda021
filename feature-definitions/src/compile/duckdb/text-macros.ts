import { DATE, LOWER, SPACE, TIMESTAMP, UPPER } from "../text/patterns";
import { quoteText } from "../text/quote";
import { macro, named } from "./macro";

/** DuckDB's own functions also map other letters; but `translate` is slow, and most texts are ASCII. */
function asciiCase(name: string, from: string, to: string): string {
  return named(
    "letters",
    "value",
    `case when strlen(letters) = length(letters) then ${name}(letters) else translate(letters, '${from}', '${to}') end`,
  );
}

/** Functions of texts, and casts of texts to values that are not numbers. */
export const textMacros = [
  macro("lower", "value", asciiCase("lower", UPPER, LOWER)),
  macro("upper", "value", asciiCase("upper", LOWER, UPPER)),
  macro(
    "substring",
    "value, start, count",
    `substring(
    value,
    case when start < 1 then 1 else start end,
    case when count < 0 then 0 when start >= 1 then count when start + count < 1 then 0 else start + count - 1 end
  )`,
  ),
  macro(
    "to_bool",
    "value",
    named(
      "word",
      String.raw`lower(trim(value, e' \t\n\r'))`,
      `case when word in ('true', 't', 'yes', 'y', 'on', '1') then true
    when word in ('false', 'f', 'no', 'n', 'off', '0') then false end`,
    ),
  ),
  macro("to_date", "value", `try_cast(regexp_extract(value, ${quoteText(`^${SPACE}${DATE}${SPACE}$`)}, 1) as date)`),
  macro(
    "to_timestamp",
    "value",
    named(
      "part",
      `regexp_extract(value, ${quoteText(`^${SPACE}${TIMESTAMP}${SPACE}$`)}, ['day', 'hour', 'minute', 'second', 'fraction', 'sign', 'hours', 'minutes'])`,
      `make_timestamptz(
      epoch_us(try_cast(part.day as date)::timestamp)
      + 3600000000 * coalesce(try_cast(part.hour as bigint), 0)
      + 60000000 * coalesce(try_cast(part.minute as bigint), 0)
      + 1000000 * coalesce(try_cast(part.second as bigint), 0)
      + rpad(left(part.fraction, 6), 6, '0')::bigint
      - case when part.sign = '-' then -60000000 else 60000000 end
        * (60 * coalesce(try_cast(part.hours as bigint), 0) + coalesce(try_cast(part.minutes as bigint), 0))
    )`,
    ),
  ),
];
