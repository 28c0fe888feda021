export interface ChartBar {
  readonly value: number;
  /** Smallest and largest, drawn as a whisker; both equal the value if there was one round. */
  readonly smallest: number;
  readonly largest: number;
  /** The index of its series. */
  readonly series: number;
  /** The label next to the bar. */
  readonly text: string;
}

export interface ChartRow {
  readonly label: string;
  readonly bars: readonly ChartBar[];
  /** The first bar's target, drawn as a line; null if there is none. */
  readonly mark: number | null;
}

export interface Chart {
  readonly title: string;
  /** The axis label. */
  readonly axis: string;
  /** The names of the series, at most two. */
  readonly series: readonly string[];
  readonly rows: readonly ChartRow[];
  /** The value of a line through all rows, such as the floor's 1; null for no line. */
  readonly reference: number | null;
}

const WIDTH = 860;
const LABELS = 250;
const TEXTS = 120;
const BAR = 14;
const GAP = 12;
const HEAD = 58;
const FOOT = 44;
const COLOURS = ["#2f6f9f", "#b8bfc6"];
const MARK = "#c0392b";
const INK = "#24292f";
const HALO = 'paint-order="stroke" stroke="#ffffff" stroke-width="3"';

/** Draws a horizontal bar chart as a self-contained SVG document. */
export function barChart({ title, axis, series, rows, reference }: Chart): string {
  const heights = rows.map(({ bars }) => bars.length * BAR + GAP);
  const plotHeight = heights.reduce((sum, height) => sum + height, 0);
  const height = HEAD + plotHeight + FOOT;
  const values = rows.flatMap(({ bars, mark }) => [...bars.map(({ largest }) => largest), mark ?? 0]);
  const { max, step } = axisOf(Math.max(...values, reference ?? 0));
  const x = (value: number) => LABELS + (Math.min(value, max) / max) * (WIDTH - LABELS - TEXTS);
  const bottom = HEAD + plotHeight;

  const ticks = Array.from({ length: Math.round(max / step) + 1 }, (_, index) => index * step).map(
    (value) =>
      line(x(value), HEAD, x(value), bottom, "#e5e7ea") +
      text(x(value), bottom + 16, tickText(value, step), 'text-anchor="middle" fill="#57606a"'),
  );
  const names = series.map(
    (name, index) =>
      rect(LABELS + index * 210, 34, 12, 12, COLOURS[index] ?? INK) + text(LABELS + index * 210 + 18, 44, name),
  );
  let top = HEAD;
  const drawn = rows.map((row, index) => {
    const at = top;
    top += heights[index] ?? 0;
    return rowOf(row, at, x);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    rect(0, 0, WIDTH, height, "#ffffff"),
    text(12, 20, title, 'font-size="14" font-weight="600"'),
    ...names,
    ...ticks,
    ...(reference === null ? [] : [line(x(reference), HEAD, x(reference), bottom, INK)]),
    ...drawn,
    text(LABELS, bottom + 34, axis, 'fill="#57606a"'),
    "</svg>\n",
  ].join("\n");
}

function rowOf({ label, bars, mark }: ChartRow, top: number, x: (value: number) => number): string {
  const middle = top + (bars.length * BAR) / 2;
  const drawn = bars.map(({ value, smallest, largest, series }, index) => {
    const y = top + index * BAR;
    const whisker = largest > smallest ? line(x(smallest), y + BAR / 2, x(largest), y + BAR / 2, INK) : "";
    return rect(x(0), y + 1, x(value) - x(0), BAR - 2, COLOURS[series] ?? INK) + whisker;
  });
  const target = mark === null ? "" : line(x(mark), top - 2, x(mark), top + BAR + 2, MARK, 2);
  // Drawn last, with a halo, since a line may cross the texts.
  const texts = bars.map(({ value, largest, text: caption }, index) =>
    text(Math.max(x(value), x(largest)) + 6, top + index * BAR + BAR / 2 + 4, caption, HALO),
  );
  return [text(LABELS - 10, middle + 4, label, 'text-anchor="end"'), ...drawn, target, ...texts].join("");
}

/** Computes the axis's end and a step of 1, 2 or 5 that gives at most ten intervals. */
function axisOf(largest: number): { readonly max: number; readonly step: number } {
  const minStep = (largest > 0 ? largest : 1) / 8;
  const power = 10 ** Math.floor(Math.log10(minStep));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= minStep) ?? power * 10;
  return { max: Math.ceil((largest > 0 ? largest : 1) / step - 1e-9) * step, step };
}

function tickText(value: number, step: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: Math.max(0, -Math.floor(Math.log10(step))) });
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}" stroke-width="${width}"/>`;
}

function rect(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" fill="${colour}"/>`;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  const ink = attributes.includes("fill=") ? "" : ` fill="${INK}"`;
  return `<text x="${at(x)}" y="${at(y)}"${ink}${attributes === "" ? "" : ` ${attributes}`}>${escaped(content)}</text>`;
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
