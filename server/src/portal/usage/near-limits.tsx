import { Notice } from "../parts/notice";
import { dayOf, dayText, monthStart, shiftMonth } from "../parts/times";
import type { Measure, MonthUsage } from "../portal-services";
import { type Course, NEAR } from "./forecast";
import { measures } from "./measures";

interface NearLimitsProps {
  readonly usage: MonthUsage;
  readonly courses: readonly { readonly name: Measure; readonly course: Course }[];
}

/** A sentence for each limit that is near or reached. */
export function NearLimits({ usage, courses }: NearLimitsProps) {
  const resets = dayText(monthStart(shiftMonth(usage.month, 1)));
  return (
    <>
      {courses.map(({ name, course }) => {
        const limit = usage.limits[name];
        const share = limit === null ? 0 : limit === 0 ? 1 : usage.used[name] / limit;
        if (share < NEAR) return null;
        const { subject } = measures[name];
        if (share >= 1) {
          return (
            <Notice kind={usage.excess === "refuse" ? "bad" : "warn"}>
              <strong>{`This month's ${subject} are used up.`}</strong>{" "}
              {usage.excess === "refuse"
                ? `Requests get 429 until ${resets}, 00:00 UTC. Ask your operator for another tier.`
                : "Requests are still served, and the excess is reported to your operator."}
            </Notice>
          );
        }
        const day = course.reachedOn;
        return (
          <Notice kind="warn">
            <strong>{`${Math.floor(share * 100)} % of this month's ${subject} are used.`}</strong>{" "}
            {course.expected === null
              ? null
              : day === null
                ? "At this pace they last until the end of the month."
                : `At this pace the limit is reached on ${dayText(dayOf(usage.month, day))}.`}
          </Notice>
        );
      })}
    </>
  );
}
