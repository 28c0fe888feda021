/** Replaces what has no place in a text file by spaces: control characters, line breaks, marks that reverse the direction. */
export function oneLine(text: string): string {
  return wellFormed(text)
    .replaceAll(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .trim();
}

/** Replaces lone surrogates, which UTF-8 cannot have. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, "\ufffd");
}

/**
 * Escapes a text for one line of Markdown, also in a table's cell: it is shown as it is written. Underscores within words
 * need no escape.
 *
 * @example markdownText("a|b <i>") // "a\\|b \\<i\\>"
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*[\]<>#|~$]|&(?=#?\w+;)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replace(/^[-+=:]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

/** Escapes a text of several paragraphs, which empty lines separate. */
export function markdownParagraphs(text: string): string {
  return text
    .split(/\r?\n[ \t]*\r?\n/)
    .map(markdownText)
    .filter((paragraph) => paragraph !== "")
    .join("\n\n");
}

/**
 * Writes a text as code within a line, with more backticks around it than it has in a row. A text with a bar becomes plain
 * text, because code in a table's cell cannot have every bar.
 */
export function markdownCode(text: string): string {
  const line = oneLine(text);
  if (line === "" || line.includes("|")) return markdownText(line);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Writes a link if the address is one of the web; else the text alone, with the address as code. */
export function markdownLink(text: string, url: string | null): string {
  if (url === null) return markdownText(text);
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) return `${markdownText(text)} (${markdownCode(url)})`;
  return `[${markdownText(text)}](<${address.href.replaceAll(/[<>|\\`]/g, encodeURIComponent)}>)`;
}

const BIBTEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  // BibTeX also counts braces that a backslash precedes.
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "%": "\\%",
  "&": "\\&",
  "#": "\\#",
  $: "\\$",
  _: "\\_",
};

/** Escapes a text for a value of BibTeX in braces. */
export function bibtexText(text: string): string {
  return oneLine(text).replaceAll(/[\\{}~^%&#$_]/g, (character) => BIBTEX[character] ?? "");
}
