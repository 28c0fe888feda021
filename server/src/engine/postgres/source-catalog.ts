import type {
  Catalog,
  CatalogColumn,
  CatalogForeignKey,
  CatalogRelation,
  PlainRelation,
  Relation,
} from "@featstore/definitions/compiler";
import { type CallOptions, type Database, DatabaseError, quoteName } from "../../database/index";
import type { Sources } from "../sources";

type TableRelation = Extract<Relation, { readonly kind: "table" }>;

type QueryRelation = Extract<Relation, { readonly kind: "query" }>;

const DEADLINE_MS = 30_000;

// Maps each domain to its base type, through nested domains; any other type maps to itself.
const BASE_TYPES = `
base_types as (
  select oid, oid as base, null::integer as modifier, typtype, typbasetype, typtypmod from pg_catalog.pg_type
  union all
  select b.oid, t.oid, case when b.typtypmod >= 0 then b.typtypmod else b.modifier end, t.typtype, t.typbasetype, t.typtypmod
    from base_types as b join pg_catalog.pg_type as t on t.oid = b.typbasetype
    where b.typtype = 'd'
)`;

const TABLES = `
with recursive ${BASE_TYPES},
wanted as (
  select * from jsonb_to_recordset($1::text::jsonb) as wanted (position integer, schema text, "table" text)
)
select w.position, n.nspname as schema, has_schema_privilege(n.oid, 'usage') as may_schema_be_used,
  (has_schema_privilege(c.relnamespace, 'usage')
    and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'))) as readable,
  (select coalesce(json_agg(a.attname order by a.attnum), '[]') from pg_catalog.pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and not has_table_privilege(c.oid, 'select') and not has_column_privilege(c.oid, a.attnum, 'select')) as unreadable_columns,
  (with recursive parts (oid) as (
      select c.oid union select inhrelid from pg_catalog.pg_inherits join parts on inhparent = parts.oid)
    select bool_and(relkind in ('r', 'p')) from pg_catalog.pg_class join parts using (oid)) as tells_transactions,
  (select coalesce(json_agg(jsonb_build_object(
      'name', a.attname, 'type', format_type(b.base, coalesce(b.modifier, a.atttypmod)), 'isEnum', b.typtype = 'e',
      'nullable', case when c.relkind in ('r', 'p', 'f') then not a.attnotnull end)
      || case when b.typtype = 'e' then jsonb_build_object('labels',
        array(select enumlabel from pg_catalog.pg_enum where enumtypid = b.base order by enumsortorder)) else '{}' end
      order by a.attnum), '[]')
    from pg_catalog.pg_attribute as a
    join base_types as b on b.oid = a.atttypid and b.typtype <> 'd'
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select coalesce(json_agg(unique_key.columns), '[]')
    from pg_catalog.pg_index as i
    cross join lateral (
      select json_agg(a.attname order by k.position) as columns
        from unnest(i.indkey::smallint[]) with ordinality as k (attnum, position)
        join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where k.position <= i.indnkeyatts) as unique_key
    where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null) as unique_keys,
  (select json_agg(a.attname order by k.position)
    from pg_catalog.pg_constraint as p
    cross join lateral unnest(p.conkey) with ordinality as k (attnum, position)
    join pg_catalog.pg_attribute as a on a.attrelid = p.conrelid and a.attnum = k.attnum
    where p.conrelid = c.oid and p.contype = 'p') as primary_key,
  (select json_agg(json_build_object('columns', names.columns,
      'references', json_build_object('schema', fn.nspname, 'table', fc.relname, 'columns', names.referenced)) order by f.conname)
    from pg_catalog.pg_constraint as f
    join pg_catalog.pg_class as fc on fc.oid = f.confrelid
    join pg_catalog.pg_namespace as fn on fn.oid = fc.relnamespace
    cross join lateral (
      select json_agg(a.attname order by k.position) as columns, json_agg(fa.attname order by k.position) as referenced
        from unnest(f.conkey, f.confkey) with ordinality as k (attnum, fattnum, position)
        join pg_catalog.pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.attnum
        join pg_catalog.pg_attribute as fa on fa.attrelid = f.confrelid and fa.attnum = k.fattnum) as names
    where f.conrelid = c.oid and f.contype = 'f') as foreign_keys
from wanted as w
join pg_catalog.pg_class as c on c.relname = w."table" and c.relkind in ('r', 'p', 'v', 'm', 'f')
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where case when w.schema is null then pg_table_is_visible(c.oid) else n.nspname = w.schema end`;

const DATABASE_FACTS = `
select exists (select from pg_catalog.pg_extension where extname = 'vector') as vectors,
  (select coalesce(json_agg(name), '[]') from (
    select case when pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end as name
      from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('information_schema', 'featstore', 'features', 'featstore_auth')
        and n.nspname not like 'pg\\_%' and has_schema_privilege(n.oid, 'usage')
      order by 1 limit 1000) as listed) as names`;

const TYPES = `
with recursive ${BASE_TYPES}
select t.position, format_type(b.base, b.modifier) as type, b.typtype = 'e' as is_enum
from unnest($1::text::oid[]) with ordinality as t (oid, position)
join base_types as b on b.oid = t.oid and b.typtype <> 'd'
order by t.position`;

/** Selects the query's columns as one row of nulls. The planner removes the query, so it does not run. */
function withoutRows(selected: string, { text }: QueryRelation): string {
  // The line break ends a comment in the last line of the query.
  return `select ${selected} from (select 1) as one_row left join (${text}\n) as source_rows on false`;
}

/** Reads `pg_catalog`; needs no Featstore tables. */
export function createSourceCatalog(database: Pick<Database, "query">): Pick<Sources, "describe"> {
  async function describeTables(
    tables: readonly TableRelation[],
    options: CallOptions,
  ): Promise<ReadonlyMap<PlainRelation, CatalogRelation>> {
    const requested = tables.map(({ schema, table }, position) => ({ position, schema, table }));
    const rows = await database.query<{
      position: number;
      schema: string;
      may_schema_be_used: boolean;
      readable: boolean;
      unreadable_columns: string;
      tells_transactions: boolean;
      columns: string;
      unique_keys: string;
      primary_key: string | null;
      foreign_keys: string | null;
    }>({ text: TABLES, parameters: [JSON.stringify(requested)] }, options);
    return new Map(
      tables.map((relation, position): [PlainRelation, CatalogRelation] => {
        const row = rows.find((candidate) => candidate.position === position);
        if (!row) return [relation, { relation, state: "missing" }];
        // The query above built the text.
        const columns = JSON.parse(row.columns) as readonly CatalogColumn[];
        const uniqueKeys = JSON.parse(row.unique_keys) as readonly (readonly string[])[];
        const unreadable = JSON.parse(row.unreadable_columns) as readonly string[];
        const partly = row.readable && unreadable.length > 0 ? { unreadableColumns: unreadable } : {};
        const { schema, readable: isReadable, tells_transactions: tellsTransactions } = row;
        const keys = {
          uniqueKeys,
          ...(row.primary_key === null ? {} : { primaryKey: JSON.parse(row.primary_key) as readonly string[] }),
          ...(row.foreign_keys === null
            ? {}
            : { foreignKeys: JSON.parse(row.foreign_keys) as readonly CatalogForeignKey[] }),
        };
        const usable = row.may_schema_be_used ? {} : { maySchemaBeUsed: false };
        const found = { relation, state: "found", schema, columns, ...keys, isReadable, ...usable, ...partly } as const;
        return [relation, { ...found, tellsTransactions }];
      }),
    );
  }

  async function columnsOf(relation: QueryRelation, options: CallOptions): Promise<readonly CatalogColumn[]> {
    const [names] = await database.query<{ names: string }>(
      {
        text: `select array_to_json(array(select json_object_keys(row_to_json(described)))) as names
          from (${withoutRows("source_rows.*", relation)}) as described`,
      },
      options,
    );
    const list = JSON.parse(names?.names ?? "[]") as readonly string[]; // an array of column names
    const typeOf = list.map((name) => `pg_typeof(source_rows.${quoteName(name)})::oid`);
    const [types] = await database.query<{ types: string }>(
      { text: withoutRows(`array[${typeOf.join(", ")}]::oid[]::text as types`, relation) },
      options,
    );
    const described = await database.query<{ type: string; is_enum: boolean }>(
      { text: TYPES, parameters: [types?.types ?? "{}"] },
      options,
    );
    return list.map((name, position) => {
      const row = described[position];
      return { name, type: row?.type ?? "unknown", isEnum: row?.is_enum ?? false, nullable: null };
    });
  }

  /** Returns undefined if the query does not depend on the search path: it qualifies every name that is not built in. */
  async function searchPathOf(relation: QueryRelation, options: CallOptions): Promise<readonly string[] | undefined> {
    const text = withoutRows("1 as found", relation);
    try {
      await database.query({ text }, { ...options, ownTransaction: { searchPath: ["pg_catalog"] } });
      return undefined;
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== "statement_failed") throw error;
    }
    const [row] = await database.query<{ path: string }>(
      { text: "select array_to_json(current_schemas(false)) as path" },
      options,
    );
    return JSON.parse(row?.path ?? "[]") as readonly string[]; // an array of names
  }

  async function describeQuery(relation: QueryRelation, options: CallOptions): Promise<CatalogRelation> {
    try {
      const columns = await columnsOf(relation, options);
      const searchPath = await searchPathOf(relation, options);
      return { relation, state: "found", ...(searchPath && { searchPath }), columns, uniqueKeys: [], isReadable: true };
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== "statement_failed") throw error;
      return { relation, state: "failed", reason: error.message };
    }
  }

  return {
    async describe(relations, callOptions) {
      const options = { deadlineMs: DEADLINE_MS, ...callOptions };
      const tables = await describeTables(
        relations.filter((relation) => relation.kind === "table"),
        options,
      );
      const described: CatalogRelation[] = [];
      for (const relation of relations) {
        if (relation.kind === "query") described.push(await describeQuery(relation, options));
        else if (relation.kind === "table") described.push(tables.get(relation) ?? { relation, state: "missing" });
      }
      const [row] = await database.query<{ vectors: boolean; names: string }>({ text: DATABASE_FACTS }, options);
      const catalog: Catalog = {
        relations: described,
        tableNames: JSON.parse(row?.names ?? "[]") as readonly string[], // an array of names
        hasVectorExtension: row?.vectors ?? false,
      };
      return catalog;
    },
  };
}
