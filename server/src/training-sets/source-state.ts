import type { PlainSource } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, quoteIdentifier } from "../database/index";
import type { SourceState } from "./training-set-types";

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
    source.tenant === null ? "" : ` where source.${quoteIdentifier(source.tenant)}::text = $1::text`
  }`;
  const ties = source.tieBreak.map((column) => `source.${quoteIdentifier(column)}`);
  const largest = `(select json_build_object(${source.tieBreak
    .map((column) => `${quoteLiteral(column)}, source.${quoteIdentifier(column)}::text`)
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

export function relationText(relation: PlainSource["relation"]): string {
  if (relation.kind === "query") return `(\n${relation.text}\n)`;
  const table = quoteIdentifier(relation.table);
  return relation.schema === null ? table : `${quoteIdentifier(relation.schema)}.${table}`;
}

function latestText({ eventTime }: PlainSource): string {
  if (eventTime === null) return "null::text";
  const column = `source.${quoteIdentifier(eventTime.column)}`;
  const latest = `max(${column}) filter (where isfinite(${column}))`;
  const instant = eventTime.zone === null ? latest : `(${latest}) at time zone ${quoteLiteral(eventTime.zone)}`;
  return `(extract(epoch from ${instant}) * 1000000)::bigint::text`;
}

// Assumes standard_conforming_strings, which every session here has.
function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
