import { databaseColumnsOf } from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import type { Sources } from "../sources";

interface Row {
  readonly role: string;
  readonly wanted: string;
  readonly schema: string | null;
  readonly table: string | null;
  readonly may_use: boolean;
  readonly may_select: boolean;
  readonly denied: string | null;
  readonly hides_rows: boolean;
}

const ACCESS = `
select quote_ident(current_user) as role,
       concat_ws('.', wanted.schema, wanted."table") as wanted,
       quote_ident(n.nspname) as schema,
       quote_ident(c.relname) as "table",
       coalesce(has_schema_privilege(n.oid, 'usage'), false) as may_use,
       coalesce(has_any_column_privilege(c.oid, 'select'), false) as may_select,
       (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
          from pg_catalog.pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname::text = any (wanted.columns)
            and not has_column_privilege(c.oid, a.attnum, 'select')) as denied,
       c.relkind in ('r', 'p') and row_security_active(c.oid) and not coalesce(
         (select bool_or(p.polpermissive and pg_get_expr(p.polqual, c.oid) = 'true') and bool_and(p.polpermissive)
            from pg_catalog.pg_policy p
            where p.polrelid = c.oid and p.polcmd in ('r', '*')
              and exists (select from unnest(p.polroles) as named (oid)
                where named.oid = 0 or pg_has_role(current_user, named.oid, 'usage'))), false) as hides_rows
from jsonb_to_recordset($1::jsonb) as wanted (schema text, "table" text, columns text[])
left join pg_catalog.pg_class c
  on c.relname = wanted."table"
 and c.relkind in ('r', 'p', 'v', 'm', 'f')
 and case when wanted.schema is null
       then c.relnamespace = any (
         select oid from pg_catalog.pg_namespace where nspname = any (current_schemas(true)))
       else c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = wanted.schema) end
left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by 2`;

/** Reads what the connected role may do with the tables of sources. */
export function createTableAccess(database: Pick<Database, "query">): Sources["tableAccess"] {
  return async (sources, options) => {
    const tables = new Map<
      string,
      { readonly schema: string | null; readonly table: string; readonly columns: Set<string> }
    >();
    for (const source of sources) {
      if (source.relation.kind !== "table") continue;
      const { schema, table } = source.relation;
      const name = JSON.stringify([schema, table]);
      const known = tables.get(name) ?? { schema, table, columns: new Set<string>() };
      for (const column of databaseColumnsOf(source)) known.columns.add(column);
      tables.set(name, known);
    }
    if (tables.size === 0) return [];
    const wanted = [...tables.values()].map(({ schema, table, columns }) => ({ schema, table, columns: [...columns] }));
    const rows = await database.query<Row>({ text: ACCESS, parameters: [JSON.stringify(wanted)] }, options);
    return rows.map(({ role, wanted: name, schema, table, denied, ...row }) => ({
      ...{ role, name, denied },
      found: schema === null || table === null ? null : { schema, table },
      mayUse: row.may_use,
      maySelect: row.may_select,
      hidesRows: row.hides_rows,
    }));
  };
}
