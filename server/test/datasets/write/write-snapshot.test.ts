import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadParquet, type ParquetWasm } from "../../../src/columnar/index";
import { FeatstoreError } from "../../../src/core/index";
import { createSnapshotWriter } from "../../../src/datasets/write/snapshot-writer";
import { type SnapshotPlan, type WrittenSnapshot, writeSnapshot } from "../../../src/datasets/write/write-snapshot";
import { readCsv, readJson, readParquet } from "./support/read-back";
import { copyLine, copyText, everyTypePlan, everyTypeRows, pieces, type TestRow } from "./support/rows";

let root: string;
let wasm: ParquetWasm;
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "featstore-test-"));
  wasm = await loadParquet(512);
});
afterAll(() => rm(root, { recursive: true }));

const newFolder = () => join(root, String(++folders));

/** Writes in this thread, which is faster for many small snapshots. */
async function writeHere(plan: SnapshotPlan, text: string, bytes = 65_536): Promise<WrittenSnapshot> {
  const writer = await createSnapshotWriter(plan, wasm);
  try {
    for await (const piece of pieces(text, bytes)) await writer.write(piece);
    return await writer.end();
  } finally {
    await writer.abandon();
  }
}

const hashesOf = ({ files }: WrittenSnapshot) => files.map(({ path, sha256 }) => [path, sha256]);

async function failureOf(work: Promise<unknown>): Promise<FeatstoreError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof FeatstoreError) return error;
  throw new Error("expected a FeatstoreError", { cause: error });
}

const songs = (folder: string, more: Partial<SnapshotPlan> = {}): SnapshotPlan => ({
  ...everyTypePlan(folder, more),
  columns: [
    { name: "id", type: "int64", nullable: false, role: "key" },
    { name: "title", type: "string", nullable: true, role: "value" },
    { name: "plays", type: "int32", nullable: true, role: "value" },
  ],
  ...more,
});
const songLine = (id: number | bigint, title: string | null = `Title ${id}`, plays = 1) =>
  copyLine([null, String(id), title, String(plays)]);
const range = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

describe("law", () => {
  test("every format reads back equal, cell by cell, however the rows are cut", async () => {
    const runs = Math.ceil(Number(process.env.LAW_RUNS) / 2);
    await fc.assert(
      fc.asyncProperty(
        everyTypeRows,
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom("", "NULL", "\\N"),
        async (rows, bytes, nullText) => {
          const folder = newFolder();
          const plan = everyTypePlan(folder, { csv: { null: nullText, escapeFormulas: false } });
          const written = await writeHere(plan, copyText(rows), bytes);
          expect(written.rows).toBe(rows.length);
          const path = (format: string) => join(folder, `data/train-00000-of-00001.${format}`);
          const canonical = canonicalJson(rows);
          expect(await readParquet(path("parquet"), plan.columns)).toStrictEqual(rows);
          expect(await readCsv(path("csv"), plan.columns, nullText)).toStrictEqual(rows);
          expect(await readJson(path("jsonl"), plan.columns)).toStrictEqual(canonical);
          expect(await readJson(path("json"), plan.columns)).toStrictEqual(canonical);
          await rm(folder, { recursive: true });
        },
      ),
      { numRuns: runs },
    );
  });

  /** JSON values are compared as values, because the reader here parses them. */
  const canonicalJson = (rows: readonly TestRow[]): TestRow[] =>
    rows.map((row) =>
      row.map((value, index) =>
        index === 10 && typeof value === "string" ? JSON.stringify(JSON.parse(value)) : value,
      ),
    );

  test("counts added, changed and removed rows as a comparison of maps does", async () => {
    const state = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom("a", 'b"', "c,\nd", null)), {
      selector: ([id]) => id,
    });
    await fc.assert(
      fc.asyncProperty(state, state, fc.boolean(), async (before, after, areTexts) => {
        const key = (id: number) =>
          areTexts
            ? (["é", "z", "", "\ud83d\ude00", "\uffee", "B", 'a,\n"', "b", "10", "9", "Z", "zz", " "][id] as string)
            : String(id * 1000 - 3000);
        const order = (left: string, right: string) =>
          areTexts ? Buffer.compare(Buffer.from(left), Buffer.from(right)) : Number(left) - Number(right);
        const text = (rows: typeof before) =>
          rows
            .map(([id, title]) => [key(id), title] as const)
            .sort(([left], [right]) => order(left, right))
            .map(([id, title]) => copyLine([null, id, title, "1"]))
            .join("");
        const columns = songs("").columns.map((column) =>
          column.name === "id" && areTexts ? { ...column, type: "string" as const } : column,
        );
        const first = songs(newFolder(), { columns, formats: ["csv"] });
        const second = songs(newFolder(), {
          columns,
          formats: ["csv"],
          previous: { path: join(first.folder, "row-digests.csv"), columns },
        });
        expect((await writeHere(first, text(before))).changes).toBeNull();
        const old = new Map(before);
        const added = after.filter(([id]) => !old.has(id)).length;
        const changed = after.filter(([id, title]) => old.has(id) && old.get(id) !== title).length;
        expect((await writeHere(second, text(after))).changes).toEqual({
          added,
          changed,
          removed: before.length - (after.length - added),
        });
      }),
    );
  });
});

describe("in its thread", () => {
  test("writes the same bytes as before, and as in one piece", async () => {
    const text = range(25_000)
      .map((id) => songLine(id))
      .join("");
    const split = { by: ["id"], parts: { train: 80, validation: 10, test: 10 } };
    const write = (bytes: number) => writeSnapshot(songs(newFolder(), { split }), pieces(text, bytes));
    const [first, again, whole] = [await write(1000), await write(1000), await write(text.length)];
    expect(hashesOf(again)).toEqual(hashesOf(first));
    expect(hashesOf(whole)).toEqual(hashesOf(first));
  });

  test("names files, rows, bytes and SHA-256 as they are on the disk", async () => {
    const plan = songs(newFolder());
    const { files } = await writeSnapshot(
      plan,
      pieces(
        range(10)
          .map((id) => songLine(id))
          .join(""),
      ),
    );
    expect(files.map(({ path, role, format, rows }) => [path, role, format, rows])).toEqual([
      ["data/train-00000-of-00001.parquet", "data", "parquet", 10],
      ["data/train-00000-of-00001.csv", "data", "csv", 10],
      ["data/train-00000-of-00001.jsonl", "data", "jsonl", 10],
      ["data/train-00000-of-00001.json", "data", "json", 10],
      ["row-digests.csv", "digests", null, 10],
    ]);
    for (const { path, bytes, sha256 } of files) {
      const content = await readFile(join(plan.folder, path));
      expect(content.length).toBe(bytes);
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    }
    expect((await readdir(join(plan.folder, "data"))).length).toBe(4);
  });

  test("stops when aborted, and leaves no file", async () => {
    const plan = songs(newFolder());
    const controller = new AbortController();
    let returned = false;
    async function* endless() {
      try {
        for (let id = 1; ; id += 1) {
          if (id === 50_000) controller.abort(new Error("enough"));
          yield Buffer.from(songLine(id));
        }
      } finally {
        returned = true;
      }
    }
    await expect(writeSnapshot(plan, endless(), controller.signal)).rejects.toThrow("enough");
    expect(returned).toBe(true);
    expect(await readdir(plan.folder).catch(() => [])).toEqual([]);
  });

  test("passes on the failure of its rows, and leaves no file", async () => {
    const plan = songs(newFolder());
    async function* failing() {
      yield Buffer.from(songLine(1));
      throw new RangeError("the rows broke");
    }
    await expect(writeSnapshot(plan, failing())).rejects.toThrow("the rows broke");
    expect(await readdir(plan.folder).catch(() => [])).toEqual([]);
  });

  test("reports a full disk as `storage_full`, and leaves no file", async (context) => {
    const folder = newFolder();
    await mkdir(folder);
    // Only root may mount, on Linux.
    context.skip(
      spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]).status !== 0,
      "cannot mount a tmpfs",
    );
    try {
      const lines = range(60_000).map((id) => songLine(id));
      const failure = await failureOf(writeSnapshot(songs(folder), pieces(lines.join(""))));
      expect([failure.code, failure.status]).toEqual(["storage_full", 507]);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      spawnSync("umount", [folder]);
    }
  });

  test("names key, column and reason of a value that fits no type", async () => {
    const plan = songs(newFolder());
    const failure = await failureOf(
      writeSnapshot(plan, pieces(songLine(7) + copyLine([null, "8", "x", "2147483648"]))),
    );
    expect(failure.code).toBe("dataset_value_invalid");
    expect(failure.detail).toMatch(/key 8 .*"plays"/);
    expect(await readdir(plan.folder)).toEqual([]);
  });
});

describe("values that fit no type", () => {
  const bad: readonly (readonly [column: string, text: string | null])[] = [
    ["id", null],
    ["id", "9223372036854775808"],
    ["id", "-9223372036854775809"],
    ["id", "1.5"],
    ["id", ""],
    ["id", "NaN"],
    ["i32", null],
    ["i32", "2147483648"],
    ["i32", "1e3"],
    ["f32", "1e39"],
    ["f32", "abc"],
    ["f64", "1e400"],
    ["f64", ""],
    ["f64", "0x10"],
    ["flag", "yes"],
    ["at", "infinity"],
    ["at", "2026-02-29 00:00:00"],
    ["at", "2026-01-01 24:00:00"],
    ["at", "2026-01-01 00:00:00.1234567"],
    ["at", "10000-01-01 00:00:00"],
    ["at", "0044-03-15 00:00:00 BC"],
    ["at", "2026-01-01"],
    ["day", "infinity"],
    ["day", "2025-02-29"],
    ["day", "0044-03-15 BC"],
    ["text", null],
    ["uuid", "5d3b8f6e"],
    ["json", "{"],
    ["json", '"\\ud800"'],
    ["json", '{"a": "\\\\\\udfff"}'],
    ["decimal", "NaN"],
    ["decimal", "Infinity"],
    ["decimal", "1e5"],
    ["texts", "{a"],
    ["texts", "{{a},{b}}"],
    ["texts", '["\\ud800"]'],
    ["floats", "{x}"],
    ["floats", "{1,1e400}"],
    ["vector", "[1,2]"],
    ["vector", "[1,2,3,4]"],
    ["vector", "[1,2,NaN]"],
    ["vector", "[1,2,1e39]"],
    ["vector", "{}"],
  ];
  const good: Readonly<Record<string, string>> = { id: "1", i32: "1", text: "x" };
  const rowWith = (column: string, text: string | null) => (plan: SnapshotPlan) =>
    copyLine([null, ...plan.columns.map(({ name }) => (name === column ? text : (good[name] ?? null)))]);

  test.each(bad)("refuses %s of %j, or leaves the row out and counts it", async (column, text) => {
    const line = rowWith(column, text);
    const refused = everyTypePlan(newFolder(), { formats: ["jsonl"] });
    const failure = await failureOf(writeHere(refused, line(refused)));
    expect(failure.code).toBe("dataset_value_invalid");
    expect(failure.detail).toContain(`"${column}"`);
    const tolerant = everyTypePlan(newFolder(), { formats: ["jsonl"], invalid: "exclude" });
    const last = copyLine([null, ...tolerant.columns.map(({ name }) => (name === "id" ? "5" : (good[name] ?? null)))]);
    const written = await writeHere(tolerant, line(tolerant) + last);
    expect([written.rows, written.excluded]).toEqual([1, { invalid_value: 1 }]);
    const [kept, ...others] = await readJson(
      join(tolerant.folder, "data/train-00000-of-00001.jsonl"),
      tolerant.columns,
    );
    expect([kept?.[0], others]).toEqual([5n, []]);
  });

  test("accepts texts of 16 MiB and refuses longer ones", async () => {
    const text = "x".repeat(16 * 1024 * 1024);
    const plan = songs(newFolder(), { formats: ["csv"], invalid: "exclude" });
    const written = await writeHere(plan, songLine(1, text) + songLine(2, `${text}x`) + songLine(3, "y"), 1_000_000);
    expect([written.rows, written.excluded, written.statistics[1]?.longest]).toEqual([
      2,
      { invalid_value: 1 },
      text.length,
    ]);
  });

  test("refuses a key that repeats, and rows that are not sorted", async () => {
    expect((await failureOf(writeHere(songs(newFolder()), songLine(1) + songLine(1)))).code).toBe(
      "dataset_value_invalid",
    );
    await expect(writeHere(songs(newFolder()), songLine(2) + songLine(1))).rejects.toThrow("sorted");
    const tolerant = songs(newFolder(), { invalid: "exclude" });
    expect((await writeHere(tolerant, songLine(1) + songLine(1) + songLine(2))).excluded).toEqual({ invalid_value: 1 });
  });

  test("fails if a row has another number of columns, or is cut", async () => {
    await expect(writeHere(songs(newFolder()), "\\N\t1\tx\n")).rejects.toThrow("columns");
    await expect(writeHere(songs(newFolder()), "\\N\t1\tx\t1\t2\n")).rejects.toThrow("columns");
    await expect(writeHere(songs(newFolder()), "\\N\t1\tx\t1")).rejects.toThrow("middle of a row");
  });
});

test("times are read with any offset, to the microsecond", async () => {
  const plan = songs(newFolder(), {
    formats: ["csv"],
    columns: [
      { name: "id", type: "int32", nullable: false, role: "key" },
      { name: "at", type: "timestamp", nullable: false, role: "value" },
    ],
  });
  const texts = [
    "2026-07-01 02:00:00+02",
    "2026-07-01T00:00:00Z",
    "2026-06-30 20:30:00.000001-03:30",
    "1890-01-01 00:53:28+00:53:28",
    "2026-07-01 00:00:00.120000000",
  ];
  await writeHere(plan, texts.map((text, index) => copyLine([null, String(index), text])).join(""));
  expect(await readCsv(join(plan.folder, "data/train-00000-of-00001.csv"), plan.columns)).toEqual(
    [
      "2026-07-01T00:00:00Z",
      "2026-07-01T00:00:00Z",
      "2026-07-01T00:00:00.000001Z",
      "1890-01-01T00:00:00Z",
      "2026-07-01T00:00:00.12Z",
    ].map((text, index) => {
      const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
      return [index, BigInt(Date.parse(text.replace(/\.\d+/, ""))) * 1000n + BigInt(fraction.padEnd(6, "0"))];
    }),
  );
});

describe("CSV", () => {
  test("with `escapeFormulas`, puts an apostrophe before texts that spreadsheets run, and before no others", async () => {
    const plan = songs(newFolder(), { formats: ["csv"], csv: { null: "NA", escapeFormulas: true } });
    const titles = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "x=1", "", "NA", null];
    await writeHere(plan, titles.map((title, index) => songLine(index, title, -1)).join(""));
    expect(
      (await readCsv(join(plan.folder, "data/train-00000-of-00001.csv"), plan.columns, "NA")).map(([, title]) => title),
    ).toEqual(["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "x=1", "", "NA", null]);
    expect(await readFile(join(plan.folder, "data/train-00000-of-00001.csv"), "utf8")).toContain(
      '7,"",-1\n8,"NA",-1\n9,NA,-1\n',
    );
  });
});

describe("splits", () => {
  const split = { by: ["id"], parts: { train: 80, validation: 10, test: 10 } };
  const idsOf = async (plan: SnapshotPlan, name: string) =>
    (await readCsv(join(plan.folder, `data/${name}-00000-of-00001.csv`), plan.columns)).map(([id]) => id);

  test("a row keeps its part as the data grows, and the shares are as declared", async () => {
    const small = songs(newFolder(), { formats: ["csv"], split });
    const large = songs(newFolder(), { formats: ["csv"], split });
    await writeHere(
      small,
      range(500)
        .map((id) => songLine(id))
        .join(""),
    );
    const written = await writeHere(
      large,
      range(5000)
        .map((id) => songLine(id))
        .join(""),
    );
    expect(Object.values(written.splits).reduce((sum, rows) => sum + rows)).toBe(5000);
    expect(Math.abs((written.splits.train ?? 0) / 5000 - 0.8)).toBeLessThan(0.03);
    for (const name of ["train", "validation", "test"]) {
      const before = await idsOf(small, name);
      expect((await idsOf(large, name)).filter((id) => (id as bigint) <= 500n)).toEqual(before);
    }
  });

  test("rows of a group stay together, also rows without one; each declared part has a file", async () => {
    const plan = songs(newFolder(), { formats: ["csv", "parquet"], split: { ...split, by: ["title"] } });
    const written = await writeHere(
      plan,
      range(300)
        .map((id) => songLine(id, id % 3 === 0 ? null : `artist ${id % 2}`))
        .join(""),
    );
    const parts = await Promise.all(
      ["train", "validation", "test"].map(
        async (name) =>
          new Set(
            (await readCsv(join(plan.folder, `data/${name}-00000-of-00001.csv`), plan.columns)).map(
              ([, title]) => title,
            ),
          ),
      ),
    );
    expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(3);
    expect(written.files.filter(({ role }) => role === "data")).toHaveLength(6);
    for (const { path, format, rows } of written.files)
      if (format === "parquet")
        expect(await readParquet(join(plan.folder, path), plan.columns)).toHaveLength(rows ?? -1);
  });
});

test("a file that exceeds the limit is followed by another, and together they have all rows in order", async () => {
  const plan = songs(newFolder(), { maxFileBytes: 1_000_000 });
  // Digests as titles, which do not compress.
  const title = (id: number) => createHash("sha256").update(String(id)).digest("hex");
  const written = await writeHere(
    plan,
    range(60_000)
      .map((id) => songLine(id, title(id)))
      .join(""),
  );
  for (const format of plan.formats) {
    const files = written.files.filter((file) => file.format === format);
    expect(files.length).toBeGreaterThan(1);
    expect(files.map(({ name }) => name)).toEqual(
      files.map(
        (_, part) => `train-${String(part).padStart(5, "0")}-of-${String(files.length).padStart(5, "0")}.${format}`,
      ),
    );
    expect(files.reduce((sum, { rows }) => sum + (rows ?? 0), 0)).toBe(60_000);
    const read = { parquet: readParquet, csv: readCsv, jsonl: readJson, json: readJson }[format];
    const ids: unknown[] = [];
    for (const { path } of files) ids.push(...(await read(join(plan.folder, path), plan.columns)).map(([id]) => id));
    expect(ids).toEqual(range(60_000).map(BigInt));
  }
});

describe("changes", () => {
  const write = async (columns: SnapshotPlan["columns"], previous: SnapshotPlan | null, lines: string) => {
    const plan = songs(newFolder(), {
      columns,
      formats: ["csv"],
      previous: previous && { path: join(previous.folder, "row-digests.csv"), columns: previous.columns },
    });
    return { plan, changes: (await writeHere(plan, lines)).changes };
  };
  const { columns } = songs("");
  const [id, title, plays] = columns as [never, never, never];

  test("a column that was added changes no row; one that was removed or retyped changes each", async () => {
    const { plan } = await write([id, title], null, copyLine([null, "1", "a"]) + copyLine([null, "2", "b"]));
    expect((await write(columns, plan, songLine(1, "a") + songLine(2, "c"))).changes).toEqual({
      added: 0,
      changed: 1,
      removed: 0,
    });
    expect((await write([id, plays], plan, copyLine([null, "1", "1"]) + copyLine([null, "3", "1"]))).changes).toEqual({
      added: 1,
      changed: 1,
      removed: 1,
    });
    const retyped = [id, { name: "title", type: "json", nullable: true, role: "value" }] as never;
    expect((await write(retyped, plan, copyLine([null, "1", "null"]))).changes).toEqual({
      added: 0,
      changed: 1,
      removed: 1,
    });
  });
});

test("counts what the definition leaves out, and measures the columns over all rows", async () => {
  const plan = everyTypePlan(newFolder(), { formats: ["csv"], split: { by: ["id"], parts: { train: 50, test: 50 } } });
  const row = (id: number, values: Readonly<Record<string, string>>) =>
    copyLine([
      null,
      ...plan.columns.map(({ name }) =>
        name === "id" ? String(id) : (values[name] ?? { i32: "0", text: "x" }[name] ?? null),
      ),
    ]);
  const left = (id: number, reason: string) =>
    copyLine([reason, String(id), ...Array.from({ length: 14 }, () => null)]);
  const written = await writeHere(
    plan,
    [
      row(1, {
        f64: "NaN",
        text: "né👩",
        decimal: "-1.50",
        at: "2026-01-01 00:00:00",
        texts: "{a,b}",
        flag: "t",
        day: "0001-01-01",
      }),
      left(2, "too_short"),
      left(3, "duplicate_text"),
      left(4, "too_short"),
      row(5, {
        f64: "2",
        i64: "-9007199254740993",
        decimal: "10",
        text: "x",
        at: "2026-01-02 00:00:00.000001",
        flag: "f",
      }),
      row(6, { f64: "4", i64: "9223372036854775807", f32: "0.1", text: "x", flag: "t" }),
    ].join(""),
  );
  expect(written.excluded).toEqual({ duplicate_text: 1, too_short: 2 });
  const of = (name: string) => written.statistics[plan.columns.findIndex((column) => column.name === name)];
  expect(of("f64")).toEqual({ nulls: 0, minimum: "2", maximum: "4", mean: 3, longest: null, values: null });
  expect(of("f32")).toMatchObject({ nulls: 2, minimum: "0.1", maximum: "0.1" });
  expect(of("i64")).toMatchObject({ nulls: 1, minimum: "-9007199254740993", maximum: "9223372036854775807" });
  expect(of("decimal")).toMatchObject({ minimum: "-1.50", maximum: "10", mean: 4.25 });
  expect(of("text")).toMatchObject({ longest: 3, values: { "né👩": 1, x: 2 } });
  expect(of("at")).toMatchObject({
    minimum: "2026-01-01T00:00:00.000000Z",
    maximum: "2026-01-02T00:00:00.000001Z",
    mean: null,
  });
  expect(of("day")).toMatchObject({ minimum: "0001-01-01", nulls: 2 });
  expect(of("flag")).toMatchObject({ values: { false: 1, true: 2 } });
  expect(of("texts")).toMatchObject({ longest: 2, nulls: 2 });
  expect(of("json")).toEqual({ nulls: 3, minimum: null, maximum: null, mean: null, longest: null, values: null });
});

test("writes a snapshot without rows in every format", async () => {
  const plan = everyTypePlan(newFolder());
  const written = await writeHere(plan, "");
  expect(written.rows).toBe(0);
  expect(await readParquet(join(plan.folder, "data/train-00000-of-00001.parquet"), plan.columns)).toEqual([]);
  expect(await readJson(join(plan.folder, "data/train-00000-of-00001.json"), plan.columns)).toEqual([]);
});
