// `npm run verify:engines [-- --scale N --seed N --embeddings --keep]`: computes the shipped definitions on PostgreSQL over tables, and on
// DuckDB and Spark over the same rows as Parquet files, and compares the generations cell by cell. float64 values may differ by
// 1e-12, relative for values above 1 and absolute below, because sums add in another order (a standard deviation of nearly equal
// values has few exact digits); everything else has to be equal. Needs TEST_DATABASE_URL, and for Spark, which is otherwise left out,
// TEST_SPARK_URL, TEST_S3_URL and TEST_DUCKDB_EXTENSIONS. With REQUIRE_SERVICES=1, no engine is left out.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { root } from "./toolchain.mjs";
import { compareView } from "./verify-engines/compare-view.mjs";
import { ENGINES } from "./verify-engines/engines.mjs";
import { FILES, writeFiles } from "./verify-engines/parquet-files.mjs";
import { connect } from "./verify-engines/tables.mjs";

const TRACKS = 57_718;
const ANALYSES = 269_646;
const UNTIL = "2026-06-01T00:00:00Z";

const jiti = createRequire(join(root, "server/package.json"))("jiti").createJiti(import.meta.url);
const shipped = await jiti.import("../feature-definitions/definitions/index.ts");
const { collectDefinitions, resolveRelations } = await jiti.import("../feature-definitions/src/compiler.ts");
const { featureViews } = collectDefinitions([shipped]);
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
  const engines = [];
  for (const engine of ENGINES) {
    const missing = engine.needs.filter((variable) => process.env[variable] === undefined);
    if (missing.length === 0) engines.push(engine);
    else
      console.error(`${engine.title} is left out without ${missing.join(", ")}: bash scripts/services.sh start spark`);
  }
  if (engines.length < ENGINES.length && process.env.REQUIRE_SERVICES === "1") return 2;
  const folder = mkdtempSync(join(tmpdir(), "featstore-engines-"));
  const ends = [async () => rmSync(folder, { recursive: true, force: true })];
  const database = async (title) => {
    const name = `verify_engines_${title.toLowerCase()}_${process.pid}`;
    const admin = connect(url, 1);
    await admin.unsafe(`create database ${name}`);
    const { href } = Object.assign(new URL(url), { pathname: `/${name}` });
    const sql = connect(href);
    ends.unshift(async () => {
      await sql.end();
      if (options.keep) console.log(`kept: ${name}`);
      else await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    });
    return { url: href, sql };
  };
  try {
    const tables = await database("PostgreSQL");
    const lake = join(folder, "lake");
    await prepareRows(tables, folder, lake);
    let different = 0;
    for (const engine of engines) {
      const name = `verify-engines-${process.pid}`;
      const { settings, environment, remove } = await engine.open({ lake, name, environment: process.env });
      ends.unshift(remove);
      const files = await database(engine.title);
      await files.sql.unsafe("create extension if not exists vector");
      writeFileSync(join(folder, "featstore.config.yaml"), JSON.stringify({ engines: { lake: settings } }));
      await materialize(
        files.url,
        folder,
        featureViews.map((view) => overFiles(view, settings.roots[0])),
        environment,
      );
      said(`materialized them on ${engine.title}`);
      different += await compare(tables, files, engine.title);
    }
    return different > 0 ? 1 : 0;
  } finally {
    if (options.keep) console.log(`kept: ${folder}`);
    for (const end of options.keep ? ends.slice(0, -1) : ends) await end();
  }
}

/** Generates the rows, writes them as files, and materializes the views on PostgreSQL. */
async function prepareRows({ url, sql }, folder, lake) {
  const sizes = ["--tracks", Math.round(TRACKS * scale), "--analyses", Math.round(ANALYSES * scale)].map(String);
  const more = options.embeddings ? [] : ["--without-embeddings"];
  await featstore(url, folder, ["sample", "generate", ...sizes, "--seed", options.seed, "--until", UNTIL, ...more]);
  said("generated the rows");
  await writeFiles(sql, url, folder, lake);
  said("wrote them as Parquet files");
  await materialize(url, folder, featureViews);
  said("materialized them on PostgreSQL");
}

/** Prints the differences between the generations of PostgreSQL and of an engine; returns how many cells differ. */
async function compare(tables, files, title) {
  let different = 0;
  const totals = { views: 0, rows: 0, cells: 0, relative: 0, absolute: 0 };
  for (const view of featureViews) {
    const found = await compareView(tables, files, view, title);
    totals.views += 1;
    for (const name of ["rows", "cells", "relative", "absolute"]) totals[name] += found[name];
    const wrong = Object.entries(found.different).filter(([, count]) => count > 0);
    different += wrong.reduce((sum, [, count]) => sum + count, 0);
    const listed = wrong.map(([name, count]) => `${name} in ${count} rows`).join(", ");
    console.log(
      `${view.name}@${view.version}: ${found.rows} rows, ${found.cells} cells, ${wrong.length === 0 ? "no difference" : `DIFFERENT: ${listed}`}`,
    );
  }
  if (totals.rows === 0) throw new Error("no view has a row");
  console.log(
    `PostgreSQL and ${title}: ${totals.views} views, ${totals.rows} rows, ${totals.cells} cells: ${different} different; of float64, ${totals.relative} are within 1e-12 relative and ${totals.absolute} within 1e-12 absolute`,
  );
  return different;
}

function overFiles(view, lake) {
  return resolveRelations(view, ({ table }) => {
    const { path, partitions } = FILES[table];
    const relation = { kind: "files", engine: "lake", path: `${lake}/${path}` };
    return partitions === undefined ? relation : { ...relation, partitions };
  });
}

/** Applies views, given as data, and materializes them. */
async function materialize(database, folder, views, environment = {}) {
  const definitions = join(folder, "definitions.mjs");
  writeFileSync(definitions, views.map((view) => `export const ${view.name} = ${JSON.stringify(view)};\n`).join(""));
  const more = { FEATSTORE_DEFINITIONS: definitions, ...environment };
  await featstore(database, folder, ["apply"], more);
  await featstore(database, folder, ["materialize", "--as-of", UNTIL], more);
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

function said(what) {
  console.log(`${what} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
}
