import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoteText } from "../../../src/database/index";
import { duckdbFailure } from "../../../src/engine/duckdb/process/duckdb-failure";
import { sweepOperations, withDuckdb } from "../../../src/engine/duckdb/process/index";
import { forkTypeScript } from "../../helpers/typescript-child";
import { duckdbProcesses, openTestEngine, secretOf, type TestEngine } from "./support/test-engine";

let own: TestEngine;

beforeAll(async () => {
  own = await openTestEngine();
});
afterAll(() => own.close());

/** Never ends by itself, and yields rows at once. */
const ENDLESS = "select i from range(1000000000000) as r (i)";
/** Computes for long before it yields a row. */
const LONG = "select count(*) from range(100000000) as a (i), range(100000) as b (j) where i % 7 = j % 11";

const operations = () => readdir(join(own.folder, "staging/operations"));

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

test("returns texts, binds parameters, and leaves no process and no folder", async () => {
  const rows = await withDuckdb(own.engine, { isShort: true }, (duckdb) =>
    duckdb.rows(
      "select cast($1 as integer) + 1 as n, $2 as nothing, timestamptz '2026-01-02 03:04:05.123456+01' as t, [1.5] as l, true as b",
      { parameters: ["41", null] },
    ),
  );
  expect(rows).toEqual([{ n: "42", nothing: null, t: "2026-01-02 02:04:05.123456+00", l: "[1.5]", b: "true" }]);
  expect(duckdbProcesses()).toEqual([]);
  expect(await operations()).toEqual([]);
});

test("the process has no environment, and its configuration is locked", async () => {
  await withDuckdb(own.engine, {}, async (duckdb) => {
    const [pid] = duckdbProcesses();
    const names = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0").map((line) => line.split("=")[0]);
    expect(names.filter((name) => name !== "" && !name?.startsWith("NODE_CHANNEL"))).toEqual([]);
    for (const text of [
      "set threads = 7",
      "set enable_external_access = true",
      "set allowed_directories = ['/']",
      "install httpfs",
      "load httpfs",
      "select 1; select 2",
      `attach '${own.folder}/other.db' as other`,
    ])
      await expect(duckdb.run(text), text).rejects.toMatchObject({ name: "EngineError" });
    // The session goes on.
    expect(await duckdb.rows("select 1 as one")).toEqual([{ one: "1" }]);
  });
});

describe("a stream", () => {
  test("of CSV has the form that PostgreSQL loads, of JSON one object per line", async () => {
    await withDuckdb(own.engine, {}, async (duckdb) => {
      const query = `select cast($1 as integer) as n, null as nothing, '' as empty, 'a "b",\n' as text -- the end`;
      expect(await textOf(duckdb.stream(query, "csv", { parameters: ["7"] }))).toBe('7,,"","a ""b"",\n"\n');
      expect(await textOf(duckdb.stream("select 1 as a, null as b", "json"))).toBe('{"a":1,"b":null}\n');
      expect(await textOf(duckdb.stream("select 1 where false", "csv"))).toBe("");
      const many = await textOf(duckdb.stream("select i from range(300000) as r (i) order by i", "csv"));
      expect(many.split("\n").length - 1).toBe(300_000);
      expect(many.endsWith("\n299999\n")).toBe(true);
    });
  });

  test("that fails midway or at once throws the failure, and one that is left early ends its statement", async () => {
    await withDuckdb(own.engine, {}, async (duckdb) => {
      await expect(textOf(duckdb.stream("select nosuch", "csv"))).rejects.toMatchObject({
        code: "engine_statement_failed",
      });
      const midway = "select if(i > 900000, error('stop'), i) as n from range(2000000) as r (i)";
      await expect(textOf(duckdb.stream(midway, "csv"))).rejects.toMatchObject({ code: "engine_statement_failed" });
      for await (const chunk of duckdb.stream(ENDLESS, "csv")) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await duckdb.rows("select 1 as one")).toEqual([{ one: "1" }]);
    });
  });
});

describe("an operation ends", () => {
  test("by its signal, in the middle of a statement", async () => {
    const stop = new AbortController();
    const run = withDuckdb(own.engine, { signal: stop.signal }, async (duckdb) => {
      for await (const _ of duckdb.stream(ENDLESS, "csv")) stop.abort();
    });
    await expect(run).rejects.toMatchObject({ name: "DatabaseError", code: "aborted" });
    expect(duckdbProcesses()).toEqual([]);
    expect(await operations()).toEqual([]);
  });

  test("while it waits for another one, which a short one does not", async () => {
    const stop = new AbortController();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const order: string[] = [];
    const first = withDuckdb(own.engine, {}, async () => {
      begin();
      await finished;
      order.push("first");
    });
    await begun;
    const second = withDuckdb(own.engine, {}, async () => order.push("second"));
    const third = withDuckdb(own.engine, { signal: stop.signal }, async () => order.push("third"));
    await withDuckdb(own.engine, { isShort: true }, async () => order.push("short"));
    stop.abort();
    await expect(third).rejects.toMatchObject({ code: "aborted" });
    finish();
    await Promise.all([first, second]);
    expect(order).toEqual(["short", "first", "second"]);
  });

  test("a statement's deadline interrupts it, and the session goes on", async () => {
    await withDuckdb(own.engine, {}, async (duckdb) => {
      await expect(duckdb.rows(LONG, { deadlineMs: 50 })).rejects.toMatchObject({ code: "deadline_exceeded" });
      expect(await duckdb.rows("select 1 as one")).toEqual([{ one: "1" }]);
    });
  });

  test("a statement that does not end when it is interrupted is killed with its process", async () => {
    const pipe = join(own.folder, "lake/pipe");
    execFileSync("mkfifo", [pipe]);
    await withDuckdb(own.engine, {}, async (duckdb) => {
      // Nobody reads the pipe, so DuckDB waits until it can open it.
      const stuck = duckdb.run(`copy (select 1) to '${pipe}' (format csv, use_tmp_file false)`, { deadlineMs: 50 });
      await expect(stuck).rejects.toMatchObject({ code: "deadline_exceeded" });
      await expect(duckdb.rows("select 1")).rejects.toMatchObject({ code: "engine_lost" });
    });
  });

  test("when its process is killed", async () => {
    const run = withDuckdb(own.engine, {}, async (duckdb) => {
      for await (const _ of duckdb.stream(ENDLESS, "csv"))
        for (const pid of duckdbProcesses()) process.kill(pid, "SIGKILL");
    });
    await expect(run).rejects.toMatchObject({ name: "EngineError", code: "engine_lost" });
    expect(await operations()).toEqual([]);
  });

  test("when its memory does not suffice", async () => {
    const small = own.open({ memoryMb: 80 });
    const run = withDuckdb(small, {}, (duckdb) =>
      duckdb.rows("select len(list(i)) as n from range(100000000) as r (i)"),
    );
    await expect(run).rejects.toMatchObject({ code: "engine_out_of_memory" });
  });

  test("when the disk is full", async () => {
    const run = withDuckdb(own.engine, { folders: ["/dev"] }, (duckdb) =>
      duckdb.run("copy (select i from range(1000000) as r (i)) to '/dev/full' (format csv, use_tmp_file false)"),
    );
    await expect(run).rejects.toMatchObject({ code: "engine_disk_full" });
  });
});

test("the folder of a dead process's operation is removed, that of a living one stays", async () => {
  const staging = join(own.folder, "staging");
  const left = join(staging, "operations/left");
  await mkdir(join(left, "spill"), { recursive: true });
  await withDuckdb(own.engine, {}, async () => {
    const [current = ""] = (await operations()).filter((name) => name !== "left");
    const holder = await readFile(join(staging, "operations", current, "holder.json"), "utf8");
    await writeFile(join(left, "holder.json"), JSON.stringify({ ...JSON.parse(holder), identity: "gone/1" }));
    await sweepOperations(staging);
    expect(await operations()).toEqual([current]);
  });
});

test("DuckDB's process ends with its parent, and a later operation removes its folder", async () => {
  const parent = forkTypeScript(new URL("support/session-child.ts", import.meta.url), [
    JSON.stringify(own.engine.settings),
  ]);
  await once(parent, "message");
  const [pid = 0] = duckdbProcesses(parent.pid);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  expect(await operations()).toHaveLength(1);
  await withDuckdb(own.engine, {}, async () => expect(await operations()).toHaveLength(1));
  expect(await operations()).toEqual([]);
});

describe("an error", () => {
  const names = ["plays/a.parquet", "q'uote.parquet", "day=2026-01-01/a b.parquet"];
  test.each(names)("names the damaged file %s", async (name) => {
    const folder = join(own.lake, "damaged", name);
    await mkdir(dirname(folder), { recursive: true });
    for (const bytes of ["", "a text that is longer than the footer of a file"]) {
      await writeFile(folder, bytes);
      for (const path of [`damaged/${name}`, join(own.lake, "damaged/**/*.parquet")]) {
        const text = `select count(*) from read_parquet(${quoteText(path)})`;
        await expect(withDuckdb(own.engine, {}, (duckdb) => duckdb.rows(text))).rejects.toMatchObject({
          code: "engine_source_failed",
          detail: expect.stringContaining(name),
        });
      }
    }
    await rm(join(own.lake, "damaged"), { recursive: true });
  });

  test("names the paths of a damaged file that DuckDB does not name", async () => {
    const file = await own.write("lake/footer/a.parquet", "select i as id from range(1000) as r (i)");
    const bytes = await readFile(file);
    bytes.fill(0xff, bytes.length - 60, bytes.length - 8);
    await writeFile(file, bytes);
    const text = "select count(*) from read_parquet('footer/*.parquet')";
    await expect(withDuckdb(own.engine, {}, (duckdb) => duckdb.rows(text))).rejects.toMatchObject({
      code: "engine_source_failed",
      detail: expect.stringContaining("footer/"),
    });
  });

  test("names the folder of a partition that is not of its type", async () => {
    await own.write("lake/parts/day=soon/a.parquet", "select 1 as id");
    const text = "select * from read_parquet('parts/**/*.parquet', hive_types = {day: date})";
    await expect(withDuckdb(own.engine, {}, (duckdb) => duckdb.rows(text))).rejects.toMatchObject({
      code: "engine_source_failed",
      detail: expect.stringMatching(/soon.*day/i),
    });
  });

  test("shows no value of a row, even one that looks like a path", async () => {
    await own.write(
      "lake/values/a.parquet",
      "select unnest(['/geheim/a.parquet', 's3://geheim/a.parquet', 'geheim']) as name",
    );
    for (const like of ["/%", "s3%", "geheim"]) {
      const text = `select cast(name as integer) from read_parquet('values/*.parquet') where name like '${like}'`;
      const error = await withDuckdb(own.engine, {}, (duckdb) => duckdb.rows(text)).catch((reason: unknown) => reason);
      expect(String(error)).toContain("Could not convert");
      expect(String(error)).not.toContain("geheim");
    }
  });
});

test("a missing extension is reported before anything is read", async () => {
  const url = secretOf("postgres://ada:geheim@127.0.0.1:1/music");
  for (const extensions of [null, own.folder]) {
    const run = withDuckdb(own.open({ url, extensions }), {}, async () => 1);
    await expect(run).rejects.toMatchObject({ code: "engine_extension_missing" });
  }
  await writeFile(join(own.folder, "postgres_scanner.duckdb_extension"), "no extension");
  const run = withDuckdb(own.open({ url, extensions: own.folder }), {}, async () => 1);
  await expect(run).rejects.toMatchObject({ code: "engine_extension_missing" });
});

test.for([
  ["package", "Cannot find package", "engine_unavailable"],
  [
    "extension",
    "Failed to load '/x', The file was built specifically for DuckDB version 'v1.4.1'",
    "engine_extension_missing",
  ],
  ["attach", 'IO Error: Unable to connect to Postgres at "password=geheim"', "engine_unavailable"],
  ["secret", "Invalid Input Error: 'geheim'", "engine_unavailable"],
  ["statement", "Out of Memory Error: failed to offload data block", "engine_disk_full"],
  ["statement", "IO Error: Could not write file: No space left on device", "engine_disk_full"],
  ["statement", "Out of Memory Error: failed to allocate data", "engine_out_of_memory"],
  [
    "statement",
    "HTTP Error: HTTP GET error reading 's3://music/a.parquet' (HTTP 403 Forbidden)",
    "engine_source_failed",
  ],
  [
    "statement",
    "IO Error: Timeout was reached error for HTTP GET to 'http://127.0.0.1:1/music/?prefix=geheim'",
    "engine_unavailable",
  ],
  [
    "statement",
    "Conversion Error: Could not convert string 'geheim' to INT32\n\nLINE 1: select \"geheim\"",
    "engine_statement_failed",
  ],
  [
    "statement",
    'Invalid Input Error: Failed to read file "/lake/a.parquet": Unsupported compression codec "LZO".',
    "engine_source_failed",
  ],
  ["statement", "Invalid Error: don't know what type: \u000f", "engine_source_failed"],
  ["statement", "INTERRUPT Error: Interrupted!", "aborted"],
] as const)("%s: %s", ([during, message, code]) => {
  const error = duckdbFailure("lake", { during, message });
  expect(error.code).toBe(code);
  expect(error.message).not.toContain("geheim");
});
