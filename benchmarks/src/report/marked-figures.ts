import type { Results } from "./stored-results";

/** `<!-- figure: online; 1 × 50 int64, memory; ratio; 0.00 -->0.89<!-- /figure -->`. */
const MARKED = /(<!-- figure: ([^>]*?) -->)([^<]*)(<!-- \/figure -->)/g;
const VALUES = ["ours", "floor", "ratio", "inverse ratio"] as const;

/**
 * Rewrites the marked figures of a Markdown text from the committed results. Errors: a mark names a part, figure or value that
 * does not exist.
 */
export function fillMarkedFigures(text: string, results: Results): string {
  return text.replaceAll(MARKED, (_whole, open: string, mark: string, _old: string, close: string) => {
    return `${open}${textOf(mark, results)}${close}`;
  });
}

function textOf(mark: string, results: Results): string {
  const [part, name, value, format] = mark.split("; ");
  const result = Object.entries(results).find(([key]) => key === part)?.[1];
  if (result === undefined) throw new Error(`figure: ${mark}: there is no committed result ${part}`);
  const figure = result.figures.find((each) => each.name === name);
  if (figure === undefined) throw new Error(`figure: ${mark}: ${part} has no figure of this name`);
  if (!VALUES.some((known) => known === value))
    throw new Error(`figure: ${mark}: expected one of ${VALUES.join(", ")}, got ${value}`);
  const decimals = /^0(?:\.(0+))?$/.exec(format ?? "");
  if (decimals === null) throw new Error(`figure: ${mark}: expected a format such as 0 or 0.00, got ${format}`);
  const number =
    value === "inverse ratio"
      ? 1 / figure.ratio.median
      : figure[value === "ours" || value === "floor" ? value : "ratio"].median;
  const digits = decimals[1]?.length ?? 0;
  return number.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
