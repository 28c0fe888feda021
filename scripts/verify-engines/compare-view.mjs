import { columnsOf, copyOut } from "./tables.mjs";

/** Copies the view's generation of the engine's database beside that of PostgreSQL's, and compares each cell. */
export async function compareView({ sql }, files, { name, version, entity }, title) {
  const ours = `features.${name}_v${version}`;
  const [theirs, columns] = [`public.${name}_files`, await columnsOf(sql, ours)];
  const listing = (all) => all.map((column) => `${column.name} ${column.type}`).join(", ");
  const written = await columnsOf(files.sql, ours);
  if (listing(columns) !== listing(written))
    throw new Error(`${ours} has other columns on ${title}:\n  ${listing(written)}\n  ${listing(columns)}`);
  await sql.unsafe(`create table ${theirs} as select * from ${ours} with no data`);
  const target = await sql.unsafe(`copy ${theirs} from stdin`).writable();
  await copyOut(files.url, `copy (select * from ${ours}) to stdout`, target);
  const joined = entity.key.map((key) => `ours."${key.name}" = theirs."${key.name}"`).join(" and ");
  const counts = columns.map((column) => `count(*) filter (where ${differs(column)}) as "${column.name}"`);
  const floats = columns.filter(({ type }) => type === "double precision");
  const sumOf = (condition) =>
    floats.length === 0 ? "0" : floats.map((column) => `count(*) filter (where ${condition(column)})`).join(" + ");
  const [first] = entity.key;
  const [row] = await sql.unsafe(`
    select count(*) as rows, ${sumOf((column) => differs(column, "exact"))} as inexact, ${sumOf((column) => differs(column, "relative"))} as far,
      count(*) filter (where ours."${first.name}" is null or theirs."${first.name}" is null) as "rows on one engine only", ${counts.join(", ")}
    from ${ours} as ours full join ${theirs} as theirs on ${joined}`);
  const { rows, inexact, far, ...different } = Object.fromEntries(
    Object.entries(row).map(([key, count]) => [key, Number(count)]),
  );
  const wrong = floats.reduce((sum, column) => sum + different[column.name], 0);
  await sql.unsafe(`drop table ${theirs}`);
  return { rows, cells: rows * columns.length, relative: inexact - far, absolute: far - wrong, different };
}

/** A condition on the two values of a column; floats are compared exactly, or within 1e-12. */
function differs({ name, type }, floats = "absolute") {
  const [ours, theirs] = [`ours."${name}"`, `theirs."${name}"`];
  const distinct = `${ours} is distinct from ${theirs}`;
  if (type !== "double precision" || floats === "exact") return distinct;
  const scale = `greatest(${floats === "absolute" ? "1, " : ""}abs(${ours}), abs(${theirs}))`;
  return `${distinct} and (abs(${ours} - ${theirs}) <= 1e-12 * ${scale}) is not true`;
}
