import { jsonText } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, quoteName } from "../../database/index";
import type { JoinedColumn, JoinedRow, PlannedJoin, Spine, Spines } from "../spines";
import { spineTable } from "./spine-tables";

const CHUNK_ROWS = 1000;
const CHUNK_BYTES = 16_777_216;

/** Streams the rows of planned joins; every value is text. */
export function createJoinedRows(database: Database): Pick<Spines, "joinedRows" | "labelRows"> {
  /** Rows per fetch: fewer if the spine's rows are long. */
  async function rowsAtOnce(spine: Spine, options: CallOptions | undefined): Promise<number> {
    const text = `select max(octet_length(_passthrough)) as bytes from featstore.${quoteName(spineTable(spine))}`;
    const [longestRow] = await database.query<{ bytes: number | null }>({ text }, options);
    return Math.max(1, Math.min(CHUNK_ROWS, Math.floor(CHUNK_BYTES / (longestRow?.bytes ?? 1))));
  }

  return {
    async *joinedRows(spine, keys, join, options) {
      const chunkRows = await rowsAtOnce(spine, options);
      const statement = { text: joinedQuery(spine, keys, join), parameters: join.compiled.statement.parameters };
      yield* database.stream<JoinedRow>(statement, { chunkRows, ...options });
    },

    labelRows(join, options) {
      const { text, parameters = [] } = join.compiled.statement;
      const items = join.columns.flatMap((column, index) => [
        `${microseconds(eventTimeOf((column.view ?? 0) + 1))} as "e${index + 1}"`,
        featureValue(column, index),
      ]);
      const statement = {
        text: `select\n  ${[...items, ...lostValues(join)].join(",\n  ")}\nfrom (\n${text}\n) as "known"\norder by "known"."_row"`,
        parameters,
      };
      return database.stream<JoinedRow>(statement, { chunkRows: CHUNK_ROWS, ...options });
    },
  };
}

/** Joins the statement's rows with the spine's. */
function joinedQuery(spine: Spine, keys: readonly string[], join: PlannedJoin): string {
  const items = [
    `${microseconds('"spine"."_as_of"')} as "at"`,
    ...keys.map((name, index) => `"spine".${quoteName(name)}::text as "k${index + 1}"`),
    '"spine"."_passthrough" as "p"',
    ...join.joinedRows.map((_, index) => `${microseconds(eventTimeOf(index + 1))} as "e${index + 1}"`),
    ...lostValues(join),
    ...join.columns.map(featureValue),
  ];
  return `select
  ${items.join(",\n  ")}
from (
${join.compiled.statement.text}
) as "known"
join "featstore".${quoteName(spineTable(spine))} as "spine" on "spine"."_row" = "known"."_row"
order by "known"."_row"`;
}

function featureValue({ name, type }: JoinedColumn, index: number): string {
  return `${jsonText(`"known".${quoteName(name)}`, type)} as "f${index + 1}"`;
}

function lostValues({ compiled }: PlannedJoin): readonly string[] {
  return compiled.lost.flatMap((name, index) =>
    name === null ? [] : [`pg_catalog.to_json("known".${quoteName(name)})::text as "l${index + 1}"`],
  );
}

function eventTimeOf(view: number): string {
  return `"known"."_event_time_${view}"`;
}

function microseconds(instant: string): string {
  return `(extract(epoch from ${instant}) * 1000000)::bigint::text`;
}
