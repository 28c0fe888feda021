import { type IcebergRelation, isBucketPath, quoteName, quoteText } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import { EngineError } from "../engine-error";
import type { LocatedTable } from "../located-table";
import type { DuckdbSession, OpenEngine } from "./process/index";
import { requireInRoots } from "./roots";

/** DuckDB's extensions that read Iceberg tables. */
export const icebergExtensions = ["avro", "iceberg"] as const;

/**
 * Creates the view of an Iceberg table that compiled SQL reads in a session, under its three names, at one snapshot. Returns what the
 * catalog says. Errors: those of `LocateTable`; `path_outside_roots`.
 */
export async function openTable(
  engine: OpenEngine,
  session: DuckdbSession,
  relation: IcebergRelation,
  options: CallOptions,
): Promise<LocatedTable> {
  const { catalog, schema, table } = relation;
  if (engine.locateTable === null)
    throw new EngineError("engine_source_failed", `Engine "${engine.name}" has no catalog of Iceberg tables.`);
  const located = await engine.locateTable(relation, options);
  const path = located.metadata.replace(/^s3[an]:/, "s3:");
  if (isBucketPath(path)) await requireInRoots(engine, path);
  const snapshot = located.snapshot === null ? "" : `, snapshot_from_id = ${located.snapshot}`;
  const names = [catalog, schema].map(quoteName);
  await session.run(`attach if not exists ':memory:' as ${names[0]}`, options);
  await session.run(`create schema if not exists ${names.join(".")}`, options);
  await session.run(
    `create view ${[...names, quoteName(table)].join(".")} as select * from iceberg_scan(${quoteText(located.metadata)}${snapshot})`,
    options,
  );
  return located;
}
