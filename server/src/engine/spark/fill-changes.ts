import {
  changedKeysTable,
  columnsOf,
  compileChangedEntities,
  compileLateEntities,
  dialects,
  type FeatureView,
  relationName,
  sparkChangesView,
  sparkName,
} from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../../database/index";
import { type AppliedView, hasOwnQuery, keyColumns } from "../applied-view";
import { copyTexts } from "../duckdb/copy-text";
import { fittingKeys } from "../duckdb/fill-changes";
import { createRunLoader } from "../duckdb/load-rows";
import { withDuckdb } from "../duckdb/process/index";
import { whyWithoutChanges } from "../duckdb/table-history";
import type { LocatedTable } from "../located-table";
import { type ServedRun, servedRun, whyNotFound } from "../served-run";
import type { FilledChanges, FillOptions, FullReason, Run } from "../view-fills";
import { SparkError, type SparkSession } from "./connect/index";
import { type OpenSpark, withSpark } from "./open-spark";
import type { ResultFolders } from "./result-folders";
import { readState, type SourcesState } from "./source-state";
import { filesViewsOf, pathInSpark, tableViewsOf } from "./source-views";
import { writeRunRows, writtenRows } from "./write-rows";

export interface ChangesOptions {
  readonly database: Database;
  readonly engine: OpenSpark;
  readonly folders: ResultFolders;
  readonly fillOptions: FillOptions;
}

/**
 * Computes the entities whose rows changed since the served generation, or returns why the run has to be full. Of Iceberg tables, the
 * snapshots tell which rows were added and removed; of files, a promised lateness does.
 */
export async function fillChanges(
  { database, engine, folders, fillOptions }: ChangesOptions,
  run: Run,
  applied: AppliedView,
): Promise<FilledChanges | { readonly full: FullReason }> {
  const { view } = applied;
  const { onProgress: _, ...options } = fillOptions;
  const loader = createRunLoader(database, run, view, options);
  const fullBecause = async (full: FullReason) => ({ full: (await loader.beginChanges({ full })) ?? full });
  const served = await servedRun(database, run, options);
  if (served === null) return fullBecause("no_baseline");
  const found = compileLateEntities(dialects.spark, view, served.asOf, { hasChanges: true });
  if (found === null) return fullBecause(whyNotFound(view));
  if (!hasOwnQuery(applied, "spark")) return fullBecause("other_compiler");
  const state = await readState(engine, view, options, { withHistory: true });
  const reason = whyNot(state, served);
  if (reason !== null) return fullBecause(reason);

  const folder = await folders.create(run, options);
  const [keys, rows] = [`${folder.path}/keys`, `${folder.path}/rows`];
  const inDuckdb = { ...options, folders: [folder.path] };
  try {
    return await withSpark(engine, options, async (spark) => {
      for (const text of viewsOf(engine, view, state, served)) await spark.run(text, options);
      const isScanned = await writeRunRows({ engine, spark }, run, keys, found, fillOptions).then(
        () => true,
        refusedBySpark,
      );
      if (!isScanned) return fullBecause("source_not_scanned");
      const count = await countOf(spark, keys, options);
      const changes = {
        engine: engine.name,
        files: state.files,
        tables: state.tables,
        since: served.asOf,
        keys: count,
      };
      const full = await loader.beginChanges(changes);
      if (full !== null) return { full };

      const table = changedKeysTable(view);
      await spark.run(
        `create or replace temporary view ${sparkName(table)} as select * from ${parquet(keys)}`,
        options,
      );
      const changed = compileChangedEntities(dialects.spark, view, { keys: { schema: null, table } });
      await writeRunRows({ engine, spark }, run, rows, changed, fillOptions);
      return withDuckdb(engine.files, inDuckdb, (session) => {
        const selected = `select ${copyTexts(columnsOf(view))} from ${writtenRows(rows)} where ${fittingKeys(view)}`;
        const keyRows = session.stream(
          `select ${copyTexts(keyColumns(view))} from ${writtenRows(keys)}`,
          "csv",
          options,
        );
        return loader.loadChanges(changes, keyRows, [session.stream(selected, "csv", options)]);
      });
    });
  } finally {
    await folder.remove();
  }
}

/** Returns why the changes of one of the tables cannot be found; null if those of all can. */
function whyNot({ tables, histories }: SourcesState, served: ServedRun): FullReason | null {
  for (const [index, table] of tables.entries()) {
    const reason = whyWithoutChanges(histories[index] ?? [], rangeOf(table, served));
    if (reason !== null) return reason;
  }
  return null;
}

function rangeOf({ relation, snapshot }: LocatedTable, { snapshots }: ServedRun) {
  return { after: snapshots.get(relationName(relation)), until: snapshot };
}

function viewsOf(engine: OpenSpark, view: FeatureView, { tables }: SourcesState, served: ServedRun): readonly string[] {
  const changes = tables.flatMap((table) => {
    const { after, until } = rangeOf(table, served);
    return after == null || until === null ? [] : [sparkChangesView(table.relation, { after, until })];
  });
  return [...filesViewsOf(engine, [view]), ...tableViewsOf(tables), ...changes];
}

/** Spark could read the table, but not what changed in it, such as files of deleted rows that no summary counts. */
function refusedBySpark(error: unknown): false {
  if (error instanceof SparkError && error.code === "engine_statement_failed") return false;
  throw error;
}

async function countOf(spark: SparkSession, path: string, options: CallOptions): Promise<number> {
  const [row] = await spark.rows<{ keys: bigint }>(`select count(*) as keys from ${parquet(path)}`, options);
  return Number(row?.keys);
}

function parquet(path: string): string {
  return `parquet.${sparkName(pathInSpark(path))}`;
}
