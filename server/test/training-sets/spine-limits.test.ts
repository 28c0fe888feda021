import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Int64, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import { Table as ParquetTable, writeParquet } from "parquet-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createParquetThread, type ParquetThread } from "../../src/columnar/parquet/parquet-thread";
import { createEngine } from "../../src/engine/index";
import { csvSpine } from "../../src/training-sets/spine/read-csv";
import { jsonLinesSpine, jsonRowsSpine } from "../../src/training-sets/spine/read-json";
import { parquetSpine } from "../../src/training-sets/spine/read-parquet";
import { defaultSpineLimits } from "../../src/training-sets/spine/spine-limits";
import type { SpineReader } from "../../src/training-sets/spine/spine-row";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { features, openTrainingSets, prepareScores, type TestTrainingSets } from "./support";

const AS_OF = "2026-01-01T00:13:00.123456Z";

const target = testDatabases("main").find(({ name }) => name === "postgres-16");

describe.skipIf(target === undefined || target.skip)("limits of a spine", () => {
  const thread = createParquetThread({ memoryMb: 1024 });
  let opened: OpenTestDatabase;
  let made: TestTrainingSets;
  let folder: string;
  beforeAll(async () => {
    if (target === undefined) return;
    folder = await mkdtemp(join(tmpdir(), "featstore-limits-"));
    opened = await target.openMigrated();
    await prepareScores(opened.database);
    made = await openTrainingSets(opened.database, { parquet: thread });
  });
  afterAll(async () => {
    await made?.close();
    await opened?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const records = async () =>
    (await opened.database.query<{ state: string }>({ text: "select state from featstore.training_sets" })).length;
  const names = (columns: number) => ["track_id", "as_of", ...Array.from({ length: columns - 2 }, (_, i) => `c${i}`)];
  const jsonRow = (columns: number) =>
    JSON.stringify(Object.fromEntries(names(columns).map((name, i) => [name, i === 0 ? 3 : i === 1 ? AS_OF : i])));
  async function* bytesOf(...texts: readonly string[]) {
    for (const text of texts) yield Buffer.from(text);
  }
  const csvOf = (columns: number) =>
    bytesOf(
      `${names(columns).join(",")}\n`,
      `3,${AS_OF},${Array.from({ length: columns - 2 }, (_, i) => i).join(",")}\n`,
    );
  const parquetOf = async (columns: number, parquet: ParquetThread = thread) => {
    const table = new Table(
      Object.fromEntries(
        names(columns).map((name, i) => [
          name,
          i === 1 ? vectorFromArray([AS_OF], new Utf8()) : vectorFromArray([i === 0 ? 3n : BigInt(i)], new Int64()),
        ]),
      ),
    );
    const path = join(folder, `${columns}.parquet`);
    await writeFile(path, writeParquet(ParquetTable.fromIPCStream(tableToIPC(table, "stream"))));
    return parquetSpine(parquet, path);
  };
  const rows = (...texts: readonly string[]) => jsonRowsSpine(texts, (index) => `rows[${index}]`, false);

  const formats: readonly (readonly [string, (columns: number) => SpineReader | Promise<SpineReader>])[] = [
    ["CSV", (columns) => csvSpine(csvOf(columns))],
    ["JSON rows", (columns) => rows(jsonRow(columns))],
    ["JSON Lines", (columns) => jsonLinesSpine(bytesOf(`${jsonRow(columns)}\n`))],
    ["Parquet", parquetOf],
  ];

  test.for(formats)("%s: accepts 1,000 columns, and refuses 1,001 before a record exists", async ([, spineOf]) => {
    const { manifest } = await made.make({ spine: await spineOf(1000), features, format: "parquet" });
    expect(manifest.columns).toHaveLength(1000 + features.length);
    const before = await records();
    await expect(made.make({ spine: await spineOf(1001), features })).rejects.toMatchObject({
      code: "spine_too_wide",
      status: 413,
      detail: expect.stringContaining("training_sets.columns"),
    });
    expect(await records()).toBe(before);
    expect((await made.left()).tables).toEqual([]);
  });

  test("accepts wider spines when the setting allows", async () => {
    const wide = { ...defaultSpineLimits, columns: 5000 };
    const sets = await openTrainingSets(opened.database, { spineLimits: wide });
    try {
      const spine = csvSpine(csvOf(5000), wide);
      const { manifest } = await sets.make({ spine, features, format: "parquet" });
      expect(manifest).toMatchObject({ result: { rows: 1 } });
      expect(manifest.columns).toHaveLength(5000 + features.length);
    } finally {
      await sets.close();
    }
  });

  test("counts the columns of all JSON rows together", async () => {
    const texts = Array.from({ length: 600 }, (_, i) => `{"track_id":3,"as_of":"${AS_OF}","a${i}":1,"b${i}":2}`);
    await expect(made.make({ spine: rows(...texts), features })).rejects.toMatchObject({ code: "spine_too_wide" });
  });

  test("refuses a query with too many columns like a wide spine, also beyond PostgreSQL's limit", async () => {
    const { spineSource } = await import("../../src/cli/training-set/spine-source");
    const engine = createEngine(opened.database);
    const io = { workingFolder: "/", signal: new AbortController().signal };
    for (const columns of [1200, 20_000]) {
      const list = Array.from({ length: columns }, (_, index) => `${index} as c${index}`).join(", ");
      const sql = `select 3 as track_id, timestamptz '${AS_OF}' as as_of, ${list}`;
      const spine = await spineSource({ sql }, engine, { limits: defaultSpineLimits, parquet: thread }, io);
      await expect(made.make({ spine, features })).rejects.toMatchObject({ code: "spine_too_wide" });
    }
  });

  const long = "x".repeat(1_048_577);
  test.for([
    ["a CSV field", "spine_field_too_long", () => csvSpine(bytesOf(`track_id,as_of,t\n3,${AS_OF},${long}\n`))],
    [
      "an unclosed quote in CSV",
      "spine_line_too_long",
      () => csvSpine(bytesOf('track_id,as_of,t\n3,"', long.repeat(20))),
    ],
    ["a CSV line of commas", "spine_too_wide", () => csvSpine(bytesOf(`track_id,as_of,t\n`, ",".repeat(5_000_000)))],
    ["a CSV header", "spine_header_too_long", () => csvSpine(bytesOf(`track_id,as_of,${long}\n3,${AS_OF},1\n`))],
    ["a value in JSON rows", "spine_field_too_long", () => rows(`{"track_id":3,"as_of":"${AS_OF}","t":"${long}"}`)],
    [
      "a line of JSON Lines",
      "spine_line_too_long",
      () => jsonLinesSpine(bytesOf(`{"track_id":3,"t":"`, long.repeat(5))),
    ],
    [
      "a JSON line of several values",
      "spine_line_too_long",
      () =>
        jsonLinesSpine(
          bytesOf(
            `{"track_id":3,"as_of":"${AS_OF}"${[1, 2, 3, 4, 5].map((i) => `,"t${i}":"${long.slice(9)}"`).join("")}}\n`,
          ),
        ),
    ],
  ] as const)("refuses %s that is too long with %s", async ([, code, spineOf]) => {
    await expect(made.make({ spine: spineOf(), features })).rejects.toMatchObject({
      code,
      status: 413,
      detail: expect.stringContaining("training_sets."),
    });
    expect((await made.left()).tables).toEqual([]);
  });

  test("refuses a spine that needs more memory than the thread may use, and reads the next one", async () => {
    const small = createParquetThread({ memoryMb: 16 });
    const sets = await openTrainingSets(opened.database, { parquet: small });
    try {
      const texts = Array.from({ length: 30 }, () => randomBytes(500_000).toString("hex"));
      const columns = {
        track_id: vectorFromArray(
          texts.map(() => 3n),
          new Int64(),
        ),
        as_of: vectorFromArray(
          texts.map(() => AS_OF),
          new Utf8(),
        ),
        texts: vectorFromArray(texts, new Utf8()),
      };
      const path = join(folder, "texts.parquet");
      await writeFile(path, writeParquet(ParquetTable.fromIPCStream(tableToIPC(new Table(columns), "stream"))));
      const spine = parquetSpine(small, path);
      await expect(sets.make({ spine, features })).rejects.toMatchObject({
        code: "spine_unreadable",
        detail: expect.stringContaining("training_sets.parquet_mb"),
      });
      await expect(sets.make({ spine: await parquetOf(3, small), features })).resolves.toBeDefined();
    } finally {
      await sets.close();
    }
  });

  test("fails a result that needs more memory than the thread may use with a code, and makes the next one", async () => {
    const small = createParquetThread({ memoryMb: 16 });
    const sets = await openTrainingSets(opened.database, { parquet: small });
    try {
      const { id, done } = await sets.sets.start({
        spine: rows(jsonRow(900)),
        features,
        format: "parquet",
        tenant: null,
      });
      await expect(done).rejects.toMatchObject({ code: "parquet_failed" });
      expect(await sets.sets.read(id, { tenant: null })).toMatchObject({
        state: "failed",
        failure: { code: "parquet_failed" },
      });
      await expect(sets.make({ spine: rows(jsonRow(3)), features, format: "parquet" })).resolves.toBeDefined();
    } finally {
      await sets.close();
    }
  });
});
