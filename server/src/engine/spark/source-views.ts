import { type FeatureView, pathBelowRoots, sparkFilesView, sparkTableView } from "@featstore/definitions/compiler";
import { readsOf } from "../duckdb/with-sources";
import { EngineError } from "../engine-error";
import type { LocatedTable } from "../located-table";
import type { OpenSpark } from "./open-spark";

/** Returns the statements that create the views of the files that views read. Error: `engine_source_failed`. */
export function filesViewsOf({ settings: { roots } }: OpenSpark, views: readonly FeatureView[]): readonly string[] {
  return readsOf(views).sources.flatMap(({ relation }) => {
    if (relation.kind !== "files") return [];
    try {
      return [sparkFilesView(relation, pathInSpark(pathBelowRoots(relation.path, roots) ?? relation.path))];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new EngineError("engine_source_failed", `${error.message}.`, { cause: error });
    }
  });
}

/** A path on S3 as Hadoop's file system names it, which every Spark has. */
export function pathInSpark(path: string): string {
  return path.replace(/^s3:/, "s3a:");
}

/** Returns the statements that create the views of Iceberg tables, at the snapshots of these. */
export function tableViewsOf(tables: readonly LocatedTable[]): readonly string[] {
  return tables.map(({ relation, snapshot }) => sparkTableView(relation, snapshot));
}
