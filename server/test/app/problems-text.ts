export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
}

// The reason that JSON.parse gives differs between versions of Node.js.
const PARSER_REASON = /: (?:Une|E)xpected .*JSON.*$/;

/** Lists the sentences of the problems by code, each once. A sentence that `detail` repeats from `errors` is not repeated. */
export function problemsText(problems: readonly Problem[]): string {
  const byCode = new Map<string, Set<string>>();
  for (const { code, detail, errors = [] } of problems) {
    const faults = errors.map(
      (fault) => `  - \`${fault.path}\`${detail.includes(fault.detail) ? "" : `: ${fault.detail}`}\n`,
    );
    const sentences = byCode.get(code) ?? new Set();
    byCode.set(code, sentences.add(`- ${detail.replace(PARSER_REASON, ": …")}\n${faults.join("")}`));
  }
  const sections = [...byCode]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, sentences]) => `## ${code}\n\n${[...sentences].sort().join("")}`);
  return `# The sentences of problems\n\n${sections.join("\n")}`;
}
