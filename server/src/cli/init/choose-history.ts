import { looksLikeUpdateTime } from "@featstore/definitions/compiler";
import { type PlannedColumn, safeName } from "./planned-column";

/** The history that a table seems to keep, and the reason, for a comment that asks to confirm it. */
export interface ChosenHistory {
  readonly history: "events" | "current";
  readonly reason: string;
}

const CHANGED = /^(?:updated|modified|changed|edited|deleted|last)_|(?:^|_)(?:status|state)$/;

/**
 * Judges by the columns other than the key. Rows with a foreign key and a time, and without a column that looks mutable, are
 * taken as append-only.
 */
export function chooseHistory(
  columns: readonly PlannedColumn[],
  time: PlannedColumn | undefined,
  isPopulation: boolean,
): ChosenHistory {
  const updated = columns.find(({ column, type }) => type.helper === "timestamp" && looksLikeUpdateTime(column));
  if (updated !== undefined) return changes(updated);
  if (!isPopulation) return { history: "events", reason: "many rows to a key look like rows that are only ever added" };
  const others = columns.filter((column) => column !== time);
  const changing = [...(time === undefined ? [] : [time]), ...others].find(
    (column) => CHANGED.test(safeName(column.column)) || (column !== time && isLaterTime(column)),
  );
  if (changing !== undefined) return changes(changing);
  const reference = others.find(({ column }) => safeName(column).endsWith("_id"));
  if (reference === undefined || time === undefined)
    return { history: "current", reason: "one row to a key looks like a row that is updated in place" };
  const named = [reference, time].map(({ column }) => JSON.stringify(column)).join(" and ");
  return { history: "events", reason: `${named}, and no column that changes, look like rows that are only ever added` };
}

function changes({ column }: PlannedColumn): ChosenHistory {
  return { history: "current", reason: `${JSON.stringify(column)} looks like a column that changes` };
}

/** Usual names of a row's creation time, the most reliable first. */
const CAME_TO_BE = [
  /^(?:date_)?(?:created|creation|inserted)(?:_(?:at|on|date|time|ts|timestamp))?$/,
  /^(?:date_)?(?:added|registered|registration|joined|enrolled|signup|signed_up|opened|founded)(?:_(?:at|on|date|time|ts))?$/,
  /^(?:(?:member|customer|user|account)_)?since$/,
];

/** Finds the creation time of a row that is updated in place: updates do not change it. Undefined if no column looks like one. */
export function creationTime(columns: readonly PlannedColumn[]): PlannedColumn | undefined {
  const times = columns.filter(({ type }) => type.helper === "timestamp");
  return CAME_TO_BE.map((name) => times.find(({ column }) => name.test(safeName(column)))).find(Boolean);
}

/** Returns true for a time that is set when something happens to the row. */
function isLaterTime({ type, nullable }: PlannedColumn): boolean {
  return type.type === "timestamp" && nullable;
}
