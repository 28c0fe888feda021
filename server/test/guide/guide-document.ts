/**
 * A fenced block: `sh` is run, `text` and `json` are expected in its output (`text whole` is all of it), `edit` changes a file, and a
 * block with a path is that file. All others are only shown.
 */
export type Block =
  | { readonly kind: "run"; readonly line: number; readonly text: string }
  | { readonly kind: "expect"; readonly line: number; readonly lines: readonly string[]; readonly isWhole: boolean }
  | { readonly kind: "expect-json"; readonly line: number; readonly value: unknown }
  | { readonly kind: "edit"; readonly line: number; readonly path: string; readonly from: string; readonly to: string }
  | { readonly kind: "shown"; readonly line: number }
  | { readonly kind: "file"; readonly line: number; readonly path: string; readonly text: string };

/**
 * Parses the blocks of a guide in the order in which they take effect: files; the commands in `<details>`, which set up what the page
 * begins with; the others.
 */
export function guideBlocks(markdown: string): readonly Block[] {
  const folded = [...markdown.matchAll(/^<details.*>$[\s\S]*?^<\/details>$/gm)];
  const isSetUp = (at: number) => folded.some(({ index, 0: text }) => index < at && at < index + text.length);
  const found = [...markdown.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)];
  const stage = ({ index, 1: language, 2: path }: (typeof found)[number]) => {
    if (path !== "" && language !== "edit" && language !== "text") return 0;
    return isSetUp(index) ? 1 : 2;
  };
  const ordered = found.toSorted((a, b) => stage(a) - stage(b));
  return ordered.map(({ index, 1: language = "", 2: path = "", 3: text = "" }): Block => {
    const line = markdown.slice(0, index).split("\n").length;
    if (language === "edit") {
      const [from, to, ...rest] = text.split("=>\n");
      if (from === undefined || to === undefined || rest.length > 0) throw new Error(`line ${line}: one => is needed`);
      return { kind: "edit", line, path, from, to };
    }
    if (language === "text")
      return { kind: "expect", line, lines: text.trimEnd().split("\n"), isWhole: path === "whole" };
    if (path !== "") return { kind: "file", line, path, text };
    if (language === "sh") return { kind: "run", line, text };
    if (language === "json") return { kind: "expect-json", line, value: JSON.parse(text) };
    return { kind: "shown", line };
  });
}

/** Splits lines of commands of featstore into arguments; quotes enclose whole words, and # begins a comment. */
export function featstoreCommands(text: string): readonly (readonly string[])[] {
  return text.trimEnd().replaceAll("\\\n", " ").split("\n").map(words);
}

function words(line: string): readonly string[] {
  const [program, ...args] = [...line.replace(/\s#.*$/, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
  if (program !== "featstore") throw new Error(`"${line}" is no command of featstore`);
  return args;
}

/** Returns true if the lines occur in the output in order, or are the whole output; … matches any text. */
export function occursIn(output: string, lines: readonly string[], isWhole = false): boolean {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const patterns = lines.map((line) => line.split("…").map(literal).join(".*"));
  return new RegExp(isWhole ? `^${patterns.join("\n")}\n*$` : patterns.join("[^]*\n?")).test(output);
}
