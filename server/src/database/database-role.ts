import type { CallOptions, Database } from "./database";

/**
 * Returns whether the database role may materialize: it owns our schemas. A role that may only read them can serve
 * features, but cannot start runs, clean up, make training sets or read with `as_of`, which all create tables.
 */
export async function mayMaterialize(database: Database, options?: CallOptions): Promise<boolean> {
  const [row] = await database.query<{ owns: boolean }>(
    {
      text: `select coalesce(bool_and(pg_has_role(current_user, nspowner, 'usage')), true) as owns
from pg_catalog.pg_namespace where nspname in ('featstore', 'features')`,
    },
    options,
  );
  return row?.owns ?? true;
}
