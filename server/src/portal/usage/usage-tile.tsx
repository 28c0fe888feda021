import type { Measure, MonthUsage } from "../portal-services";
import { NEAR } from "./forecast";
import { measures } from "./measures";

interface UsageTileProps {
  readonly measure: Measure;
  readonly usage: MonthUsage;
}

/** A figure with the meter of its limit. */
export function UsageTile({ measure, usage }: UsageTileProps) {
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
      {limit === null ? null : <Verdict usage={usage} used={used} limit={limit} />}
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
}

function Verdict({ usage, used, limit }: VerdictProps) {
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
  return (
    <p>
      <span class="tag warn">{percent}</span>
    </p>
  );
}
