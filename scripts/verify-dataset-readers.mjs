// `npm run verify:datasets`: checks that other programs read the files of a snapshot as they were meant. Writes values of every
// type in every format, has pyarrow, polars, DuckDB and hyparquet read them, and compares cell by cell. Then DuckDB looks up ten
// rows of a 50 MB file over HTTP, and the requests and bytes are counted. The Python packages come from PyPI into a folder.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "./toolchain.mjs";

const PACKAGES = ["pyarrow==26.0.1", "polars==2.1.0", "duckdb==1.5.5", "duckdb-extension-httpfs==1.5.5"];
const run = promisify(execFile);
const server = createRequire(join(root, "server/package.json"));
const { createJiti } = await import(pathToFileURL(server.resolve("jiti")).href);
const jiti = createJiti(join(root, "server/src/main.ts"));
const { writeSnapshot } = await jiti.import(join(root, "server/src/datasets/write/write-snapshot.ts"));
const rowsOfTests = await jiti.import(join(root, "server/test/datasets/write/support/rows.ts"));
const { default: fc } = await import(pathToFileURL(server.resolve("fast-check")).href);

const folder = mkdtempSync(join(tmpdir(), "featstore-readers-"));
try {
  const python = await installed();
  const areEqual = await compareReaders(python);
  const isCheap = await lookUpOverHttp(python);
  process.exitCode = areEqual && isCheap ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Installs the Python packages once, in a folder named after their versions. */
async function installed() {
  const name = createHash("sha256").update(PACKAGES.join()).digest("hex").slice(0, 12);
  const venv = join(tmpdir(), `featstore-dataset-readers-${name}`);
  const python = join(venv, "bin/python");
  if (!existsSync(join(venv, "done"))) {
    await run("python3", ["-m", "venv", "--clear", venv]);
    await run(python, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
    writeFileSync(join(venv, "done"), "");
  }
  return python;
}

async function compareReaders(python) {
  const { everyTypePlan, everyTypeRows, copyText, pieces } = rowsOfTests;
  const seen = new Map();
  for (const rows of fc.sample(everyTypeRows, { numRuns: 400, seed: 1 })) for (const row of rows) seen.set(row[0], row);
  const rows = [...seen.values()].sort(([left], [right]) => (left < right ? -1 : 1));
  const data = join(folder, "every-type");
  mkdirSync(data);
  const plan = everyTypePlan(data, { csv: { null: "", escapeFormulas: false } });
  await writeSnapshot(plan, pieces(copyText(rows)));
  const expected = rows.map((row) => row.map((value, index) => canonical(plan.columns[index].type, value)));
  writeFileSync(join(data, "expected.json"), JSON.stringify({ columns: plan.columns, rows: expected }));
  const script = join(root, "scripts/verify-dataset-readers.py");
  const compared = await run(python, [script, "compare", data], { maxBuffer: 1 << 26 }).catch((error) => error);
  process.stdout.write(compared.stdout + compared.stderr);
  const own = await withHyparquet(join(data, "data/train-00000-of-00001.parquet"), plan.columns, expected);
  return compared.code === undefined && own;
}

/** A form of values that is the same for all readers: bits of floats, digits of integers and microseconds, parsed JSON. */
function canonical(type, value) {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => canonical(type === "string[]" ? "string" : "float64", item));
  if (type === "float32" || type === "float64") return bits(value);
  return typeof value === "bigint" ? value.toString() : value;
}

function bits(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Number.isNaN(value) ? "nan" : bytes.toString("hex");
}

async function withHyparquet(path, columns, expected) {
  const { readParquet } = await jiti.import(join(root, "server/test/datasets/write/support/read-back.ts"));
  const rows = await readParquet(path, columns);
  const read = rows.map((row) => row.map((value, index) => canonical(columns[index].type, value)));
  const isEqual = JSON.stringify(read) === JSON.stringify(expected);
  console.log(`hyparquet parquet: ${isEqual ? `${rows.length * columns.length} cells equal` : "DIFFERENT"}`);
  return isEqual;
}

/** Ten rows by key, three of twelve columns, of a file of 50 MB that is sorted by key. */
async function lookUpOverHttp(python) {
  const data = join(folder, "songs");
  mkdirSync(data);
  const text = ["title", "artist", "lyrics_hash"].map((name) => ({ name, type: "string" }));
  const numbers = ["plays", "energy", "mood", "tempo", "loudness", "valence"].map((name) => ({
    name,
    type: "float64",
  }));
  const columns = [
    { name: "id", type: "int64", nullable: false, role: "key" },
    ...[...text, ...numbers, { name: "seen", type: "timestamp" }, { name: "year", type: "int32" }].map((column) => ({
      ...column,
      nullable: true,
      role: "value",
    })),
  ];
  const rows = 600_000;
  async function* copied() {
    let lines = "";
    for (let id = 1; id <= rows; id += 1) {
      const digest = createHash("sha256").update(String(id)).digest();
      const floats = numbers.map((_, index) => digest.readUInt32BE(index * 4) / 2 ** 32);
      lines += [
        "\\N",
        id * 10,
        `Title ${id}`,
        `Artist ${id % 9000}`,
        digest.toString("hex"),
        ...floats,
        "2026-01-01 00:00:00+00",
        1950 + (id % 70),
      ].join("\t");
      lines += "\n";
      if (lines.length < 262_144) continue;
      yield Buffer.from(lines);
      lines = "";
    }
    yield Buffer.from(lines);
  }
  const plan = {
    columns,
    formats: ["parquet"],
    csv: { null: "", escapeFormulas: false },
    invalid: "refuse",
    split: null,
    maxFileBytes: 2 ** 31,
    folder: data,
    previous: null,
  };
  const written = await writeSnapshot(plan, copied());
  const path = join(data, written.files[0].path);
  const counted = { requests: 0, bytes: 0 };
  const snapshots = await serveSnapshots(readFileSync(path));
  const counting = createServer((request, response) => forward(snapshots.origin, counted, request, response));
  await new Promise((resolve) => counting.listen(0, "127.0.0.1", resolve));
  const script = join(root, "scripts/verify-dataset-readers.py");
  const url = `http://127.0.0.1:${counting.address().port}${snapshots.path}`;
  const looked = await run(python, [script, "lookup", url]).catch((error) => error);
  counting.closeAllConnections();
  counting.close();
  await snapshots.close();
  process.stdout.write(looked.stdout + looked.stderr);
  const isCheap = looked.code === undefined && counted.requests <= 6 && counted.bytes < 3_000_000;
  console.log(
    `DuckDB over HTTP: ten rows, three columns, of ${(statSync(path).size / 1e6).toFixed(1)} MB: ${counted.requests} requests (at most 6), ${(counted.bytes / 1e6).toFixed(2)} MB (less than 3)${isCheap ? "" : ": TOO MUCH"}`,
  );
  return isCheap;
}

/** Serves a file with the routes of the server, to readers without a key. */
async function serveSnapshots(content) {
  const support = join(root, "server/test/datasets/support");
  const { createStubReader, publishSample, sampleDefinition } = await jiti.import(join(support, "sample-snapshot.ts"));
  const { startDownloadServer } = await jiti.import(join(support, "download-server.ts"));
  const { createLocalFiles } = await jiti.import(join(root, "server/src/datasets/files/local-files.ts"));
  const { createUnchangedFiles } = await jiti.import(join(root, "server/src/datasets/download/unchanged-files.ts"));
  const files = createLocalFiles(join(folder, "snapshots"));
  const stub = createStubReader();
  stub.add(sampleDefinition("songs", { access: "public" }));
  stub.snapshots.push(await publishSample(files, "songs", [{ name: "songs.parquet", content, role: "data" }]));
  const server = await startDownloadServer(
    {
      datasetDownloads: {
        reader: stub.reader,
        files,
        acceptances: { has: async () => false, record: async () => 0n },
        unchanged: createUnchangedFiles(files),
        anonymous: true,
        redirects: false,
        onSent: () => undefined,
        counts: { add: () => undefined, flush: async () => undefined, close: async () => undefined },
        ...{ streamBytes: 0, keptMs: 0 },
        onFault: console.error,
      },
    },
    { holders: [], anonymousPerMinute: 1000 },
  );
  const path = `/api/datasets/songs/snapshots/${stub.snapshots[0].id}/files/songs.parquet`;
  return { origin: server.url, path, close: server.close };
}

/** Forwards a request and counts it, with the bytes of its answer. */
function forward(origin, counted, { method, url, headers }, response) {
  counted.requests += 1;
  const sent = request(`${origin}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.on("data", (piece) => {
      counted.bytes += piece.length;
    });
    answer.pipe(response);
  });
  sent.on("error", () => response.destroy());
  sent.end();
}
