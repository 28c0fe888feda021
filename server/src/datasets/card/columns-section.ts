import type { ColumnStatistics, SnapshotManifest } from "../dataset-types";
import { markdownCode, markdownText } from "./escape";
import { countText, numberText, shareText } from "./numbers";

const MAX_VALUES = 6;

/** Describes the columns: meaning, unit, and what was measured over all rows. */
export function columnsSection({ columns, rows, key }: SnapshotManifest): string {
  const lines = columns.map(({ name, role, type, nullable, description, unit, statistics }) => {
    const typed = `${type}${nullable ? "" : ", not null"}${role === "key" ? ", key" : ""}`;
    const meaning = `${markdownText(description)}${unit === null ? "" : ` (in ${markdownText(unit)})`}`;
    return `| ${markdownCode(name)} | ${typed} | ${meaning} | ${shareText(statistics.nulls, rows)} | ${measured(statistics, rows)} |`;
  });
  return `## Columns

Rows are sorted by ${key.map(markdownCode).join(", ")}. Statistics are measured over all ${countText(rows)} rows; fractions are rounded.

| column | type | meaning | null | values |
| --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}

function measured({ minimum, maximum, mean, longest, values }: ColumnStatistics, rows: number): string {
  const facts: string[] = [];
  const [low, high] = [minimum, maximum].map((bound) => (bound === null ? "" : markdownCode(shortened(bound))));
  if (low && high) facts.push(low === high ? low : `${low} to ${high}`);
  if (mean !== null) facts.push(`mean ${numberText(mean)}`);
  if (values !== null) facts.push(frequent(values, rows));
  if (longest !== null) facts.push(`longest ${countText(longest)}`);
  return facts.join("; ");
}

function frequent(values: Readonly<Record<string, number>>, rows: number): string {
  const entries = Object.entries(values).sort(
    ([leftName, left], [rightName, right]) => right - left || (leftName < rightName ? -1 : 1),
  );
  const shown = entries
    .slice(0, MAX_VALUES)
    .map(([value, count]) => `${markdownCode(clip(value)) || "empty"} ${shareText(count, rows)}`);
  const others = entries.length - shown.length;
  return `${shown.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}

/** Rounds a fraction; whole numbers, dates and times stay as they are. */
const shortened = (bound: string): string =>
  /^-?\d+\.\d{6,}(?:e[-+]?\d+)?$/.test(bound) ? numberText(Number(bound)) : bound;

const clip = (text: string): string => ([...text].length > 40 ? `${[...text].slice(0, 39).join("")}…` : text);
