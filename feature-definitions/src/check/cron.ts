/** The values that each of a cron expression's five fields allows. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** If both are restricted, a day that matches either one counts, as in every cron. */
  readonly isAnyDay: boolean;
  readonly isAnyWeekday: boolean;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS = [
  { name: "minute", min: 0, max: 59, names: [] },
  { name: "hour", min: 0, max: 23, names: [] },
  { name: "day of the month", min: 1, max: 31, names: [] },
  { name: "month", min: 1, max: 12, names: MONTHS },
  { name: "day of the week", min: 0, max: 7, names: WEEKDAYS },
] as const satisfies readonly Field[];

/** The values of a field such as `1,5-20/5`, ascending; a string describes an error. */
function valuesOf(text: string, field: Field): readonly number[] | string {
  const { name, min, max, names } = field;
  const numberOf = (word: string): number | undefined => {
    const named = names.indexOf(word.toLowerCase());
    const value = named >= 0 ? named + (names === MONTHS ? 1 : 0) : /^\d{1,2}$/.test(word) ? Number(word) : -1;
    return value >= min && value <= max ? value : undefined;
  };
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, range = "", stepText] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const step = stepText === undefined ? 1 : Number(stepText);
    const [from, to] = range === "*" ? [min, max] : range.split("-").map(numberOf);
    const isRange = range === "*" || range.split("-").length === 2;
    const last = isRange ? to : from;
    if (from === undefined || last === undefined || range.split("-").length > 2) {
      return `expected a ${name} from ${min} to ${max}, got ${JSON.stringify(part.slice(0, 20))}`;
    }
    if (last < from) return `the range ${JSON.stringify(part)} is descending`;
    if (stepText !== undefined && !isRange) return `the step of ${JSON.stringify(part)} needs a range, or \`*\``;
    if (step === 0 || step > max) return `the step of ${JSON.stringify(part)} must be from 1 to ${max}`;
    for (let value = from; value <= last; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** Parses `0 3 * * *`: minute, hour, day of the month, month, day of the week. A string describes an error. */
export function parseCron(text: string): CronFields | string {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) return `expected five fields, got ${text.trim() === "" ? 0 : parts.length}`;
  const read: (readonly number[])[] = [];
  for (const [index, field] of FIELDS.entries()) {
    const values = valuesOf(parts[index] ?? "", field);
    if (typeof values === "string") return values;
    read.push(values);
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = read;
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: [...new Set(weekdays.map((day) => day % 7))].sort((a, b) => a - b),
    isAnyDay: parts[2] === "*",
    isAnyWeekday: parts[4] === "*",
  };
}

const DAY_SECONDS = 86_400;
// A little over eight years: February 29th comes once in four years, and once in eight around 2100.
const DAYS = 3000;

/** The longest time between two of its times, in seconds, ignoring daylight saving; null if it never comes. */
export function maxGap(fields: CronFields): number | null {
  const { minutes, hours } = fields;
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 3600 + minute * 60));
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  let max = 0;
  for (const [index, time] of times.entries()) {
    if (index > 0) max = Math.max(max, time - (times[index - 1] ?? 0));
  }
  let before: number | null = null;
  const start = Date.UTC(2024, 0, 1);
  for (let day = 0; day < DAYS; day += 1) {
    if (!isMeant(fields, new Date(start + day * DAY_SECONDS * 1000))) continue;
    if (before !== null) max = Math.max(max, (day - before) * DAY_SECONDS + first - last);
    before = day;
  }
  return before === null ? null : max;
}

function isMeant({ days, months, weekdays, isAnyDay, isAnyWeekday }: CronFields, day: Date): boolean {
  if (!months.includes(day.getUTCMonth() + 1)) return false;
  const [inMonth, inWeek] = [days.includes(day.getUTCDate()), weekdays.includes(day.getUTCDay())];
  return isAnyDay || isAnyWeekday ? inMonth && inWeek : inMonth || inWeek;
}
