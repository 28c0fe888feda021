import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

// `plan` decides whether the output is a terminal; the function itself would look at the process's own.
const paint = (style: Style, text: string): string => styleText(style, text, { validateStream: false });

const stateStyles: Readonly<Record<string, Style>> = {
  new: "green",
  "new version": "yellow",
  changed: "yellow",
  refused: "red",
  unchanged: "dim",
};

/** Adds a terminal's colours to the text of a plan, line by line; without them, the text is the same. */
export function colourPlan(text: string): string {
  return text.split("\n").map(colourLine).join("\n");
}

function colourLine(line: string): string {
  if (line.startsWith("Rejected:")) return paint(["bold", "red"], line);
  const head = /^(view|service|dataset) (\S+): (new version|[a-z]+)(.*)$/.exec(line);
  if (head !== null) {
    const [, kind, name, state = "", rest = ""] = head;
    return `${kind} ${paint("bold", name ?? "")}: ${paint(stateStyles[state] ?? "cyan", state)}${rest}`;
  }
  if (/^\s+\+ /.test(line)) return paint("green", line);
  if (/^\s+- /.test(line)) return paint("red", line);
  return line
    .replaceAll(/(\S+) → (\S+)/g, (_, before, after) => `${paint("red", before)} → ${paint("green", after)}`)
    .replaceAll(/(?<= )(?!0\.0 %)[\d.]+ %(?= )/g, (share) => paint("yellow", share));
}
