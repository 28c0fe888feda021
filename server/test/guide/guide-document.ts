/** A fenced block: `sh` is run, `text` is its expected output, `edit` changes a file, `http` is ignored, others are files. */
export type Block =
  | { readonly kind: "run"; readonly line: number; readonly commands: readonly (readonly string[])[] }
  | { readonly kind: "expect"; readonly line: number; readonly lines: readonly string[] }
  | { readonly kind: "edit"; readonly line: number; readonly path: string; readonly from: string; readonly to: string }
  | { readonly kind: "shown"; readonly line: number }
  | { readonly kind: "file"; readonly line: number; readonly path: string; readonly text: string };

/** Parses the blocks of a guide, in order. Throws for a block of another kind. */
export function guideBlocks(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)].map((match): Block => {
    const [, language = "", path = "", text = ""] = match;
    const line = markdown.slice(0, match.index).split("\n").length;
    if (language === "http") return { kind: "shown", line };
    if (language === "sh") return { kind: "run", line, commands: text.trimEnd().split("\n").map(words) };
    if (language === "text") return { kind: "expect", line, lines: text.trimEnd().split("\n") };
    if (path === "") throw new Error(`line ${line}: a block of ${language} needs a path`);
    if (language !== "edit") return { kind: "file", line, path, text };
    const [from, to, ...rest] = text.split("=>\n");
    if (from === undefined || to === undefined || rest.length > 0) throw new Error(`line ${line}: one => is needed`);
    return { kind: "edit", line, path, from, to };
  });
}

/** Finds the blocks of shell commands of a page, which need not be commands of featstore. */
export function guideShellBlocks(markdown: string): readonly { readonly line: number; readonly text: string }[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(({ index, 1: text = "" }) => ({
    line: markdown.slice(0, index).split("\n").length,
    text,
  }));
}

/** Splits a command line into arguments; quotes enclose whole words. */
function words(line: string): readonly string[] {
  const [program, ...args] = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
  if (program !== "featstore") throw new Error(`"${line}" is no command of featstore`);
  return args;
}

/** Returns true if the lines occur in the output in order; … matches any text. */
export function occursIn(output: string, lines: readonly string[]): boolean {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = lines.map((line) => line.split("…").map(literal).join(".*")).join("[^]*\n?");
  return new RegExp(pattern).test(output);
}
