import { dayOf, dayText, monthText } from "../parts/times";
import type { Measure, MonthUsage } from "../portal-services";
import { chartTicks } from "./chart-ticks";
import { type Course, NEAR } from "./forecast";
import { measures } from "./measures";

interface MonthChartProps {
  readonly usage: MonthUsage;
  readonly measure: Measure;
  readonly course: Course;
}

/** A size of the chart. Its texts keep their size, so a narrow screen gets a chart of its own with fewer of them. */
interface ChartSize {
  readonly id: "wide" | "narrow";
  readonly width: number;
  /** Days with a label. */
  readonly labelled: readonly number[];
  /** The part of the month that the labels of a point take. */
  readonly labelShare: number;
}

const sizes: readonly ChartSize[] = [
  { id: "wide", width: 960, labelled: [1, 8, 15, 22, 29], labelShare: 0.2 },
  { id: "narrow", width: 290, labelled: [1, 15, 29], labelShare: 0.5 },
];
const HEIGHT = 200;

/** A limit this many times above the course would press it to the ground: then the chart only names it. */
const FAR = 8;

/** The sum of a measure over the days of a month, with its limit and what is expected. The style shows one size. */
export function MonthChart(props: MonthChartProps) {
  return (
    <>
      {sizes.map((size) => (
        <SizedChart {...props} size={size} />
      ))}
    </>
  );
}

/** SVG from numbers alone. */
function SizedChart({ usage, measure, course, size }: MonthChartProps & { readonly size: ChartSize }) {
  const { id, width, labelled, labelShare } = size;
  const { title, short, round } = measures[measure];
  const { sums, daysOfMonth, expected } = course;
  const limit = usage.limits[measure];
  const used = sums.at(-1) ?? 0;
  const most = Math.max(used, expected ?? 0);
  const isNear = limit !== null && limit <= Math.max(most, 1) * FAR;
  const top = (isNear ? Math.max(most, limit) : Math.max(most, 4)) * 1.04;
  const ticks = chartTicks(top);
  const x = (day: number): number => rounded((day / daysOfMonth) * width);
  const y = (value: number): number => rounded(HEIGHT - (value / top) * HEIGHT);
  // Day 0: the start of the month.
  const points = [0, ...sums].map((sum, day) => `${x(day)},${y(sum)}`).join("L");
  const today = sums.length;
  const shown = isNear ? ticks.filter((tick) => Math.abs(y(tick) - y(limit)) > 18) : ticks;
  const labelLeft = today > daysOfMonth * (1 - labelShare);
  // Above the point if it would meet the axis, or the line on its left.
  const labelAbove = labelLeft || y(used) > HEIGHT - 24;
  return (
    <svg
      class={`chart ${id}-only`}
      viewBox={`-52 -14 ${width + 60} 246`}
      role="img"
      aria-labelledby={`chart-title-${id} chart-text-${id}`}
    >
      <title id={`chart-title-${id}`}>{`${title} in ${monthText(usage.month)}`}</title>
      <desc id={`chart-text-${id}`}>{describe({ usage, measure, course })}</desc>
      {shown.map((tick) => (
        <g>
          <line class="grid" x1={0} x2={width} y1={y(tick)} y2={y(tick)} />
          <text x={-10} y={rounded(y(tick) + 4)} text-anchor="end">
            {round(tick)}
          </text>
        </g>
      ))}
      {isNear ? <Limits limit={limit} text={round(limit)} width={width} y={y} /> : null}
      <path class="area" d={`M${points}L${x(today)},${HEIGHT}Z`} />
      {expected === null ? null : <path class="ahead" d={`M${x(today)},${y(used)}L${width},${y(expected)}`} />}
      <path class="line" d={`M${points}`} />
      <circle class="dot" cx={x(today)} cy={y(used)} r="4" />
      <text
        class="label"
        x={x(today) + (labelLeft ? -12 : 12)}
        y={rounded(y(used) + (labelAbove ? -10 : 16))}
        text-anchor={labelLeft ? "end" : "start"}
      >
        {`${short(used)}${expected === null ? "" : " today"}`}
      </text>
      {expected === null || daysOfMonth - today < daysOfMonth * labelShare ? null : (
        <text x={width} y={rounded(y(expected) - 9)} text-anchor="end">
          {`${short(expected)} expected`}
        </text>
      )}
      {labelled
        .filter((day) => day <= daysOfMonth)
        .map((day) => (
          <text x={x(day)} y={222} text-anchor="middle">
            {dayText(dayOf(usage.month, day))}
          </text>
        ))}
    </svg>
  );
}

interface LimitsProps {
  readonly limit: number;
  readonly text: string;
  readonly width: number;
  readonly y: (value: number) => number;
}

function Limits({ limit, text, width, y }: LimitsProps) {
  const near = limit * NEAR;
  return (
    <g>
      <line class="guide" x1={0} x2={width} y1={y(near)} y2={y(near)} />
      <text class="warned" x={2} y={rounded(y(near) - 6)}>
        Notice at 80 %
      </text>
      <line class="limit" x1={0} x2={width} y1={y(limit)} y2={y(limit)} />
      <text class="label" x={2} y={rounded(y(limit) - 7)}>
        Monthly limit
      </text>
      <text x={-10} y={rounded(y(limit) + 4)} text-anchor="end">
        {text}
      </text>
    </g>
  );
}

/** The chart in one sentence. */
export function describe({ usage, measure, course }: MonthChartProps): string {
  const { subject, exact, short } = measures[measure];
  const used = course.sums.at(-1) ?? 0;
  const limit = usage.limits[measure];
  const day = dayText(dayOf(usage.month, Math.max(course.sums.length, 1)));
  const sum = `${exact(used)} ${subject} by ${day}${limit === null ? ", without a limit" : ` of ${exact(limit)}`}`;
  if (course.expected === null) return `${sum}.`;
  return `${sum}; at the pace of the last days ${short(course.expected)} by the end of the month.`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
