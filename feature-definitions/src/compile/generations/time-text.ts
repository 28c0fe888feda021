/**
 * The text of a time in responses, independent of session settings: ISO 8601 in UTC; outside the years 1 to 9999 with a
 * sign and six digits of the year, as JavaScript reads and writes it. Infinite times, which no generation keeps, are
 * `infinity`.
 */
export function timeText(value: string, type: "timestamp" | "date"): string {
  const local = type === "date" ? value : `(${value} at time zone 'UTC')`;
  // `to_char` takes only timestamps, and not every date is one.
  const part = (name: string, form: string): string => `to_char(extract(${name} from ${local}), '${form}')`;
  // The year before 1 is -1 in `extract`, and 0 in ISO 8601.
  const year = `to_char(extract(year from ${local}) + case when ${local} < '0001-01-01' then 1 else 0 end, 'FMSG9000000')`;
  const [near, far] =
    type === "date"
      ? [
          `to_char(${value}::timestamp, 'YYYY-MM-DD')`,
          `'-' || ${part("month", "FM00")} || '-' || ${part("day", "FM00")}`,
        ]
      : [`to_char(${local}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`, `to_char(${local}, '-MM-DD"T"HH24:MI:SS.US"Z"')`];
  return `case
    when ${local} >= '0001-01-01' and ${local} < '10000-01-01' then ${near}
    when isfinite(${value}) then ${year} || ${far}
    else ${value}::text end`;
}
