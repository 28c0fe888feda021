// `npm run verify:oracle [-- --values N --seed N --plant AGGREGATE --out FILE --keep]`: compares values that Featstore serves
// and writes with an independent oracle in Python. docs/correctness.md describes it. Needs TEST_DATABASE_URL, python3 (3.11
// or newer) and PyPI. With --plant, the oracle is wrong about one aggregate, and the command fails unless that is found.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pythonTools } from "./cached-tools.mjs";
import { root } from "./toolchain.mjs";
import { runCase } from "./verify-oracle/round.mjs";
import { createTotals } from "./verify-oracle/totals.mjs";

const PACKAGES = ["pandas==3.1.1", "pyarrow==26.0.1", "psycopg[binary]==3.2.12", "tzdata==2025.2", "urllib3==2.8.0"];
const postgres = createRequire(join(root, "server/package.json"))("postgres");

const [cli, ...line] = process.argv.slice(2);
const { values: options } = parseArgs({
  args: line,
  options: {
    values: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    plant: { type: "string" },
    out: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const wanted = Number(options.values);
const firstSeed = Number(options.seed);
const size =
  wanted < 50_000
    ? { views: 1, features: 12, perKey: 6, spine: 40 }
    : { views: 4, features: 14, perKey: 10, spine: 350 };

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.stderr ? `${error.stdout}${error.stderr}` : error);
  process.exitCode = 1;
}

async function main() {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) {
    console.error('This needs PostgreSQL: npm run services start && eval "$(npm run -s services env)"');
    return 2;
  }
  const python = pythonTools("oracle", PACKAGES);
  const totals = createTotals();
  const begun = performance.now();
  console.log(`seed ${firstSeed}`);
  for (let seed = firstSeed; totals.compared() < wanted; seed += 1) {
    const { description, parts } = await withPlace(url, seed, (place) =>
      runCase({ cli, python, seed, size, plant: options.plant, ...place }),
    );
    totals.add(seed, description, parts);
    const seconds = (performance.now() - begun) / 1000;
    console.log(`seed ${seed}: ${totals.compared()} values, ${totals.different()} different, ${seconds.toFixed(0)} s`);
  }
  const result = totals.result({ seed: firstSeed, seconds: Math.round((performance.now() - begun) / 1000) });
  totals.print();
  if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`To repeat: npm run verify:oracle -- --values ${wanted} --seed ${firstSeed}`);
  console.log(`${totals.compared()} values compared, ${totals.different()} different`);
  if (options.plant !== undefined) return totals.isFound(options.plant) ? 0 : 1;
  return totals.different() > 0 ? 1 : 0;
}

/** Makes an empty folder and database for a case, and removes them afterwards. */
async function withPlace(url, seed, work) {
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  const name = `verify_oracle_${process.pid}_${seed}`;
  const folder = mkdtempSync(join(tmpdir(), "featstore-oracle-"));
  mkdirSync(folder, { recursive: true });
  const database = new URL(url);
  database.pathname = `/${name}`;
  try {
    await admin`create database ${admin(name)}`;
    return await work({ database: database.href, folder });
  } finally {
    if (options.keep) console.log(`kept: ${folder}`);
    await admin`drop database if exists ${admin(name)} with (force)`;
    await admin.end();
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  }
}
