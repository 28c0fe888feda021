import type { ResultColumn, ResultRow } from "./result-column";

/**
 * Writes rows as JSON Lines with values as in online reads: int64 and decimal features and int64 keys are strings. Whole
 * numbers of a spine's own columns are strings beyond 2^53 - 1, where a JSON number is not exact.
 */
export async function* jsonLines(
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<Uint8Array> {
  const prefixes = columns.map(({ name }, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const isOwnWhole = columns.map(({ role, type }) => role === "passthrough" && type !== "float64");
  const lineOf = (row: ResultRow): string => {
    let line = "";
    for (const [index, prefix] of prefixes.entries()) {
      const json = row[index] ?? "null";
      line += prefix + (isOwnWhole[index] === true && isInexact(json) ? `"${json}"` : json);
    }
    return `${line}}\n`;
  };
  for await (const rows of chunks) yield Buffer.from(rows.map(lineOf).join(""));
}

function isInexact(json: string): boolean {
  return json.length > 15 && /^-?\d+$/.test(json) && !Number.isSafeInteger(Number(json));
}
