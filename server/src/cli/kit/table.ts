/** Lays out text in columns, two spaces apart, without trailing blanks: `table(["name"], [["a"]])`. Aligns numbers right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((line) => line.map(printable));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? "")].length)));
  const numeric = header.map((_, column) => rows.every((row) => /^(-?\d[\d.,e+-]*|)$/.test(row[column] ?? "")));
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const blank = " ".repeat((widths[column] ?? 0) - [...cell].length);
          return numeric[column] === true && rows.length > 0 ? blank + cell : cell + blank;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

// Control characters in stored data must not affect the terminal or break the columns.
function printable(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: replaces control characters
  return cell.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1));
}
