import type { CallOptions, Database } from "./database/database";

/**
 * Whether the database role may materialize: it owns our schemas. One that may only read them can serve features, but
 * start no runs, clean up nothing, and make no training sets or reads of the past, which create tables.
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
