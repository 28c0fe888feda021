import { quoteText } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import type { LocatedTable } from "../located-table";
import type { FullReason } from "../view-fills";
import type { DuckdbSession } from "./process/index";

/** A snapshot of an Iceberg table. */
export interface Snapshot {
  readonly id: string;
  readonly parent: string | null;
  /** The id of the schema with which it was written; null in tables of the first format. */
  readonly schema: string | null;
  /** `append`, `overwrite`, `delete`; `replace` changes files and no rows. */
  readonly operation: string | null;
  /** How many files of deleted rows it has. */
  readonly deletes: string | null;
}

/** Reads the snapshots that a table's metadata file lists. */
export async function readSnapshots(
  session: DuckdbSession,
  { metadata }: LocatedTable,
  options: CallOptions,
): Promise<readonly Snapshot[]> {
  const compression = metadata.includes(".gz.") ? ", compression = 'gzip'" : "";
  return session.rows<Snapshot & Record<string, string | null>>(
    `select snapshot->>'$."snapshot-id"' as id, snapshot->>'$."parent-snapshot-id"' as parent, snapshot->>'$."schema-id"' as schema,
  snapshot->>'$.summary.operation' as operation, snapshot->>'$.summary."total-delete-files"' as deletes
from (
  select unnest(json->'$.snapshots[*]') as snapshot
  from read_json_objects(${quoteText(metadata)}, format = 'unstructured'${compression})
)`,
    options,
  );
}

/**
 * Returns why the rows that changed in a table after one snapshot cannot be found; null if they can. Iceberg finds them where no
 * snapshot in between has files of deleted rows.
 */
export function whyWithoutChanges(
  snapshots: readonly Snapshot[],
  { after, until }: { readonly after: string | null | undefined; readonly until: string | null },
): FullReason | null {
  if (after === undefined || after === null) return "no_baseline";
  if (after === until) return null;
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  const first = byId.get(after);
  if (first === undefined) return "source_snapshot_expired";
  for (let at = until; at !== after; ) {
    const snapshot = at === null ? undefined : byId.get(at);
    if (snapshot === undefined) return "source_rolled_back";
    if (snapshot.schema !== first.schema) return "source_altered";
    if (snapshot.operation !== "replace" && snapshot.deletes !== null && snapshot.deletes !== "0")
      return "source_has_delete_files";
    at = snapshot.parent;
  }
  return null;
}
