// `npm run verify:engines [-- --scale N --seed N --embeddings --keep]`: computes the shipped definitions on PostgreSQL over tables and
// on DuckDB over the same rows as Parquet files, and compares the generations cell by cell. float64 values may differ by
// 1e-12, relative for values above 1 and absolute below, because sums add in another order (a standard deviation of nearly equal
// values has few exact digits); everything else has to be equal. Needs TEST_DATABASE_URL.
import { execFile } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs, promisify } from "node:util";
import { root } from "./toolchain.mjs";

const TRACKS = 57_718;
const ANALYSES = 269_646;
const UNTIL = "2026-06-01T00:00:00Z";

/** The files of each table: the folder's name, the SQL of its rows from CSV, and its partitions. */
const FILES = {
  tracks: { path: "tracks/*.parquet", copy: "format parquet, per_thread_output" },
  analysis_results: {
    path: "analysis_results/**/*.parquet",
    partitions: [{ name: "month", type: "int32" }],
    // Times may be null, so nothing says which part of the time the folders hold.
    copy: "format parquet, partition_by (month)",
    more: ", month(created_at) as month",
  },
};

/** The types of Parquet columns, by those of PostgreSQL. JSON and vectors arrive as texts. */
const PARQUET_TYPES = [
  [/^integer$/, "integer"],
  [/^(?:character varying|text)/, "varchar"],
  [/^numeric$/, "decimal(38, 10)"],
  [/^jsonb$/, "json"],
  [/^timestamp without/, "timestamp"],
  [/vector\(\d+\)$/, "float[]"],
];

const server = createRequire(join(root, "server/package.json"));
const postgres = server("postgres");
const jiti = server("jiti").createJiti(import.meta.url);
const shipped = await jiti.import("../feature-definitions/definitions/index.ts");
const { collectDefinitions, resolveRelations } = await jiti.import("../feature-definitions/src/compiler.ts");
const [cli, ...line] = process.argv.slice(2);
const { values: options } = parseArgs({
  args: line,
  options: {
    scale: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    embeddings: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const scale = Number(options.scale);
const began = performance.now();

process.exitCode = await main().catch((error) => {
  console.error(error.message);
  return 1;
});

async function main() {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) {
    console.error('This needs PostgreSQL: npm run services start && eval "$(npm run -s services env)"');
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), "featstore-engines-"));
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  const names = ["tables", "files"].map((kind) => `verify_engines_${kind}_${process.pid}`);
  try {
    for (const name of names) await admin.unsafe(`create database ${name}`);
    const [tables, files] = names.map((name) => Object.assign(new URL(url), { pathname: `/${name}` }).href);
    return await compare({ folder, tables, files });
  } finally {
    if (options.keep) console.log(`kept: ${folder}, ${names.join(", ")}`);
    else {
      for (const name of names) await admin.unsafe(`drop database if exists ${name} with (force)`);
      rmSync(folder, { recursive: true, force: true });
    }
    await admin.end();
  }
}

async function compare({ folder, tables, files }) {
  const { featureViews } = collectDefinitions([shipped]);
  const sql = postgres(tables, { max: 2, onnotice: () => undefined });
  const other = postgres(files, { max: 2, onnotice: () => undefined });
  try {
    const sizes = ["--tracks", Math.round(TRACKS * scale), "--analyses", Math.round(ANALYSES * scale)].map(String);
    const embeddings = options.embeddings ? [] : ["--without-embeddings"];
    await featstore(tables, folder, [
      "sample",
      "generate",
      ...sizes,
      "--seed",
      options.seed,
      "--until",
      UNTIL,
      ...embeddings,
    ]);
    said("generated the rows");
    const lake = join(folder, "lake");
    await writeFiles(sql, tables, folder, lake);
    said("wrote them as Parquet files");
    await other.unsafe("create extension if not exists vector");
    const settings = { engines: { lake: { kind: "duckdb", roots: [lake], memory: 2048 } } };
    writeFileSync(join(folder, "featstore.config.yaml"), JSON.stringify(settings));
    await materialize(tables, folder, featureViews);
    said("materialized them on PostgreSQL");
    await materialize(files, folder, featureViews.map(overFiles));
    said("materialized them on DuckDB");
    let different = 0;
    const totals = { views: 0, rows: 0, cells: 0, relative: 0, absolute: 0 };
    for (const view of featureViews) {
      const found = await compareView(sql, other, files, view);
      totals.views += 1;
      for (const name of ["rows", "cells", "relative", "absolute"]) totals[name] += found[name];
      const wrong = Object.entries(found.different).filter(([, count]) => count > 0);
      different += wrong.reduce((sum, [, count]) => sum + count, 0);
      const listed = wrong.map(([name, count]) => `${name} in ${count} rows`).join(", ");
      console.log(
        `${view.name}@${view.version}: ${found.rows} rows, ${found.cells} cells, ${wrong.length === 0 ? "no difference" : `DIFFERENT: ${listed}`}`,
      );
    }
    console.log(
      `${totals.views} views, ${totals.rows} rows, ${totals.cells} cells: ${different} different; of float64, ${totals.relative} are within 1e-12 relative and ${totals.absolute} within 1e-12 absolute`,
    );
    return different > 0 || totals.rows === 0 ? 1 : 0;
  } finally {
    await sql.end();
    await other.end();
  }
}

function overFiles(view) {
  return resolveRelations(view, ({ table }) => {
    const { path, partitions } = FILES[table];
    return { kind: "files", engine: "lake", path, ...(partitions === undefined ? {} : { partitions }) };
  });
}

/** Applies views, given as data, and materializes them. */
async function materialize(database, folder, featureViews) {
  const definitions = join(folder, "definitions.mjs");
  writeFileSync(
    definitions,
    featureViews.map((view) => `export const ${view.name} = ${JSON.stringify(view)};\n`).join(""),
  );
  const environment = { FEATSTORE_DEFINITIONS: definitions };
  await featstore(database, folder, ["apply"], environment);
  await featstore(database, folder, ["materialize", "--as-of", UNTIL], environment);
}

async function featstore(database, folder, args, environment = {}) {
  try {
    await promisify(execFile)(process.execPath, [cli, ...args], {
      cwd: folder,
      env: {
        ...process.env,
        DATABASE_URL: database,
        FEATSTORE_KEY_SECRET: "0123456789abcdef".repeat(2),
        FEATSTORE_DATA_DIR: join(folder, "data"),
        ...environment,
      },
      maxBuffer: 2 ** 28,
    });
  } catch (error) {
    throw new Error(`featstore ${args.join(" ")} failed\n${error.stdout ?? error.message}`);
  }
}

/** Writes the tables as Parquet files, through CSV, so that no row becomes an object. */
async function writeFiles(sql, url, folder, lake) {
  const { DuckDBInstance } = server("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: "2GiB",
    temp_directory: join(folder, "spill"),
  });
  const duckdb = await instance.connect();
  await duckdb.run("set TimeZone = 'UTC'");
  for (const [table, { copy, more = "" }] of Object.entries(FILES)) {
    const columns = await columnsOf(sql, `public.${table}`);
    const csv = join(folder, `${table}.csv`);
    await copyOut(
      url,
      `copy (select * from public.${table}) to stdout (format csv, force_quote *)`,
      createWriteStream(csv),
    );
    const types = columns.map(
      ({ name, type }) => `'${name}': '${parquetType(type) === "float[]" ? "varchar" : parquetType(type)}'`,
    );
    const vectors = columns.filter(({ type }) => parquetType(type) === "float[]");
    const replaced = vectors.map(({ name }) => `cast(${name} as float[]) as ${name}`);
    const replace = replaced.length === 0 ? "" : ` replace (${replaced.join(", ")})`;
    mkdirSync(join(lake, table), { recursive: true });
    // A quoted empty text is no null.
    await duckdb.run(`copy (
      select *${replace}${more} from read_csv('${csv}', header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
        nullstr = '', allow_quoted_nulls = false, max_line_size = 20000000, parallel = false, columns = {${types.join(", ")}})
    ) to '${join(lake, table)}' (${copy}, overwrite_or_ignore)`);
    rmSync(csv);
  }
  duckdb.closeSync();
}

/** Copies out on a connection of its own: the client does not use one again after that. */
async function copyOut(url, text, target) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await pipeline(await sql.unsafe(text).readable(), target);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

function parquetType(type) {
  const found = PARQUET_TYPES.find(([pattern]) => pattern.test(type));
  if (found === undefined) throw new Error(`no Parquet type for ${type}`);
  return found[1];
}

/** Copies the view's generation of the other database beside that of this one, and compares each cell. */
async function compareView(sql, other, files, { name, version, entity }) {
  const ours = `features.${name}_v${version}`;
  const [theirs, columns] = [`public.${name}_files`, await columnsOf(sql, ours)];
  const listing = (all) => all.map((column) => `${column.name} ${column.type}`).join(", ");
  const written = await columnsOf(other, ours);
  if (listing(columns) !== listing(written))
    throw new Error(`${ours} has other columns on DuckDB:\n  ${listing(written)}\n  ${listing(columns)}`);
  await sql.unsafe(`create table ${theirs} as select * from ${ours} with no data`);
  await copyOut(
    files,
    `copy (select * from ${ours}) to stdout`,
    await sql.unsafe(`copy ${theirs} from stdin`).writable(),
  );
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

function columnsOf(sql, table) {
  return sql.unsafe(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
}

function said(what) {
  console.log(`${what} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
}
