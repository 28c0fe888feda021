import { table } from "../kit/table";

/** The answer to a batch read. */
export interface BatchAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly status: readonly string[];
  readonly views?: readonly string[];
  /** For each row, the status of each of `views`; absent if all rows are complete. */
  readonly statuses?: readonly (readonly string[])[];
}

const MAX_COLUMNS = 5;
const MAX_VALUE_LENGTH = 48;

/** Writes one line per feature and one column per id; where views' statuses differ, a line for each view comes first. */
export function featureTable(ids: readonly string[], answer: BatchAnswer): string {
  const blocks: string[] = [];
  for (let first = 0; first < ids.length; first += MAX_COLUMNS) {
    const shown = ids.slice(first, first + MAX_COLUMNS);
    const at = (cells: (index: number) => string) => shown.map((_, position) => cells(first + position));
    blocks.push(
      table(
        ["", ...shown],
        [
          ["status", ...at((index) => answer.status[index] ?? "")],
          ...statusLines(answer, at),
          ...answer.columns.map((column, position) => [
            column,
            ...at((index) => valueText(answer.rows[index]?.[position])),
          ]),
        ],
      ),
    );
  }
  return blocks.join("\n\n");
}

function statusLines(
  { views = [], statuses }: BatchAnswer,
  at: (cells: (index: number) => string) => string[],
): string[][] {
  if (statuses === undefined) return [];
  return views.map((view, position) => [`${view} status`, ...at((index) => statuses[index]?.[position] ?? "")]);
}

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  const characters = [...text];
  return characters.length <= MAX_VALUE_LENGTH ? text : `${characters.slice(0, MAX_VALUE_LENGTH - 1).join("")}…`;
}
