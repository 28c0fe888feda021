import { type FeatureView, instantText, keepsItsKeys } from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../database/index";
import type { FullReason, Run } from "./view-fills";

/** The run whose generation is served, from which an incremental run looks for changes. */
export interface ServedRun {
  /** As ISO text. */
  readonly asOf: string;
  /** The snapshots of the Iceberg tables that it read, by the names of the tables. */
  readonly snapshots: ReadonlyMap<string, string | null>;
}

/** Reads what the served run of a run's view read; null if nothing is served. */
export async function servedRun(
  database: Database,
  { view, version }: Run,
  options: CallOptions,
): Promise<ServedRun | null> {
  const [row] = await database.query<{ as_of: string; read_tables: string | null }>(
    {
      text: `select featstore.epoch_microseconds(g.as_of)::text as as_of, g.read_tables::text as read_tables
        from featstore.generations as g
        join featstore.feature_views as v on v.name = g.view and v.version = g.version and v.served_generation = g.generation
        where g.view = $1::text and g.version = $2::text::integer`,
      parameters: [view, String(version)],
    },
    options,
  );
  if (row === undefined) return null;
  // Written by load-rows.ts.
  const tables = JSON.parse(row.read_tables ?? "[]") as readonly { table: string; snapshot: string | null }[];
  return {
    asOf: instantText(BigInt(row.as_of)),
    snapshots: new Map(tables.map(({ table, snapshot }) => [table, snapshot])),
  };
}

/** Returns why the changes of a view's sources cannot be found by their times. */
export function whyNotFound({ source, entity }: FeatureView): FullReason {
  const sources = entity.population === null ? [source] : [source, entity.population];
  if (!sources.every(keepsItsKeys)) return "key_may_change";
  return sources.some(({ relation }) => relation.kind === "extended") ? "source_is_extended" : "source_is_no_table";
}
