import type { Database } from "../../database/index";
import { joinedQuery, labelsQuery, requireOwn } from "../joined-query";
import { type JoinPlanner, planJoin } from "../plan-join";
import type { EngineJoin, JoinedRow, SpineAt, Spines } from "../spines";
import type { OpenEngine, OperationOptions } from "./process/index";
import { createReadSpine } from "./read-spine";
import { duckdbTexts } from "./row-texts";
import { createSpineCopies, SPINE_VIEW, type SpineRange, spineViewTexts } from "./spine-copies";
import { streamed, textLines } from "./stream-rows";
import { readsOf, withSources } from "./with-sources";

const SPINE = `${SPINE_VIEW.schema}.${SPINE_VIEW.table}`;

/**
 * Rows of a spine that are joined at once, per MiB of the engine's memory. Some aggregates keep something of every pair of a spine row and
 * a source row in memory, and DuckDB cannot move it to disk. Each part reads the sources anew.
 */
const ROWS_PER_MEBIBYTE = 200;

/** Joins copies of spines with the engine's sources. */
export function createDuckdbSpines(
  engine: OpenEngine,
  database: Database,
): Pick<Spines, "readSpine" | "planJoin" | "joinedRows" | "labelRows" | "removeSpine" | "sweepSpines"> {
  const copies = createSpineCopies(engine, database);

  /**
   * Streams a query over the spine of a join, a part of the spine at a time; bytes pass through the process unparsed until they are
   * rows.
   */
  async function* rowsOf(
    join: EngineJoin,
    query: string,
    options: OperationOptions = {},
  ): AsyncGenerator<readonly JoinedRow[]> {
    const { spine, compiled, views } = join;
    const folder = copies.folderOf(spine);
    const bytes = streamed(engine, readsOf(views), { ...options, folders: [folder] }, async function* (duckdb) {
      for (const range of rangesOf(spine, engine.settings.memoryMb)) {
        for (const text of spineViewTexts(folder, spine, range)) await duckdb.run(text);
        yield* duckdb.stream(query, "json", { parameters: compiled.statement.parameters });
      }
    });
    // The statement selects texts only.
    for await (const lines of textLines(bytes)) yield lines.map((line) => JSON.parse(line) as JoinedRow);
  }

  return {
    readSpine: createReadSpine(engine),
    removeSpine: copies.removeSpine,
    sweepSpines: copies.sweepSpines,
    async planJoin(spine, features, maxJoinedRows, options) {
      const [first] = [...features.features, ...features.needed].filter(({ through }) => through === undefined);
      if (first === undefined) throw new Error("A join has features of the spine's entity");
      await copies.make(spine, first.registered.view, options);
      const folder = copies.folderOf(spine);
      const views = [...features.features, ...features.needed].map(({ registered }) => registered.view);
      return withSources(engine, readsOf(views), { ...options, folders: [folder] }, async (duckdb) => {
        for (const text of spineViewTexts(folder, spine)) await duckdb.run(text);
        const planner: JoinPlanner = {
          engine: engine.name,
          dialect: duckdbTexts,
          table: SPINE_VIEW,
          row: async ({ text, parameters }) => (await duckdb.rows(text, { parameters }))[0],
        };
        return planJoin(planner, spine, features, maxJoinedRows);
      });
    },
    joinedRows(_spine, keys, planned, options) {
      const join = requireOwn(planned);
      return rowsOf(join, joinedQuery(join, SPINE, keys, duckdbTexts), options);
    },
    labelRows(planned, options) {
      const join = requireOwn(planned);
      return rowsOf(join, labelsQuery(join, duckdbTexts), options);
    },
  };
}

/** Divides a spine by the numbers of its rows. */
function* rangesOf({ rows }: SpineAt, memoryMb: number): Generator<SpineRange> {
  const step = memoryMb * ROWS_PER_MEBIBYTE;
  for (let first = 0; first < rows; first += step) yield { first, end: first + step };
}
