import { barText, type Figure, isMet } from "./figure";
import type { Measurement } from "./measurement";

/** Formats the figures as a table: ours and the floor, with the smallest and largest of the rounds. */
export function reportText(figures: readonly Figure[], machine: Readonly<Record<string, string>>): string {
  const head = ["figure", "ours", "floor", "floor's name", "ratio", "bar", ""];
  const rows = figures.map((figure) => [
    figure.name,
    `${amount(figure.ours, figure.unit)} ${figure.unit}`,
    `${amount(figure.floor, figure.unit)} ${figure.unit}`,
    figure.floorName,
    spread(figure.ratio, (value) => value.toFixed(2)),
    barText(figure),
    figure.bar === null ? "" : isMet(figure) ? "met" : "MISSED",
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    ...Object.entries(machine).map(([name, value]) => `${name}: ${value}`),
    "",
    line(head),
    line(widths.map((width) => "─".repeat(width))),
    ...rows.map(line),
    "",
    "Medians, with the smallest and largest round in brackets. Rounds of ours and the floor alternate.",
    "Ratios hold across machines; absolute figures do not.",
  ].join("\n");
}

export function amount(value: Measurement, unit: Figure["unit"]): string {
  const isCount = unit === "rows" || unit === "processes";
  return spread(value, (number) =>
    isCount || number >= 100 ? Math.round(number).toLocaleString("en") : number.toFixed(number < 10 ? 2 : 1),
  );
}

export function spread({ median, smallest, largest, rounds }: Measurement, format: (value: number) => string): string {
  return rounds.length === 1 ? format(median) : `${format(median)} [${format(smallest)}–${format(largest)}]`;
}
