import { type Figure, isMoreBetter } from "../figure";
import { amount, spread } from "../print-report";
import { table } from "./markdown-table";

/** Formats Featstore's and Feast's figures side by side, with the better one. */
export function feastTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, ours, floor, floorName, ratio }) => [
    name,
    `${amount(ours, unit)} ${unit}`,
    `${amount(floor, unit)} ${unit}`,
    floorName,
    Number.isFinite(ratio.median) ? spread(ratio, (value) => value.toFixed(2)) : "",
    ours.median === floor.median ? "equal" : ours.median > floor.median === isMoreBetter(unit) ? "Featstore" : "Feast",
  ]);
  return table(["figure", "Featstore", "Feast", "Feast's setup", "ratio", "better"], rows);
}
