import { type IcebergRelation, quoteText, relationName, sparkName } from "@featstore/definitions/compiler";
import { EngineError, isFailureOfSource } from "../engine-error";
import type { LocateTable } from "../located-table";
import { openSparkSession } from "./connect/index";

/** The cluster that has the catalogs of an engine. */
export interface Cluster {
  /** The name of the engine. */
  readonly engine: string;
  /** The Connect server. A secret. */
  readonly url: string;
}

interface Found {
  readonly metadata: string;
  readonly current: bigint | null;
  /** 1 if the table has the requested snapshot. */
  readonly found: bigint;
}

/** Creates a function that finds Iceberg tables in the catalogs of a cluster. Each call opens a session, which has no older state in memory. */
export function createLocateTable({ engine, url }: Cluster): LocateTable {
  return async (relation, options) => {
    const spark = await openSparkSession({ engine, url, ...options });
    try {
      const [found] = await spark.rows<Found>(locationQuery(relation), options);
      if (found === undefined) throw new Error("A table without metadata");
      const { snapshot = null } = relation;
      if (snapshot !== null && found.found === 0n) throw withoutSnapshot(engine, relation, snapshot);
      return { relation, metadata: found.metadata, snapshot: snapshot ?? found.current?.toString() ?? null };
    } catch (error) {
      if (!(error instanceof EngineError) || !isFailureOfSource(error)) throw error;
      const detail = `Engine "${engine}" cannot open the Iceberg table ${relationName(relation)}: ${error.detail}`;
      throw new EngineError("engine_source_failed", detail, { cause: error });
    } finally {
      await spark.close();
    }
  };
}

/** Selects the newest metadata file and the snapshots of a table; all parts read the state that the session loads first. */
function locationQuery({ catalog, schema, table, snapshot }: IcebergRelation): string {
  const part = (name: string) => [catalog, schema, table, name].map(sparkName).join(".");
  const found = snapshot === undefined ? "false" : `cast(snapshot_id as string) = ${quoteText(snapshot)}`;
  return `select file as metadata,
  (select max(snapshot_id) from ${part("refs")} where name = 'main') as current,
  (select count(*) from ${part("snapshots")} where ${found}) as found
from ${part("metadata_log_entries")} order by timestamp desc, file desc limit 1`;
}

function withoutSnapshot(engine: string, relation: IcebergRelation, snapshot: string): EngineError {
  return new EngineError(
    "engine_source_failed",
    `The Iceberg table ${relationName(relation)} of engine "${engine}" has no snapshot ${snapshot}: it has expired, or the table was replaced.`,
  );
}
