import type { Sql } from "./reference-database";

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * Fails if two tables differ in a column, a type or a row. float64 values may differ by 1e-12, relative for values above 1
 * and absolute below, since two plans may add the same numbers in a different order. Everything else has to be equal.
 */
export async function requireEqualTables(sql: Sql, ours: string, floor: string, key: readonly string[]): Promise<void> {
  const [expected, actual] = [await columnsOf(sql, ours), await columnsOf(sql, floor)];
  const listing = (columns: readonly Column[]) => columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  if (listing(expected) !== listing(actual)) {
    throw new Error(`${floor} has other columns than ${ours}:\n  ${listing(actual)}\n  ${listing(expected)}`);
  }
  const joined = key.map((name) => `ours.${quote(name)} = floor.${quote(name)}`).join(" and ");
  const [first = ""] = key;
  const checks = expected.map(
    ({ name, type }) => `count(*) filter (where ${differs(quote(name), type)}) as ${quote(name)}`,
  );
  const [differences] = await sql.unsafe<Record<string, string>[]>(`
    select count(*) filter (where ours.${quote(first)} is null) as "rows missing in ours",
      count(*) filter (where floor.${quote(first)} is null) as "rows missing in the floor", ${checks.join(", ")}
    from ${ours} as ours full join ${floor} as floor on ${joined}`);
  const wrong = Object.entries(differences ?? {}).filter(([, count]) => Number(count) > 0);
  if (wrong.length > 0) {
    throw new Error(
      `${floor} and ${ours} differ: ${wrong.map(([name, count]) => `${name} in ${count} rows`).join(", ")}`,
    );
  }
}

function differs(column: string, type: string): string {
  const [ours, floor] = [`ours.${column}`, `floor.${column}`];
  const distinct = `${ours} is distinct from ${floor}`;
  if (type !== "double precision") return distinct;
  const close = `abs(${ours} - ${floor}) <= 1e-12 * greatest(1, abs(${ours}), abs(${floor}))`;
  return `${distinct} and (${close}) is not true`;
}

async function columnsOf(sql: Sql, table: string): Promise<readonly Column[]> {
  return sql.unsafe<Column[]>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
