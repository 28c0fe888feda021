import type { Catalog, PlainRelation } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";

/** Reads the catalog of the user's database. Never reads rows and never changes anything. */
export interface CatalogStore {
  /** Describes tables and queries as the connected role sees them. Queries are not executed. */
  describe(relations: readonly PlainRelation[], options?: CallOptions): Promise<Catalog>;
}
