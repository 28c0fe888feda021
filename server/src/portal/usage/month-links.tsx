import { monthOf, monthText, shiftMonth } from "../parts/times";
import type { Measure } from "../portal-services";
import { Icon } from "../shell/icons";

interface MonthLinksProps {
  readonly measure: Measure;
  readonly month: string;
  readonly now: Date;
}

/** Links to the months before and after. */
export function MonthLinks({ month, measure, now }: MonthLinksProps) {
  const linkTo = (to: string): string => `/portal/usage?month=${to}&measure=${measure}`;
  const before = shiftMonth(month, -1);
  const after = shiftMonth(month, 1);
  return (
    <nav class="row tight" aria-label="Month">
      <a class="button bare slim" href={linkTo(before)} aria-label={monthText(before)}>
        <Icon name="left" />
      </a>
      {after > monthOf(now) ? null : (
        <a class="button bare slim" href={linkTo(after)} aria-label={monthText(after)}>
          <Icon name="right" />
        </a>
      )}
    </nav>
  );
}
