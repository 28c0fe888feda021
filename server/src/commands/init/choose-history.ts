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
  time: PlannedColumn,
  isPopulation: boolean,
): ChosenHistory {
  if (!isPopulation) return { history: "events", reason: "many rows to a key look like rows that are only ever added" };
  const others = columns.filter((column) => column !== time);
  const changing = [time, ...others].find(
    (column) => CHANGED.test(safeName(column.column)) || (column !== time && isLaterTime(column)),
  );
  if (changing !== undefined)
    return { history: "current", reason: `${JSON.stringify(changing.column)} looks like a column that changes` };
  const reference = others.find(({ column }) => safeName(column).endsWith("_id"));
  if (reference === undefined)
    return { history: "current", reason: "one row to a key looks like a row that is updated in place" };
  const named = [reference, time].map(({ column }) => JSON.stringify(column)).join(" and ");
  return { history: "events", reason: `${named}, and no column that changes, look like rows that are only ever added` };
}

/** A time that is filled in when something happens to the row. */
function isLaterTime({ type, nullable }: PlannedColumn): boolean {
  return type.type === "timestamp" && nullable;
}
