import type { Database } from "../../src/database/database";

/** Lists everything that the catalog says about the schemas of Featstore, one text per object, in order. */
export async function catalogOf(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ entry: string }>({
    text: `
      with schemas as (select oid, nspname, nspacl from pg_namespace where nspname in ('featstore', 'featstore_auth', 'features')),
      relations as (select c.* from pg_class as c join schemas on schemas.oid = c.relnamespace where relkind <> 'i'),
      entries (kind, name, definition) as (
        select 'schema', nspname::text, concat_ws(' ', nspacl, obj_description(oid, 'pg_namespace')) from schemas
        union all
        select 'relation', oid::regclass::text, concat_ws(' ', relkind, relpersistence, relacl, reloptions, obj_description(oid, 'pg_class'))
          from relations
        union all
        select 'column', a.attrelid::regclass::text, concat_ws(' ', row_number() over (partition by a.attrelid order by a.attnum),
            a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attcollation::regcollation,
            a.attacl, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum))
          from relations as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
        union all
        select 'constraint', conrelid::regclass::text, concat_ws(' ', conname, pg_get_constraintdef(oid), convalidated)
          from pg_constraint where connamespace in (select oid from schemas)
        union all
        select 'index', indrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index where indrelid in (select oid from relations)
        union all
        select 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger
          where tgrelid in (select oid from relations) and not tgisinternal
        union all
        select 'function', oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(oid), proacl, obj_description(oid, 'pg_proc'))
          from pg_proc where pronamespace in (select oid from schemas) and prokind <> 'a'
        union all
        select 'aggregate', aggfnoid::regprocedure::text, concat_ws(' ', aggtransfn, aggtranstype::regtype, agginitval) from pg_aggregate
          join pg_proc on pg_proc.oid = aggfnoid where pronamespace in (select oid from schemas)
        union all
        select 'sequence', s.seqrelid::regclass::text, concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin,
            s.seqcache, s.seqcycle, d.refobjid::regclass, d.refobjsubid)
          from pg_sequence as s left join pg_depend as d on d.objid = s.seqrelid and d.deptype = 'i' and d.classid = 'pg_class'::regclass
          where s.seqrelid in (select oid from relations)
      )
      select concat_ws(' ', kind, name, definition) as entry from entries`,
  });
  return rows.map(({ entry }) => entry).sort();
}
