/** A fenced block of a document: `sh` runs, `text` is expected of what ran before it, `edit` changes a file, `http` is shown only, others are files. */
export type Block =
  | { readonly kind: "run"; readonly line: number; readonly commands: readonly (readonly string[])[] }
  | { readonly kind: "expect"; readonly line: number; readonly lines: readonly string[] }
  | { readonly kind: "edit"; readonly line: number; readonly path: string; readonly from: string; readonly to: string }
  | { readonly kind: "shown"; readonly line: number }
  | { readonly kind: "file"; readonly line: number; readonly path: string; readonly text: string };

/** The blocks of a guide in their order. Throws where a block is none of these. */
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

/** The arguments of a command line, whose quotes stand around whole words. */
function words(line: string): readonly string[] {
  const [program, ...args] = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
  if (program !== "featstore") throw new Error(`"${line}" is no command of featstore`);
  return args;
}

/** Whether the lines occur in the output in their order; … stands for anything. */
export function occursIn(output: string, lines: readonly string[]): boolean {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = lines.map((line) => line.split("…").map(literal).join(".*")).join("[^]*\n?");
  return new RegExp(pattern).test(output);
}
