/** Escapes Markdown and HTML in a text and puts it on one line. */
export function escapeText(text: string): string {
  return oneLine(text)
    .replaceAll(/[&<>|]/g, entityOf)
    .replaceAll(/[\\`*[\]~$]/g, "\\$&")
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
    .replace(/^[#+\-=:]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

/** Formats inline code, also valid in a table. */
export function code(text: string): string {
  const line = oneLine(text);
  // Backtick spans have no escapes, so text that would end the span or its cell becomes HTML.
  const isPlain = line !== "" && !/[`|\\<>]/.test(line);
  return isPlain ? `\`${line}\`` : `<code>${line.replaceAll(/[^A-Za-z0-9 \u0080-\u{10ffff}]/gu, entityOf)}</code>`;
}

/** Formats a code block. */
export function codeBlock(language: string, text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}${language}`, text.replaceAll(/\r\n?/g, "\n").replace(/\n+$/, ""), fence].join("\n");
}

/** Builds a table of Markdown cells; `""` without rows. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string =>
    `|${cells.map((cell) => (cell === "" ? " |" : ` ${cell} |`)).join("")}`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Links to a heading of the same page; plain text if there is no such heading. */
export function linkTo(slug: string | undefined, text: string): string {
  return slug === undefined ? text : `[${text}](#${slug})`;
}

/** Removes line breaks, which end a heading or cell, and control characters. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

function entityOf(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`;
}
