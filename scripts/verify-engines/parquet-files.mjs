import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../toolchain.mjs";
import { columnsOf, copyOut } from "./tables.mjs";

const server = createRequire(join(root, "server/package.json"));

/** The files of each table: the folder's name, the SQL of its rows from CSV, and its partitions. */
export const FILES = {
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

/** Writes the tables as Parquet files, through CSV, so that no row becomes an object. */
export async function writeFiles(sql, url, folder, lake) {
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

function parquetType(type) {
  const found = PARQUET_TYPES.find(([pattern]) => pattern.test(type));
  if (found === undefined) throw new Error(`no Parquet type for ${type}`);
  return found[1];
}
