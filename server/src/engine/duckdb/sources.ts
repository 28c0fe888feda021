import { type PlainSource, quoteName, quoteText } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import { createTableAccess } from "../postgres/table-access";
import type { SourceState, Sources, TransactionWatermark } from "../sources";
import { attachedPostgres } from "./attached-postgres";
import { type OpenEngine, withDuckdb } from "./process/index";
import { relationText } from "./relation-text";
import { createSourceCatalog } from "./source-catalog";

/** Files tell no transactions. */
const NO_WATERMARK: TransactionWatermark = { cluster: "", transaction: "0" };

/** Describes the files, tables and queries of a DuckDB engine, and the state of their rows. */
export function createDuckdbSources(engine: OpenEngine): Sources {
  return {
    ...createSourceCatalog(engine),

    async tableAccess(sources, options) {
      const tables = sources.filter(({ relation }) => relation.kind === "table");
      if (tables.length === 0 || engine.settings.url === null) return [];
      return withDuckdb(engine, { ...options, isShort: true }, (session) =>
        createTableAccess(attachedPostgres(session))(tables),
      );
    },

    async exampleKey({ schema, table }, key) {
      if (engine.settings.url === null) return null;
      const columns = key.map(quoteName);
      const text = `select ${columns.map((column) => `cast(${column} as varchar) as ${column}`).join(", ")}
from ${["source", schema, table].map(quoteName).join(".")} where ${columns.map((column) => `${column} is not null`).join(" and ")} limit 1`;
      try {
        const [row] = await withDuckdb(engine, { deadlineMs: 10_000, isShort: true }, (session) => session.rows(text));
        return row === undefined ? null : key.map((column) => row[column] ?? "");
      } catch {
        // Only an example; doctor reports why the table cannot be read.
        return null;
      }
    },

    sourceState: (source, tenant, options) => sourceState(engine, source, tenant, options),
    transactionWatermark: async () => NO_WATERMARK,
    writesSince: async () => "unknown",
  };
}

async function sourceState(
  engine: OpenEngine,
  source: PlainSource,
  tenant: string | null,
  options: CallOptions | undefined,
): Promise<SourceState> {
  const own = source.tenant === null ? "" : ` where cast(source.${quoteName(source.tenant)} as varchar) = $1`;
  const rows = `${await relationText(engine, source.relation)} as source${own}`;
  const ties = source.tieBreak.map((column) => `source.${quoteName(column)}`);
  const members = source.tieBreak.map((column, index) => `${quoteText(column)}, cast(${ties[index]} as varchar)`);
  const largest =
    ties.length === 0
      ? "null"
      : `(select cast(json_object(${members.join(", ")}) as varchar) from ${rows} order by ${ties.map((tie) => `${tie} desc nulls last`).join(", ")} limit 1)`;
  const text = `select count(*) as rows, ${latestText(source)} as latest, ${largest} as largest from ${rows}`;
  const parameters = source.tenant === null ? [] : [tenant];
  const [row] = await withDuckdb(engine, options ?? {}, (session) =>
    session.rows<{ rows: string; latest: string | null; largest: string | null }>(text, { parameters }),
  );
  if (row === undefined) throw new Error(`No state of source ${source.name}`);
  return {
    rows: Number(row.rows),
    latest: row.latest,
    largest: row.largest === null ? null : (JSON.parse(row.largest) as Record<string, string | null>), // built above
  };
}

function latestText({ eventTime }: PlainSource): string {
  if (eventTime === null) return "null";
  const column = `source.${quoteName(eventTime.column)}`;
  const latest = `max(${column}) filter (where isfinite(${column}))`;
  return `epoch_us(${eventTime.zone === null ? latest : `timezone(${quoteText(eventTime.zone)}, ${latest})`})`;
}
