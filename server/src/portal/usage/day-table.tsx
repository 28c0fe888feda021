import { TableHead } from "../parts/table-head";
import { dayOf, dayText } from "../parts/times";
import type { Measure, MonthUsage } from "../portal-services";
import { measures } from "./measures";

/** The numbers of the chart. */
export function DayTable({ usage, measure }: { readonly usage: MonthUsage; readonly measure: Measure }) {
  const { title, exact } = measures[measure];
  return (
    <details class="data">
      <summary>Show as a table</summary>
      <table>
        <TableHead columns={["Day", title]} />
        <tbody>
          {usage.days.map((day) => (
            <tr>
              <th scope="row">{dayText(dayOf(usage.month, day.day))}</th>
              <td>{exact(day[measure])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
