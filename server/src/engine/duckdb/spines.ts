import { dialects } from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import { joinedQuery, labelsQuery, requireOwn } from "../joined-query";
import { type JoinPlanner, planJoin } from "../plan-join";
import type { EngineJoin, JoinedRow, Spines } from "../spines";
import type { OpenEngine, OperationOptions } from "./process/index";
import { createReadSpine } from "./read-spine";
import { duckdbTexts } from "./row-texts";
import { rowsInParts } from "./rows-in-parts";
import { createSpineCopies, SPINE_VIEW, type SpineRange, spineViewTexts } from "./spine-copies";
import { readsOf, withSources } from "./with-sources";

const SPINE = `${SPINE_VIEW.schema}.${SPINE_VIEW.table}`;

/** Joins copies of spines with the engine's sources. */
export function createDuckdbSpines(
  engine: OpenEngine,
  database: Database,
): Pick<Spines, "readSpine" | "planJoin" | "joinedRows" | "labelRows" | "removeSpine" | "sweepSpines"> {
  const copies = createSpineCopies(engine, database);

  function rowsOf(
    join: EngineJoin,
    text: string,
    options: OperationOptions = {},
  ): AsyncGenerator<readonly JoinedRow[]> {
    const { spine, compiled, views } = join;
    const folder = copies.folderOf(spine);
    const prepare = (range: SpineRange) => spineViewTexts(folder, spine, range);
    const query = { spine, views, prepare, text, parameters: compiled.statement.parameters };
    return rowsInParts(engine, query, { ...options, folders: [folder] });
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
          dialect: dialects.duckdb,
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
