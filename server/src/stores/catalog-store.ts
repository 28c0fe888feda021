import type { Catalog, PlainRelation } from "@featstore/definitions";
import type { CallOptions } from "../database/database";

/** What the user's database says of itself. Reads its catalog alone, never a row, and alters nothing. */
export interface CatalogStore {
  /** Describes tables and queries, as the connected role sees them. A query is described without being run. */
  describe(relations: readonly PlainRelation[], options?: CallOptions): Promise<Catalog>;
}
