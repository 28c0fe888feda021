import type { IcebergRelation } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";

/** An Iceberg table as its catalog shows it at one moment. */
export interface LocatedTable {
  readonly relation: IcebergRelation;
  /** The path of its metadata file, as the catalog writes it: `s3a://…/metadata/00005-….metadata.json`. */
  readonly metadata: string;
  /** The id of the snapshot that is read; null: the table never had one, and no rows. */
  readonly snapshot: string | null;
}

/** Finds a table in its catalog. Errors: `engine_source_failed` if there is none, or none with the relation's snapshot. */
export type LocateTable = (relation: IcebergRelation, options: CallOptions) => Promise<LocatedTable>;
