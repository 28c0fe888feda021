import { scopeOf } from "@featstore/definitions/compiler";
import type { Grants } from "../core/index";
import type { Database } from "../database/index";
import { readableSnapshot } from "../registry/index";
import { createServingSql } from "./online-store/serving-sql";
import type { ServingRegistry } from "./serving-registry";

/** A read that finds a row. */
export interface ExampleRead {
  readonly view: string;
  /** The entity's id, as in a path. */
  readonly id: string;
}

/** Finds a read that a key with these grants and this tenant may make; null: there is none. */
export type FindExampleRead = (grants: Grants, tenant: string | null) => Promise<ExampleRead | null>;

const DEADLINE_MS = 2000;

export function createExampleReads(
  registry: Pick<ServingRegistry, "current">,
  database: Pick<Database, "query">,
): FindExampleRead {
  return async (grants, tenant) => {
    const { featureViews } = readableSnapshot(registry.current().snapshot, grants, "features:read");
    for (const { versions, promoted } of featureViews.values()) {
      const version = versions.get(promoted);
      if (version === undefined || version.state === "retired") continue;
      const { view, served } = version;
      // An id of several parts would need its own way of writing.
      if (served === null || served.rows === 0 || view.entity.key.length !== 1) continue;
      const scope = scopeOf(view) === "tenant" ? tenant : "";
      if (scope === null) continue;
      const { text } = createServingSql(view, served.table).all;
      const [row] = await database.query<{ id: string }>(
        { text: `select k0::text as id from (${text}) as rows where scope = $1::text limit 1`, parameters: [scope] },
        { deadlineMs: DEADLINE_MS },
      );
      if (row !== undefined) return { view: view.name, id: row.id };
    }
    return null;
  };
}
