import type { PlainSource } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, quoteName, quoteText } from "../../database/index";
import type { SourceState } from "../sources";
import { relationText } from "./relation-text";

interface Row {
  readonly rows: number;
  readonly latest: string | null;
  readonly largest: string | null;
}

/** Counts a source's rows and finds its last row, limited to what the tenant may see. */
export async function sourceState(
  database: Database,
  source: PlainSource,
  tenant: string | null,
  options: CallOptions | undefined,
): Promise<SourceState> {
  const rows = `${relationText(source.relation)} as source${
    source.tenant === null ? "" : ` where source.${quoteName(source.tenant)}::text = $1::text`
  }`;
  const ties = source.tieBreak.map((column) => `source.${quoteName(column)}`);
  const largest = `(select json_build_object(${source.tieBreak
    .map((column) => `${quoteText(column)}, source.${quoteName(column)}::text`)
    .join(", ")})::text from ${rows} order by ${ties.map((tie) => `${tie} desc nulls last`).join(", ")} limit 1)`;
  const text = `select count(*)::float8 as rows, ${latestText(source)} as latest,
  ${ties.length === 0 ? "null::text" : largest} as largest
from ${rows}`;
  const parameters = source.tenant === null ? [] : [tenant];
  const [row] = await database.query<Row>({ text, parameters }, options);
  if (row === undefined) throw new Error(`No state of source ${source.name}`);
  return {
    rows: row.rows,
    latest: row.latest,
    largest: row.largest === null ? null : (JSON.parse(row.largest) as Record<string, string | null>), // built above
  };
}

function latestText({ eventTime }: PlainSource): string {
  if (eventTime === null) return "null::text";
  const column = `source.${quoteName(eventTime.column)}`;
  const latest = `max(${column}) filter (where isfinite(${column}))`;
  const instant = eventTime.zone === null ? latest : `(${latest}) at time zone ${quoteText(eventTime.zone)}`;
  return `(extract(epoch from ${instant}) * 1000000)::bigint::text`;
}
