import type { Source } from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import type { Engine } from "../../engine/index";
import { type CheckResult, failed, ok, warning } from "./check-result";

const ownSchemas = ["featstore", "features", "featstore_auth"] as const;

interface SchemaRow {
  readonly role: string;
  readonly database: string;
  readonly may_create: boolean;
  readonly name: string;
  readonly present: boolean;
  readonly owned: boolean;
  /** True if the role may use the schema and select from everything in it. */
  readonly readable: boolean;
}

/** Objects in our schemas that another role owns, each as the object of an `alter`; objects owned by a table follow it. */
const FOREIGN_OBJECTS = `
select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end
    || format(' %I.%I', n.nspname, c.relname) as object
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
  and not pg_has_role(current_user, c.relowner, 'usage')
  and not exists (select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
union all
select format('routine %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = any ($1::text[]) and not pg_has_role(current_user, p.proowner, 'usage')
order by 1`;

const FEW = 4;

/**
 * Checks that the role owns Featstore's three schemas and everything in them, or may create them; otherwise gives the SQL for
 * an administrator. Only warns if the role may read the first two, which is enough to serve.
 */
export async function checkOwnSchemas(database: Database): Promise<CheckResult> {
  const rows = await database.query<SchemaRow>({
    text: `select quote_ident(current_user) as role,
       quote_ident(current_database()) as database,
       has_database_privilege(current_database(), 'create') as may_create,
       wanted.name,
       n.oid is not null as present,
       coalesce(pg_has_role(current_user, n.nspowner, 'usage'), false) as owned,
       coalesce(has_schema_privilege(n.oid, 'usage'), false)
         and exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'v'))
         and not exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'v')
           -- The secret of erasures is for the owner alone.
           and c.relname <> 'erasure_secret' and not has_table_privilege(c.oid, 'select')) as readable
from unnest($1::text[]) as wanted (name)
left join pg_catalog.pg_namespace n on n.nspname = wanted.name`,
    parameters: [`{${ownSchemas.join(",")}}`],
  });
  const foreign = rows.filter((row) => row.present && !row.owned);
  const absent = rows.filter((row) => !row.present);
  const mayCreate = rows.every((row) => row.may_create);
  const role = rows[0]?.role ?? "";
  const objects = await database.query<{ object: string }>({
    text: FOREIGN_OBJECTS,
    parameters: [`{${ownSchemas.join(",")}}`],
  });
  if (foreign.length === 0 && objects.length === 0 && (absent.length === 0 || mayCreate))
    return ok(
      "schemas",
      absent.length === 0 ? `${role} owns featstore, features and featstore_auth` : `${role} may create them`,
    );
  // People sign in only at servers that own the schemas, so no other role reads `featstore_auth`.
  if (rows.every((row) => (row.readable || row.name === "featstore_auth") && !row.owned))
    return warning(
      "schemas",
      `${role} may read featstore and features but does not own them`,
      "enough for a server that only reads; to apply and materialize, use the role that owns the schemas",
    );
  const statements = [
    ...absent.map((row) => `create schema ${row.name} authorization ${role};`),
    ...foreign.map((row) => `alter schema ${row.name} owner to ${role};`),
    ...objects.map(({ object }) => `alter ${object} owner to ${role};`),
  ];
  const notOwned = [
    ...foreign.map((row) => row.name),
    ...(objects.length === 0 ? [] : [`${objects.length} ${objects.length === 1 ? "object" : "objects"} in them`]),
  ];
  const problem =
    notOwned.length > 0
      ? `${role} does not own ${notOwned.join(" and ")}`
      : `${absent.map((row) => row.name).join(" and ")} not there, and ${role} may not create schemas`;
  return failed(
    "schemas",
    problem,
    `as an administrator of database ${rows[0]?.database}: ${statements.join(statements.length > FEW ? "\n        " : " ")}`,
  );
}

/**
 * Checks that the role may read each source's table or declared columns, and all of its rows. The catalog check covers
 * query sources.
 */
export async function checkSelect(
  engine: Pick<Engine, "tableAccess">,
  sources: readonly Source[],
): Promise<readonly CheckResult[]> {
  return (await engine.tableAccess(sources)).map(({ name, role, found, ...access }) => {
    const check = `source ${name}`;
    if (found === null)
      return failed(check, "the table or view does not exist", "create it, or correct the source's table");
    const { schema, table } = found;
    const grants = [
      ...(access.mayUse ? [] : [`grant usage on schema ${schema} to ${role};`]),
      ...(access.denied === null
        ? []
        : [`grant select${access.maySelect ? ` (${access.denied})` : ""} on ${schema}.${table} to ${role};`]),
    ];
    if (grants.length === 0 && access.hidesRows)
      return warning(
        check,
        `row-level security hides rows of it from ${role}: features are computed as if they did not exist`,
        `as its owner: create policy featstore_reads on ${schema}.${table} for select to ${role} using (true);`,
      );
    return grants.length === 0
      ? ok(check, `${role} may read it`)
      : failed(check, `${role} may not read it`, `as its owner or an administrator: ${grants.join(" ")}`);
  });
}
