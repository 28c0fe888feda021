import { bareDuckdb, type DuckdbLimits } from "./bare-duckdb";

export interface ComparedFiles extends DuckdbLimits {
  readonly folder: string;
  /** Paths or patterns of Parquet files. */
  readonly ours: string;
  readonly theirs: string;
  /** Joins rows with equal values, or with equal positions in one file each. */
  readonly by: readonly string[] | "position";
}

/**
 * Fails unless both have the same rows, and columns of the same types in the same order, whose names may differ. float64 values may
 * differ by 1e-12, relative for values above 1 and absolute below, because sums add in another order.
 */
export async function requireEqualFiles({ ours, theirs, by, ...limits }: ComparedFiles): Promise<void> {
  const [left, right] = [await columnsOf(ours, limits), await columnsOf(theirs, limits)];
  const types = (columns: typeof left) => columns.map(({ column_type }) => column_type).join(", ");
  if (types(left) !== types(right))
    throw new Error(`${theirs} has other columns than ours:\n  ${types(right)}\n  ${types(left)}`);
  const position = by === "position" ? ", file_row_number = true" : "";
  const key = by === "position" ? ["file_row_number"] : by;
  const joined = key.map((name) => `ours.${quote(name)} is not distinct from theirs.${quote(name)}`).join(" and ");
  const counts = left.map(
    ({ column_name: name, column_type: type }, index) =>
      `count(*) filter (where ${differs(name ?? "", right[index]?.column_name ?? "", type ?? "")}) as ${quote(name ?? "")}`,
  );
  const files = (path: string) => `(select *, true as is_there from read_parquet('${path}'${position}))`;
  const { rows } = await bareDuckdb({
    ...limits,
    statement: `select count(*) filter (where ours.is_there is null) as "rows missing in ours",
      count(*) filter (where theirs.is_there is null) as "rows missing in theirs", ${counts.join(", ")}
      from ${files(ours)} as ours full join ${files(theirs)} as theirs on ${joined}`,
  });
  const wrong = Object.entries(rows[0] ?? {}).filter(([, count]) => Number(count) > 0);
  if (wrong.length > 0)
    throw new Error(
      `${theirs} differs from ours: ${wrong.map(([name, count]) => `${name} in ${count} rows`).join(", ")}`,
    );
}

function differs(name: string, other: string, type: string): string {
  const [ours, theirs] = [`ours.${quote(name)}`, `theirs.${quote(other)}`];
  const distinct = `${ours} is distinct from ${theirs}`;
  if (type !== "DOUBLE") return distinct;
  return `${distinct} and (abs(${ours} - ${theirs}) <= 1e-12 * greatest(1, abs(${ours}), abs(${theirs}))) is not true`;
}

async function columnsOf(path: string, limits: DuckdbLimits & { readonly folder: string }) {
  const { rows } = await bareDuckdb({ ...limits, statement: `describe select * from read_parquet('${path}')` });
  return rows;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
