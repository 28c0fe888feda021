import { scopeOf, vectorDimensions } from "@featstore/definitions/compiler";
import type { Grants } from "../core/index";
import type { Database } from "../database/index";
import { type RegisteredView, readableSnapshot } from "../registry/index";
import { createServingSql } from "./online-store/serving-sql";
import type { ServingRegistry } from "./serving-registry";

/** A read that finds a row. */
export interface ExampleRead {
  readonly view: string;
  /** The name of the embedding to read; null: the read is of features. */
  readonly embedding: string | null;
  /** The entity's id, as in a path. */
  readonly id: string;
}

/** Finds a read that a key with these grants and this tenant may make; null: there is none. Prefers features. */
export type FindExampleRead = (grants: Grants, tenant: string | null) => Promise<ExampleRead | null>;

const DEADLINE_MS = 2000;

export function createExampleReads(
  registry: Pick<ServingRegistry, "current">,
  database: Pick<Database, "query">,
): FindExampleRead {
  /** Returns the id of a row that the tenant may read. */
  const idIn = async ({ view, served }: RegisteredView, tenant: string | null): Promise<string | undefined> => {
    // An id of several parts would need its own way of writing.
    if (served === null || served.rows === 0 || view.entity.key.length !== 1) return undefined;
    const scope = scopeOf(view) === "tenant" ? tenant : "";
    if (scope === null) return undefined;
    const { text } = createServingSql(view, served.table).all;
    const [row] = await database.query<{ id: string }>(
      { text: `select k0::text as id from (${text}) as rows where scope = $1::text limit 1`, parameters: [scope] },
      { deadlineMs: DEADLINE_MS },
    );
    return row?.id;
  };
  return async (grants, tenant) => {
    for (const permission of ["features:read", "embeddings:read"] as const) {
      if (!grants.has(permission)) continue;
      const { featureViews } = readableSnapshot(registry.current().snapshot, grants, permission);
      for (const { versions, promoted } of featureViews.values()) {
        const version = versions.get(promoted);
        if (version === undefined || version.state === "retired") continue;
        const wantsVector = permission === "embeddings:read";
        // A read of a whole view returns no vectors.
        const feature = version.view.features.find(
          ({ type }) => (vectorDimensions(type) !== undefined) === wantsVector,
        );
        if (feature === undefined) continue;
        const id = await idIn(version, tenant);
        if (id !== undefined) return { view: version.view.name, embedding: wantsVector ? feature.name : null, id };
      }
    }
    return null;
  };
}
