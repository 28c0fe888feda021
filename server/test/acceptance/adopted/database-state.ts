import type { Database } from "../../../src/database/database";

/**
 * Reads everything outside of Featstore's two schemas that a statement could change: the catalogs, without autovacuum's
 * statistics, and for each table a checksum over its rows, their positions and writing transactions.
 */
export async function databaseState(administrator: Database): Promise<unknown> {
  const catalog = await administrator.query({
    text: `
with ours as (select oid from pg_namespace where nspname in ('featstore', 'features', 'featstore_auth') or nspname ~ '^pg_(toast|temp)'),
relations as (select * from pg_class where relnamespace not in (select oid from ours) and oid >= 16384)
select 'relation ' || c.relname as what,
    (to_jsonb(c) - '{relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid}'::text[])::text as state
  from relations c
union all
select format('column %s.%s', c.relname, a.attname), to_jsonb(a)::text
  from pg_attribute a join relations c on c.oid = a.attrelid
union all
select 'constraint ' || k.conname, to_jsonb(k)::text from pg_constraint k where k.conrelid in (select oid from relations)
union all
select 'index ' || i.indexrelid::regclass, (to_jsonb(i) - 'indcheckxmin')::text
  from pg_index i where i.indrelid in (select oid from relations)
union all
select 'trigger ' || tgname, to_jsonb(g)::text from pg_trigger g where tgrelid in (select oid from relations)
union all
select 'comment ' || objoid::text || ' ' || objsubid, description from pg_description where objoid in (select oid from relations)
union all
select 'function ' || p.oid::regprocedure, md5(to_jsonb(p)::text)
  from pg_proc p where p.oid >= 16384 and p.pronamespace not in (select oid from ours)
union all
select 'type ' || t.oid::regtype, md5(to_jsonb(t)::text)
  from pg_type t where t.oid >= 16384 and t.typnamespace not in (select oid from ours)
union all
select 'schema ' || nspname, to_jsonb(n)::text from pg_namespace n where n.oid not in (select oid from ours)
union all
select 'extension ' || extname, to_jsonb(e)::text from pg_extension e
union all
select 'database', to_jsonb(d)::text from (select datdba, datacl from pg_database where datname = current_database()) as d
order by 1, 2`,
  });
  const rows = [];
  for (const table of ["tracks", "analysis_results"]) {
    rows.push(
      ...(await administrator.query({
        text: `select '${table}' as what, count(*)::text as rows,
          sum(hashtextextended(t.ctid::text || t.xmin::text || t::text, 0))::text as checksum from ${table} as t`,
      })),
    );
  }
  return { catalog, rows };
}
