import { type Database, OLDEST_POSTGRES, postgresVersion } from "../../database/index";
import { type CheckResult, failed, ok, warning } from "./check-result";

const OLDEST_PGVECTOR = [0, 8] as const;

/** Checks that PostgreSQL is version 15 or newer. */
export async function checkVersion(database: Database): Promise<CheckResult> {
  const { name, isSupported } = await postgresVersion(database);
  const version = `PostgreSQL ${name}`;
  return isSupported
    ? ok("version", version)
    : failed("version", version, `Featstore needs PostgreSQL ${OLDEST_POSTGRES} or newer: upgrade the server`);
}

/** Checks pgvector, which definitions with embeddings need: missing, too old, or installed. */
export async function checkPgvector(database: Database, needed: boolean): Promise<CheckResult> {
  const [row] = await database.query<{
    installed: string | null;
    available: string | null;
    schema: string | null;
    is_visible: boolean | null;
    role: string;
  }>({
    text: `select e.extversion as installed, quote_ident(n.nspname) as schema,
       (select default_version from pg_catalog.pg_available_extensions where name = 'vector') as available,
       (select pg_type_is_visible(t.oid) from pg_catalog.pg_type t
          where t.typname = 'vector' and t.typnamespace = n.oid) as is_visible,
       quote_ident(current_user) as role
from (values (1)) as one (row)
left join pg_catalog.pg_extension e on e.extname = 'vector'
left join pg_catalog.pg_namespace n on n.oid = e.extnamespace`,
  });
  const installed = row?.installed ?? null;
  const available = row?.available ?? null;
  if (installed === null) {
    if (!needed) return ok("pgvector", "not installed; no definition needs it");
    return available === null
      ? failed("pgvector", "not available on this server", "install the package postgresql-NN-pgvector (0.8 or newer)")
      : failed("pgvector", `available (${available}) but not installed`, "as a superuser: create extension vector;");
  }
  if (needed && row?.is_visible === false)
    return failed(
      "pgvector",
      `installed in the schema ${row.schema}, which the role's search_path does not have`,
      `as an administrator: grant usage on schema ${row.schema} to ${row.role}; alter role ${row.role} set search_path = "$user", public, ${row.schema};`,
    );
  if (recentEnough(installed)) return ok("pgvector", installed);
  const advice =
    available !== null && recentEnough(available)
      ? "as a superuser: alter extension vector update;"
      : "install pgvector 0.8 or newer on the server, then: alter extension vector update;";
  return needed ? failed("pgvector", installed, advice) : warning("pgvector", installed, advice);
}

function recentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_PGVECTOR[0] || (major === OLDEST_PGVECTOR[0] && minor >= OLDEST_PGVECTOR[1]);
}
