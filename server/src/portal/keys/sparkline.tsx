import { wholeNumber } from "../parts/numbers";

const HEIGHT = 22;

/** Twelve bars, one per day, scaled to the largest. */
export function Sparkline({ days }: { readonly days: readonly number[] }) {
  const max = Math.max(1, ...days);
  const sum = days.reduce((total, count) => total + count, 0);
  const bars = days.map((count, index) => {
    const height = Math.max(2, Math.round((count / max) * (HEIGHT - 2)));
    return `M${index * 7} ${HEIGHT - height}h5v${height}h-5z`;
  });
  return (
    <svg
      class={sum === 0 ? "spark idle" : "spark"}
      viewBox={`0 0 84 ${HEIGHT}`}
      role="img"
      aria-label={`${wholeNumber(sum)} requests in ${days.length} days`}
    >
      <path d={bars.join("")} />
    </svg>
  );
}
