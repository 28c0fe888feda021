import { dayText, monthStart } from "../parts/times";
import type { Measure, MonthUsage } from "../portal-services";
import { type Course, NEAR } from "./forecast";
import { measures } from "./measures";

interface UsageTileProps {
  readonly measure: Measure;
  readonly usage: MonthUsage;
  readonly course: Course;
}

/** A figure with the meter of its limit. */
export function UsageTile({ measure, usage, course }: UsageTileProps) {
  const { title, short, round } = measures[measure];
  const used = usage.used[measure];
  const limit = usage.limits[measure];
  return (
    <div class="tile">
      <h3>{title}</h3>
      <div class="value">
        {short(used)} {limit === null ? null : <small>{`of ${round(limit)}`}</small>}
      </div>
      {limit === null ? <p>No limit</p> : <Meter share={limit === 0 ? 1 : used / limit} />}
      {limit === null ? null : <Verdict usage={usage} used={used} limit={limit} reachedOn={course.reachedOn} />}
    </div>
  );
}

function Meter({ share }: { readonly share: number }) {
  const state = share >= 1 ? "full" : share >= NEAR ? "near" : "used";
  return (
    <svg class="meter" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="all" width="100" height="4" rx="1" />
      <rect class={state} width={Math.min(100, share * 100).toFixed(1)} height="4" rx="1" />
    </svg>
  );
}

interface VerdictProps {
  readonly usage: MonthUsage;
  readonly used: number;
  readonly limit: number;
  readonly reachedOn: number | null;
}

function Verdict({ usage, used, limit, reachedOn }: VerdictProps) {
  const share = limit === 0 ? 1 : used / limit;
  // Rounded down, so that 100 % means that nothing is left.
  const percent = `${Math.floor(share * 100)} % used`;
  if (share >= 1) {
    const after = usage.excess === "refuse" ? "requests are refused" : "the excess is served and reported";
    return (
      <p>
        <span class="tag bad">{`${percent}, ${after}`}</span>
      </p>
    );
  }
  if (share < NEAR) return <p>{percent}</p>;
  const start = monthStart(usage.month);
  const day = reachedOn === null ? null : new Date(start.getTime() + (reachedOn - 1) * 86_400_000);
  return (
    <p>
      <span class="tag warn">{day === null ? percent : `${percent}, reached about ${dayText(day)}`}</span>
    </p>
  );
}
