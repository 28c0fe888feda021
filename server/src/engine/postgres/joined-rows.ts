import { type CallOptions, type Database, quoteName } from "../../database/index";
import { joinedQuery, labelsQuery, requireOwn } from "../joined-query";
import { postgresTexts } from "../result-texts";
import type { JoinedRow, Spine, Spines } from "../spines";
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
    async *joinedRows(spine, keys, planned, options) {
      const join = requireOwn(planned);
      const chunkRows = await rowsAtOnce(spine, options);
      const text = joinedQuery(join, `"featstore".${quoteName(spineTable(spine))}`, keys, postgresTexts);
      const { parameters } = join.compiled.statement;
      yield* database.stream<JoinedRow>({ text, parameters }, { chunkRows, ...options });
    },

    labelRows(planned, options) {
      const join = requireOwn(planned);
      const { parameters } = join.compiled.statement;
      return database.stream<JoinedRow>(
        { text: labelsQuery(join, postgresTexts), parameters },
        { chunkRows: CHUNK_ROWS, ...options },
      );
    },
  };
}
