import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  LargeUtf8,
  List,
  makeData,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  tableFromIPC,
  tableToIPC,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { Table as ParquetTable, readParquet, writeParquet } from "parquet-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createParquetThread } from "../../src/columnar/parquet/parquet-thread";
import { parquetSpine } from "../../src/training-sets/spine/read-parquet";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { csvText, features, openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "./support";

const AS_OF = "2026-01-01T00:13:00.123456Z";
const keys = (rows: number) =>
  vectorFromArray(
    Array.from({ length: rows }, () => 3n),
    new Int64(),
  );
const times = (rows: number) =>
  vectorFromArray(
    Array.from({ length: rows }, () => AS_OF),
    new Utf8(),
  );

const words = (type: DataType, data: unknown): Vector =>
  // The values of each test fit their type.
  new Table(
    new Schema([new Field("x", type, true)]),
    new RecordBatch(
      new Schema([new Field("x", type, true)]),
      makeData({
        type: new Struct([new Field("x", type, true)]),
        length: 3,
        nullCount: 0,
        children: [
          makeData({
            type,
            length: 3,
            nullCount: 1,
            nullBitmap: new Uint8Array([5, 0, 0, 0, 0, 0, 0, 0]),
            data,
          } as never),
        ],
      }),
    ),
  ).getChildAt(0) as Vector;

/** Three values of each type, the second null. */
const own: Readonly<Record<string, Vector>> = {
  uint64: vectorFromArray([18446744073709551615n, null, 0n], new Uint64()),
  int64: vectorFromArray([-9223372036854775808n, null, 9007199254740993n], new Int64()),
  int8: vectorFromArray([-128, null, 127], new Int8()),
  decimal: words(
    new Decimal(2, 38, 128),
    new Uint32Array([0xffffffff, 0xffffffff, 0xffff, 0, 0, 0, 0, 0, 0xfffffffb, 0xffffffff, 0xffffffff, 0xffffffff]),
  ),
  day: words(new DateDay(), new Int32Array([-719_528, 0, 3_000_000])),
  seconds: words(new TimestampSecond("Europe/Berlin"), new BigInt64Array([1_769_860_800n, 0n, -1n])),
  millis: words(new TimestampMillisecond(null), new BigInt64Array([1_769_860_800_123n, 0n, -1n])),
  micros: words(new TimestampMicrosecond("UTC"), new BigInt64Array([1_769_860_800_123_456n, 0n, -1n])),
  nanos: words(new TimestampNanosecond("UTC"), new BigInt64Array([1_769_860_800_123_456_789n, 0n, -1n])),
  float64: vectorFromArray([Number.NaN, null, Number.NEGATIVE_INFINITY], new Float64()),
  zero: vectorFromArray([-0, null, 1e20], new Float64()),
  float32: vectorFromArray([0.1, null, Number.POSITIVE_INFINITY], new Float32()),
  float16: vectorFromArray([0.5, null, 2048], new Float16()),
  bool: vectorFromArray([true, null, false], new Bool()),
  large: vectorFromArray(["a", null, "ü"], new LargeUtf8()),
  nothing: vectorFromArray([null, null, null], new Null()),
  integers: vectorFromArray([[9007199254740993n, null], null, []], new List(new Field("item", new Int64(), true))),
  pairs: vectorFromArray(
    [[0.5, Number.NaN], null, [1, 2]],
    new FixedSizeList(2, new Field("item", new Float64(), true)),
  ),
};

function parquetBytes(columns: Readonly<Record<string, Vector>>): Uint8Array {
  return writeParquet(ParquetTable.fromIPCStream(tableToIPC(new Table(columns), "stream")));
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`a spine's own columns on ${target.name}`, () => {
    const thread = createParquetThread({ memoryMb: 1024 });
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "featstore-own-"));
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      made = await openTrainingSets(opened.database, { parquet: thread });
    });
    afterAll(async () => {
      await made?.close();
      await opened?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    const parquetFile = async (columns: Readonly<Record<string, Vector>>) => {
      const path = join(folder, "spine.parquet");
      await writeFile(path, parquetBytes(columns));
      return parquetSpine(thread, path);
    };
    const resultTable = async (id: string) =>
      tableFromIPC(readParquet(await made.file(id, "data.parquet")).intoIPCStream());

    test("pass through Parquet with their types and values unchanged", async () => {
      const spine = await parquetFile({ track_id: keys(3), as_of: times(3), ...own });
      const { id } = await made.make({ spine, features, format: "parquet" });
      const table = await resultTable(id);
      for (const [name, before] of Object.entries(own)) {
        const after = table.getChild(name);
        expect(`${name}: ${after?.type}`).toBe(`${name}: ${before.type}`);
        for (const row of [0, 1, 2]) {
          const value = (vector: Vector | null) => {
            const got: unknown = vector?.isValid(row) === true ? vector.get(row) : null;
            return got !== null && typeof got === "object" && Symbol.iterator in got
              ? [...(got as Iterable<unknown>)]
              : got;
          };
          expect({ name, row, value: value(after) }).toEqual({ name, row, value: value(before) });
        }
      }
    });

    test("become plain values in Parquet when they are dictionary-encoded", async () => {
      const values = vectorFromArray(["a", "b", "a"], new Dictionary(new Utf8(), new Int32()));
      const spine = await parquetFile({ track_id: keys(3), as_of: times(3), values });
      const { id } = await made.make({ spine, features, format: "parquet" });
      expect((await resultTable(id)).getChild("values")?.toArray()).toEqual(["a", "b", "a"]);
    });

    test("have lossless texts in JSON Lines", async () => {
      const spine = await parquetFile({ track_id: keys(3), as_of: times(3), ...own });
      const { text } = await made.make({ spine, features: ["scores.events"] });
      expect(text.split("\n").slice(0, 1)).toEqual([
        '{"track_id":"3","as_of":"2026-01-01T00:13:00.123456Z","uint64":"18446744073709551615","int64":"-9223372036854775808","int8":-128,' +
          '"decimal":"12089258196146291747061.75","day":"+000000-01-01","seconds":"2026-01-31T12:00:00.000000Z","millis":"2026-01-31T12:00:00.123000",' +
          '"micros":"2026-01-31T12:00:00.123456Z","nanos":"2026-01-31T12:00:00.123456789Z","float64":"NaN","zero":-0,"float32":0.10000000149011612,' +
          '"float16":0.5,"bool":true,"large":"a","nothing":null,"integers":["9007199254740993",null],"pairs":[0.5,"NaN"],"scores.events":2}',
      ]);
    });

    test("are the same in a rerun", async () => {
      const spine = await parquetFile({ track_id: keys(3), as_of: times(3), ...own });
      const first = await made.make({ spine, features, format: "parquet" });
      const { done } = await made.sets.rerun(first.id, { tenant: null });
      expect((await done).rerun).toMatchObject({ same: true });
    });

    test("keep whole numbers from JSON and CSV exact in Parquet, whatever their length", async () => {
      const numbers = ["1", "9007199254740993", "18446744073709551615", "12345678901234567890123456789"];
      const row = (index: number, quote: string) =>
        `{"track_id":3,"as_of":"${AS_OF}","a":${index},"b":${numbers[1]},"c":${numbers[index % 3]},"d":${numbers[index]}${quote}}`;
      const { jsonRowsSpine } = await import("../../src/training-sets/spine/read-json");
      const json = jsonRowsSpine(
        [0, 1, 2, 3].map((index) => row(index, "")),
        (index) => `rows[${index}]`,
        false,
      );
      const lines = [0, 1, 2, 3].map(
        (index) => `3,${AS_OF},${index},${numbers[1]},${numbers[index % 3]},${numbers[index]}\n`,
      );
      const csv = csvText(`track_id,as_of,a,b,c,d\n${lines.join("")}`);
      for (const spine of [json, csv]) {
        const { id } = await made.make({ spine, features: ["scores.events"], format: "parquet" });
        const table = await resultTable(id);
        const types = ["a", "b", "c", "d"].map((name) => String(table.getChild(name)?.type));
        expect(types).toEqual(["Int64", "Int64", "Uint64", "Decimal[38e0]"]);
        expect(table.getChild("c")?.get(2)).toBe(18446744073709551615n);
        const again = await made.sets.rerun(id, { tenant: null });
        expect((await again.done).rerun).toMatchObject({ same: true });
      }
    });

    test("write a whole number that JSON cannot hold exactly as a string in JSON Lines", async () => {
      const spine = csvText(`track_id,as_of,n\n3,${AS_OF},9007199254740991\n3,${AS_OF},9007199254740993\n`);
      const { text } = await made.make({ spine, features: ["scores.events"] });
      expect(text).toContain('"n":9007199254740991,');
      expect(text).toContain('"n":"9007199254740993",');
    });

    test.for([
      ["double", vectorFromArray([9007199254740994], new Float64())],
      ["float", vectorFromArray([16777218], new Float32())],
    ] as const)("refuses a key of type %s that may have been rounded", async ([, track_id]) => {
      const spine = await parquetFile({ track_id, as_of: times(1) });
      await expect(made.make({ spine, features })).rejects.toMatchObject({ code: "spine_key_invalid" });
    });

    test("refuses NaN as a key", async () => {
      const spine = await parquetFile({ track_id: vectorFromArray([Number.NaN], new Float64()), as_of: times(1) });
      await expect(made.make({ spine, features })).rejects.toMatchObject({ code: "spine_key_missing" });
    });

    test("accepts whole numbers of type double as integer keys", async () => {
      const spine = await parquetFile({ track_id: vectorFromArray([3], new Float64()), as_of: times(1) });
      expect((await made.make({ spine, features })).text).toContain('"track_id":"3"');
    });

    test("refuses an invalid column name before a record exists", async () => {
      const count = async () =>
        (
          await opened.database.query<{ n: number }>({ text: "select count(*)::int as n from featstore.training_sets" })
        )[0]?.n;
      const before = await count();
      const spine = () => rowsSpine([{ track_id: 3, as_of: AS_OF, "a\0b": 1 }]);
      await expect(made.make({ spine: spine(), features })).rejects.toMatchObject({ code: "spine_column_invalid" });
      await expect(made.make({ spine: spine(), features, asOfColumn: "a\0b" })).rejects.toMatchObject({
        code: "spine_column_invalid",
      });
      expect(await count()).toBe(before);
    });

    test("ends the record of a spine whose error quotes text that PostgreSQL's JSON cannot hold", async () => {
      const spine = rowsSpine([
        { track_id: 3, as_of: AS_OF },
        { track_id: 3, as_of: "\0 \ud800", "a\0b": 1 },
      ]);
      await expect(made.make({ spine, features })).rejects.toMatchObject({ code: "spine_column_invalid" });
      const bad = rowsSpine([{ track_id: 3, as_of: "\0 \ud800" }]);
      await expect(made.make({ spine: bad, features })).rejects.toMatchObject({ code: "spine_time_invalid" });
      const loading = await opened.database.query({
        text: "select 1 from featstore.training_sets where state = 'loading'",
      });
      expect(loading).toEqual([]);
    });
  });
}
