import { quoteTable, quoteText } from "../text/quote";
import { atom, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import type { SqlExpression } from "../tree/sql-tree";

/**
 * Creates the function that raises if a complete key occurs twice in a relation, and otherwise returns true. It uses a
 * unique index if there is one and otherwise reads the keys. The function is stable, so PostgreSQL calls it once per
 * statement.
 */
export const oneRowPerKey = `-- A row that is joined by a key that comes twice would multiply others silently. Written by the compiler, like 0002.
create or replace function ${FUNCTIONS_SCHEMA}.one_row_per_key(relation text, columns text[]) returns boolean
language plpgsql stable parallel safe as $$
declare
  column_list constant text := (select string_agg(format('%I', name), ', ') from unnest(columns) as listed (name));
  twice jsonb;
begin
  if exists (
    select from pg_catalog.pg_index as unique_index
    where unique_index.indrelid = relation::regclass and unique_index.indisunique and unique_index.indisvalid and unique_index.indimmediate
      and unique_index.indpred is null and unique_index.indexprs is null
      and columns @> array(
        select attname::text from pg_catalog.pg_attribute
        where attrelid = unique_index.indrelid and attnum = any (unique_index.indkey[0:unique_index.indnkeyatts - 1])
      )
  ) then
    return true;
  end if;
  execute format(
    'select to_jsonb(twice) from (select %1$s from %2$s where (%1$s) is not null group by %1$s having count(*) > 1 limit 1) as twice',
    column_list, relation
  ) into twice;
  if twice is not null then
    raise unique_violation using message = format('%s has more than one row of %s', relation, twice);
  end if;
  return true;
end $$;
`;

/** A subselect, so that PostgreSQL evaluates it once and not for every row. */
export function renderOneRowPerKey({
  relation: { schema, table },
  columns,
}: Extract<SqlExpression, { kind: "one_row_per_key" }>): Rendered {
  const names = columns.map(quoteText).join(", ");
  const relation = quoteText(quoteTable(schema, table));
  return atom(`(select ${FUNCTIONS_SCHEMA}.one_row_per_key(${relation}, array[${names}]))`, "bool");
}
