import type { Child } from "hono/jsx";
import { Cell } from "../parts/cell";
import { shortBytes, wholeNumber } from "../parts/numbers";
import { ScrollRegion } from "../parts/scroll-region";
import { TableHead } from "../parts/table-head";
import type { Counts } from "../portal-services";

interface UsageTableProps {
  readonly id: string;
  readonly title: string;
  /** The heading of the first column. */
  readonly subject: string;
  readonly rows: readonly (Counts & {
    readonly key: string;
    readonly head: Child;
    readonly extra?: readonly string[];
  })[];
  /** Headings of further columns. */
  readonly extra?: readonly string[];
}

/** Rows of a table: more would make the page too large. */
const MAX_ROWS = 50;

/** Counts by one thing, the largest first. */
export function UsageTable({ id, title, subject, rows, extra = [] }: UsageTableProps) {
  const columns = ["Requests", "Rows", "Downloads", "Errors", ...extra];
  const sorted = [...rows].sort((a, b) => b.requests - a.requests).slice(0, MAX_ROWS);
  return (
    <section class="section" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {rows.length > MAX_ROWS ? <span class="muted small">{`The ${MAX_ROWS} largest of ${rows.length}`}</span> : null}
      </header>
      <ScrollRegion label={`Table: ${title.toLowerCase()}`} card>
        <table class="table figures">
          <TableHead columns={[subject, ...columns]} />
          <tbody>
            {sorted.map(({ head, requests, rows: entities, bytes, errors, extra: more = [] }) => (
              <tr>
                <th scope="row">{head}</th>
                {[wholeNumber(requests), wholeNumber(entities), shortBytes(bytes), wholeNumber(errors), ...more].map(
                  (text, index) => (
                    <Cell of={columns[index] ?? ""} number>
                      {text}
                    </Cell>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
