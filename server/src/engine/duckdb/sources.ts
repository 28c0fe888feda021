import { type PlainSource, plainSources, quoteName, quoteText } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import type { SourceEngine } from "../engine";
import { createTableAccess } from "../postgres/table-access";
import type { SourceState } from "../sources";
import { attachedPostgres } from "./attached-postgres";
import { filesSummary, listFiles } from "./file-schemas";
import type { OpenEngine } from "./process/index";
import { relationText } from "./relation-text";
import { createSourceCatalog } from "./source-catalog";
import { readOf, withSources } from "./with-sources";

/** Describes the files, tables and queries of a DuckDB engine, and the state of their rows. */
export function createDuckdbSources(
  engine: OpenEngine,
): Pick<SourceEngine, "describe" | "tableAccess" | "sourceState" | "writesSince"> {
  return {
    ...createSourceCatalog(engine),

    async tableAccess(sources, options) {
      const tables = sources.filter(({ relation }) => relation.kind === "table");
      if (tables.length === 0 || engine.settings.url === null) return [];
      const reads = { sources: tables.flatMap(plainSources).map(readOf) };
      return withSources(engine, reads, { ...options, isShort: true }, (session) =>
        createTableAccess(attachedPostgres(session))(tables),
      );
    },

    sourceState: (source, tenant, options) => sourceState(engine, source, tenant, options),
    // Files do not show which of their rows are new; their list is part of the state.
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
  const rows = `${relationText(engine.name, source.relation)} as source${own}`;
  const ties = source.tieBreak.map((column) => `source.${quoteName(column)}`);
  const members = source.tieBreak.map((column, index) => `${quoteText(column)}, cast(${ties[index]} as varchar)`);
  const largest =
    ties.length === 0
      ? "null"
      : `(select cast(json_object(${members.join(", ")}) as varchar) from ${rows} order by ${ties.map((tie) => `${tie} desc nulls last`).join(", ")} limit 1)`;
  const text = `select count(*) as rows, ${latestText(source)} as latest, ${largest} as largest from ${rows}`;
  const parameters = source.tenant === null ? [] : [tenant];
  const { relation } = source;
  const reads = { sources: [readOf(source)] };
  const { row, files, table } = await withSources(engine, reads, options ?? {}, async (session, [table]) => {
    // The files first: those of the rows are then these or newer ones.
    const files = relation.kind === "files" ? filesSummary(await listFiles(session, [relation.path])) : undefined;
    const [row] = await session.rows<StateRow>(text, { parameters });
    return { row, files, table };
  });
  if (row === undefined) throw new Error(`No state of source ${source.name}`);
  return {
    engine: engine.name,
    ...(files && { files }),
    ...(table && { snapshot: table.snapshot }),
    rows: Number(row.rows),
    latest: row.latest,
    largest: row.largest === null ? null : (JSON.parse(row.largest) as Record<string, string | null>), // built above
  };
}

interface StateRow {
  readonly rows: string;
  readonly latest: string | null;
  readonly largest: string | null;
}

function latestText({ eventTime }: PlainSource): string {
  if (eventTime === null) return "null";
  const column = `source.${quoteName(eventTime.column)}`;
  const latest = `max(${column}) filter (where isfinite(${column}))`;
  return `epoch_us(${eventTime.zone === null ? latest : `timezone(${quoteText(eventTime.zone)}, ${latest})`})`;
}
