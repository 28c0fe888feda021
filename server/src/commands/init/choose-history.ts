import { type PlannedColumn, safeName } from "./planned-column";

/** What kind of history a table seems to keep, and why, for a comment that asks to confirm it. */
export interface ChosenHistory {
  readonly history: "events" | "current";
  readonly reason: string;
}

const CHANGED = /^(?:updated|modified|changed|edited|deleted|last)_|(?:^|_)(?:status|state)$/;

/**
 * Judges by the columns beside the key. Rows that name another table's row and a time, and have no column that is made
 * to change, look as if they were only ever added.
 */
export function chooseHistory(
  columns: readonly PlannedColumn[],
  time: PlannedColumn | undefined,
  isPopulation: boolean,
): ChosenHistory {
  if (!isPopulation) return { history: "events", reason: "many rows to a key look like rows that are only ever added" };
  const others = columns.filter((column) => column !== time);
  const changing = [...(time === undefined ? [] : [time]), ...others].find(
    (column) => CHANGED.test(safeName(column.column)) || (column !== time && isLaterTime(column)),
  );
  if (changing !== undefined)
    return { history: "current", reason: `${JSON.stringify(changing.column)} looks like a column that changes` };
  const reference = others.find(({ column }) => safeName(column).endsWith("_id"));
  if (reference === undefined || time === undefined)
    return { history: "current", reason: "one row to a key looks like a row that is updated in place" };
  const named = [reference, time].map(({ column }) => JSON.stringify(column)).join(" and ");
  return { history: "events", reason: `${named}, and no column that changes, look like rows that are only ever added` };
}

/** How tables call the time at which a row came to be, the surest name first. */
const CAME_TO_BE = [
  /^(?:date_)?(?:created|creation|inserted)(?:_(?:at|on|date|time|ts|timestamp))?$/,
  /^(?:date_)?(?:added|registered|registration|joined|enrolled|signup|signed_up|opened|founded)(?:_(?:at|on|date|time|ts))?$/,
  /^(?:(?:member|customer|user|account)_)?since$/,
];

/** The time at which a row that is updated in place came to be: no update moves it. Undefined: no column looks like it. */
export function creationTime(columns: readonly PlannedColumn[]): PlannedColumn | undefined {
  const times = columns.filter(({ type }) => type.helper === "timestamp");
  return CAME_TO_BE.map((name) => times.find(({ column }) => name.test(safeName(column)))).find(Boolean);
}

/** A time that is filled in when something happens to the row. */
function isLaterTime({ type, nullable }: PlannedColumn): boolean {
  return type.type === "timestamp" && nullable;
}
