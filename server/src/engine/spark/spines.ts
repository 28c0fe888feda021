import { dialects, type FeatureView, quoteText } from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../../database/index";
import { HOUR_MS } from "../call-function";
import { createReadSpine } from "../duckdb/read-spine";
import { duckdbTexts } from "../duckdb/row-texts";
import { rowsInParts } from "../duckdb/rows-in-parts";
import { SPINE_VIEW, type SpineRange, spineViewTexts } from "../duckdb/spine-copies";
import { readsOf, withSources } from "../duckdb/with-sources";
import { joinedQuery, labelsQuery, requireOwn } from "../joined-query";
import { type JoinPlanner, planJoin } from "../plan-join";
import type { EngineJoin, JoinedRow, Spine, SpineAt, Spines } from "../spines";
import type { SparkSession } from "./connect/index";
import { type OpenSpark, withSpark } from "./open-spark";
import { filesViewsOf, pathInSpark, tableViewsOf } from "./source-views";
import { createSpineFolders } from "./spine-folders";
import { writeRows, writtenRows } from "./write-rows";

/** The spine at its times, a view of Spark's session. */
const SPINE = { schema: null, table: "featstore_training_spine" } as const;

/** The relation of a DuckDB session with the rows that Spark has written. */
const ROWS = `${SPINE_VIEW.schema}.training_rows`;

/**
 * Joins spines with the engine's sources: Spark reads a copy of the spine in the engine's bucket, and writes typed rows in spine order
 * beside it; DuckDB makes their texts, a part of the spine at a time.
 */
export function createSparkSpines(
  engine: OpenSpark,
  database: Database,
): Pick<Spines, "readSpine" | "planJoin" | "joinedRows" | "labelRows" | "removeSpine" | "sweepSpines"> {
  const folders = createSpineFolders(database, engine);

  /** Runs the body in a session with views of a spine and of the sources of views, which are checked before. */
  async function inSession<Result>(
    spine: SpineAt,
    views: readonly [FeatureView, ...FeatureView[]],
    options: CallOptions,
    body: (spark: SparkSession) => Promise<Result>,
  ): Promise<Result> {
    const folder = await folders.make(spine, views[0], options);
    const tables = await withSources(
      engine.files,
      readsOf(views),
      { ...options, isShort: true },
      async (_session, located) => located,
    );
    return withSpark(engine, options, async (spark) => {
      for (const text of [...filesViewsOf(engine, views), ...tableViewsOf(tables), ...spineViewsOf(folder, spine)])
        await spark.run(text, options);
      return body(spark);
    });
  }

  /** Lets Spark write the rows of a join; returns the path of the folder. */
  async function writeJoin({ spine, compiled, views }: EngineJoin, options: CallOptions): Promise<string> {
    const [first, ...others] = views;
    if (first === undefined) throw new Error("A join has views");
    const folder = await folders.newFolder(spine, options);
    await inSession(spine, [first, ...others], options, (spark) =>
      writeRows({ engine, spark }, folder, compiled.statement, { ...options, tag: tagOf(spine) }),
    );
    return folder;
  }

  async function* rowsOf(
    join: EngineJoin,
    queryOf: (written: EngineJoin) => string,
    callOptions: CallOptions | undefined,
  ): AsyncGenerator<readonly JoinedRow[]> {
    const options = { deadlineMs: HOUR_MS, ...callOptions };
    const { spine, compiled } = join;
    const rows = await writeJoin(join, options);
    const local = folders.localFolderOf(spine);
    const prepare = (range: SpineRange) => [...spineViewTexts(local, spine, range), rowsViewText(rows, range)];
    const statement = { text: `select * from ${ROWS}`, parameters: [] };
    const text = queryOf({ ...join, compiled: { ...compiled, statement } });
    const query = { spine, views: [], prepare, text, parameters: [] };
    yield* rowsInParts(engine.files, query, { ...options, folders: [local, rows] });
  }

  return {
    readSpine: createReadSpine(engine.files),
    removeSpine: folders.removeSpine,
    sweepSpines: folders.sweepSpines,
    async planJoin(spine, features, maxJoinedRows, callOptions) {
      const options = { deadlineMs: HOUR_MS, ...callOptions };
      const read = [...features.features, ...features.needed];
      const [first] = read.filter(({ through }) => through === undefined);
      if (first === undefined) throw new Error("A join has features of the spine's entity");
      const views = read.map(({ registered }) => registered.view);
      return inSession(spine, [first.registered.view, ...views], options, (spark) => {
        const planner: JoinPlanner = {
          engine: engine.name,
          dialect: dialects.spark,
          table: SPINE,
          row: async ({ text, parameters }) =>
            (await spark.rows(text, { ...options, tag: tagOf(spine), parameters }))[0],
        };
        return planJoin(planner, spine, features, maxJoinedRows);
      });
    },
    joinedRows: (_spine, keys, planned, options) =>
      rowsOf(
        requireOwn(planned),
        (written) => joinedQuery(written, `${SPINE_VIEW.schema}.${SPINE_VIEW.table}`, keys, duckdbTexts),
        options,
      ),
    labelRows: (planned, options) =>
      rowsOf(requireOwn(planned), (written) => labelsQuery(written, duckdbTexts), options),
  };
}

/** Names the statements of a training set on the cluster. */
function tagOf({ id }: Spine): string {
  return `featstore-training-set-${id}`;
}

/** Returns the statements that create Spark's views of a copied spine. */
function spineViewsOf(folder: string, { secondsLater }: SpineAt): readonly string[] {
  const files = `${SPINE.table}_files`;
  return [
    `create or replace temporary view ${files} using parquet options (path ${quoteText(pathInSpark(folder))})`,
    `create or replace temporary view ${SPINE.table} as
  select * except (_as_of), _as_of + interval ${secondsLater} seconds as _as_of from ${files}`,
  ];
}

/** Returns the statement that creates DuckDB's view of a part of the rows that Spark has written. */
function rowsViewText(folder: string, { first, end }: SpineRange): string {
  return `create or replace view ${ROWS} as select * from ${writtenRows(folder)} where "_row" >= ${first} and "_row" < ${end}`;
}
