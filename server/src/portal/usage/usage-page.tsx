import { wholeNumber } from "../parts/numbers";
import { ScrollRegion } from "../parts/scroll-region";
import { dayText, monthOf, monthStart, monthText, shiftMonth } from "../parts/times";
import type { Measure, MonthUsage, Visitor } from "../portal-services";
import type { Frame } from "../shell/document";
import { Shell } from "../shell/shell";
import { DayTable } from "./day-table";
import { courseOf } from "./forecast";
import { measureNames, measures } from "./measures";
import { MonthChart } from "./month-chart";
import { MonthLinks } from "./month-links";
import { NearLimits } from "./near-limits";
import { UsageTable } from "./usage-table";
import { UsageTile } from "./usage-tile";

export interface UsagePageProps {
  readonly frame: Frame;
  readonly visitor: Visitor;
  readonly usage: MonthUsage;
  /** Method and path of each operation, by its name. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** The measure of the chart. */
  readonly measure: Measure;
}

export function UsagePage({ frame, visitor, usage, measure, endpoints }: UsagePageProps) {
  const { now } = frame;
  const courses = measureNames.map((name) => ({ name, course: courseOf(usage, name, now) }));
  const course = courseOf(usage, measure, now);
  const { errors, requests } = usage.used;
  const total = requests + errors;
  const isCurrent = usage.month === monthOf(now);
  return (
    <Shell frame={frame} visitor={visitor} section="usage" title="Usage">
      <div class="head">
        <div>
          <h1>Usage</h1>
          <p>
            {`All keys of ${visitor.organisation.name} together may make ${wholeNumber(usage.rate.perSecond)} requests per second, and ${wholeNumber(usage.rate.burst)} at once.`}
          </p>
        </div>
      </div>
      {isCurrent ? <NearLimits usage={usage} courses={courses} /> : null}
      <section class="section" aria-labelledby="month">
        <header>
          <div class="row">
            <h2 id="month">{monthText(usage.month)}</h2>
            <MonthLinks month={usage.month} measure={measure} now={now} />
          </div>
          <span class="muted small">
            {isCurrent ? `Resets ${dayText(monthStart(shiftMonth(usage.month, 1)))}, 00:00 UTC` : "Days are UTC"}
          </span>
        </header>
        <div class="card">
          <div class="tiles">
            {measureNames.map((name) => (
              <UsageTile measure={name} usage={usage} />
            ))}
            <div class="tile">
              <h3>Errors</h3>
              <div class="value">{wholeNumber(errors)}</div>
              <p>
                {total === 0 ? "Not" : `${((errors / total) * 100).toFixed(errors === 0 ? 0 : 2)} %, not`} counted
                against a limit
              </p>
            </div>
          </div>
          {usage.days.length === 0 ? null : (
            <figure class="pad">
              <div class="row chart-head">
                <nav class="segment" aria-label="Measure of the chart">
                  {measureNames.map((name) => (
                    <a
                      href={`/portal/usage?month=${usage.month}&measure=${name}`}
                      aria-current={name === measure ? "true" : undefined}
                    >
                      {measures[name].title}
                    </a>
                  ))}
                </nav>
              </div>
              <ScrollRegion label="Chart">
                <MonthChart usage={usage} measure={measure} course={course} />
              </ScrollRegion>
              <figcaption class="row">
                <span class="legend grow">
                  <span>
                    <i />
                    {`${measures[measure].title}, cumulative`}
                  </span>
                  {course.expected === null ? (
                    isCurrent ? (
                      <span>A forecast follows after three full days</span>
                    ) : null
                  ) : (
                    <span>
                      <i class="d" />
                      {`${measures[measure].short(course.expected)} expected at the recent pace`}
                    </span>
                  )}
                </span>
                <DayTable usage={usage} measure={measure} />
              </figcaption>
            </figure>
          )}
        </div>
      </section>
      {usage.byKey.length === 0 ? (
        <div class="empty">
          <h3>{`No requests in ${monthText(usage.month)}`}</h3>
          <p>Make a request with a key: it is counted here within seconds, by key and by operation.</p>
          <div class="row">
            <a class="button primary" href="/portal/keys">
              API keys
            </a>
          </div>
        </div>
      ) : (
        <>
          <UsageTable
            id="by-key"
            title="By key"
            subject="Key"
            rows={usage.byKey.map((row) => ({ ...row, key: row.keyId, head: <bdi class="clip">{row.name}</bdi> }))}
          />
          <UsageTable
            id="by-operation"
            title="By operation"
            subject="Operation"
            extra={["p50", "p99"]}
            rows={usage.byOperation.map((row) => ({
              ...row,
              key: row.operation,
              head: <code>{endpoints.get(row.operation) ?? row.operation}</code>,
              extra: [milliseconds(row.p50Ms), milliseconds(row.p99Ms)],
            }))}
          />
        </>
      )}
    </Shell>
  );
}

function milliseconds(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
