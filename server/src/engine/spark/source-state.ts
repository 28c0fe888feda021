import type { FeatureView } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import { type ReadFiles, readFiles } from "../duckdb/read-files";
import { readSnapshots, type Snapshot } from "../duckdb/table-history";
import { readsOf, withSources } from "../duckdb/with-sources";
import type { LocatedTable } from "../located-table";
import type { OpenSpark } from "./open-spark";

/** The files and tables of a view at one moment. */
export interface SourcesState {
  /** Null if the sources are no files. */
  readonly files: ReadFiles | null;
  readonly tables: readonly LocatedTable[];
  /** The snapshots of each table; empty if they were not requested. */
  readonly histories: readonly (readonly Snapshot[])[];
}

/** Reads the list of files and the snapshots of tables. Errors: those of `withSources`. */
export function readState(
  engine: OpenSpark,
  view: FeatureView,
  options: CallOptions,
  { withHistory = false }: { readonly withHistory?: boolean } = {},
): Promise<SourcesState> {
  return withSources(engine.files, readsOf([view]), { ...options, isShort: true }, async (session, tables) => {
    const histories: (readonly Snapshot[])[] = [];
    for (const table of withHistory ? tables : []) histories.push(await readSnapshots(session, table, options));
    return { files: await readFiles(session, view, options), tables, histories };
  });
}
