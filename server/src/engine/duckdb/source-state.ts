import type { PlainSource } from "@featstore/definitions/compiler";
import { quoteName, quoteText } from "../../database/index";
import type { SourceState, Sources } from "../sources";
import { type OpenEngine, withDuckdb } from "./process/index";
import { readFiles } from "./read-files";
import { relationText } from "./relation-text";

interface Row {
  readonly rows: string;
  readonly latest: string | null;
  readonly largest: string | null;
}

/** Says what can be said of the present rows of the engine's sources: how many there are, the last one, and their files. */
export function createSourceStates(engine: OpenEngine): Pick<Sources, "sourceState" | "writesSince" | "tableAccess"> {
  return {
    async sourceState(source, tenant, options = {}): Promise<SourceState> {
      const text = await stateQuery(engine, source);
      return withDuckdb(engine, { ...options, isShort: true }, async (duckdb) => {
        const parameters = source.tenant === null ? [] : [tenant];
        const [row] = await duckdb.rows<Row>(text, { parameters });
        if (row === undefined) throw new Error(`No state of source ${source.name}`);
        const read = await readFiles(duckdb, [source], options);
        return {
          rows: Number(row.rows),
          latest: row.latest,
          largest: row.largest === null ? null : (JSON.parse(row.largest) as Record<string, string | null>), // built below
          engine: engine.name,
          ...(read === null ? {} : { files: { count: read.count, bytes: read.bytes, digest: read.digest } }),
        };
      });
    },
    // Files do not show which of their rows are new; their list is part of the state.
    writesSince: async () => "unknown",
    // PostgreSQL's privileges say nothing about files. What cannot be read, `describe` reports.
    tableAccess: async () => [],
  };
}

async function stateQuery(engine: OpenEngine, source: PlainSource): Promise<string> {
  const rows = `${await relationText(engine, source.relation)} as source${
    source.tenant === null ? "" : ` where cast(source.${quoteName(source.tenant)} as varchar) = $1`
  }`;
  const ties = source.tieBreak.map((column) => `source.${quoteName(column)}`);
  const members = source.tieBreak.flatMap((column, index) => [quoteText(column), `cast(${ties[index]} as varchar)`]);
  const order = ties.map((tie) => `${tie} desc nulls last`).join(", ");
  const largest = `(select cast(json_object(${members.join(", ")}) as varchar) from ${rows} order by ${order} limit 1)`;
  return `select count(*) as "rows", ${latestText(source)} as latest, ${ties.length === 0 ? "null" : largest} as largest
from ${rows}`;
}

function latestText({ eventTime }: PlainSource): string {
  if (eventTime === null) return "null";
  const column = `source.${quoteName(eventTime.column)}`;
  const latest = `max(${column}) filter (where isfinite(${column}))`;
  const instant = eventTime.zone === null ? latest : `(${latest}) at time zone ${quoteText(eventTime.zone)}`;
  return `cast(epoch_us(${instant}) as varchar)`;
}
