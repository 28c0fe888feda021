import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyTexts } from "../../../src/engine/duckdb/copy-text";
import { withDuckdb } from "../../../src/engine/duckdb/process/index";
import { STAGED_FORMAT } from "../../../src/engine/duckdb/staged-rows";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { openTestEngine } from "./support/test-engine";

/*
 * The law: a value that DuckDB stages and PostgreSQL loads is the value that PostgreSQL has from the same literal. LAW_RUNS sets
 * the number of cases; a case has up to twenty rows of all types.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 4);

/** A literal of a value: PostgreSQL's text, and what DuckDB casts to its type. Null is null in both. */
type Literal = readonly [postgres: string, duckdb: string] | null;

interface Column {
  readonly databaseType: string;
  /** DuckDB's expression for the value of `$n`, a text. */
  readonly duckdb: (parameter: string) => string;
  /** PostgreSQL's; by default a cast. */
  readonly postgres?: (parameter: string) => string;
  readonly literal: fc.Arbitrary<Literal>;
}

const same = <Value>(arbitrary: fc.Arbitrary<Value>, text: (value: Value) => string = String) =>
  fc.option(
    arbitrary.map((value): Literal => [text(value), text(value)]),
    { freq: 6 },
  );
const castTo = (type: string) => (parameter: string) => `cast(${parameter} as ${type})`;
const numberText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

const anyText = fc
  .oneof(
    fc.constantFrom(
      "",
      " ",
      "\\.",
      "\\N",
      "NULL",
      "null",
      '"',
      "'",
      "\\",
      "\n",
      "\r\n",
      "\t",
      "{}",
      "a,b",
      "#",
      "\ufeff",
      "\u0001",
    ),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom("\\", '"', ",", "\n", "\r", "a", "{", "}", "é", "🎵", "\u0007") }),
  )
  .filter((text) => !text.includes("\0"));

/** Writes microseconds as PostgreSQL's text: years before the first have an era. */
function instant(microseconds: bigint, withTime: boolean): string {
  const milliseconds = Number((microseconds - (((microseconds % 1000n) + 1000n) % 1000n)) / 1000n);
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${String(year > 0 ? year : 1 - year).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const micro = String(((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n).padStart(6, "0");
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}.${micro}+00`;
  return `${day}${withTime ? ` ${time}` : ""}${year > 0 ? "" : " BC"}`;
}

const DAY = 86_400_000_000n;
const anyInstant = fc.oneof(
  fc.bigInt(-62_135_596_800_000_000n - 300n * DAY, -62_135_596_800_000_000n + 300n * DAY), // about the first year
  fc.bigInt(-200_000_000_000_000_000n, 300_000_000_000_000_000n), // from 4369 BC to 11476
  fc.bigInt(0n, 2_000_000_000_000_000n),
);
const anyTime = (withTime: boolean, text: (microseconds: bigint) => string) =>
  fc.option(
    fc.oneof(
      { weight: 9, arbitrary: anyInstant.map((at): Literal => [instant(at, withTime), text(at)]) },
      { weight: 1, arbitrary: fc.constantFrom("infinity", "-infinity").map((each): Literal => [each, each]) },
    ),
    { freq: 6 },
  );
const finite = (convert: string) => (parameter: string, type: string) =>
  `case when ${parameter} like '%infinity' then cast(${parameter} as ${type}) else ${convert.replace("?", `try_cast(${parameter} as bigint)`)} end`;

const anyDouble = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, 1e16, 1e-5, 1 / 3, 5e-324));
const anyJson = fc.jsonValue({ maxDepth: 2, stringUnit: "grapheme" }).map((value) => JSON.stringify(value));

const columns: readonly Column[] = [
  { databaseType: "boolean", duckdb: castTo("boolean"), literal: same(fc.boolean()) },
  { databaseType: "integer", duckdb: castTo("integer"), literal: same(fc.integer()) },
  { databaseType: "bigint", duckdb: castTo("bigint"), literal: same(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)) },
  {
    databaseType: "real",
    duckdb: castTo("float"),
    literal: same(fc.oneof(fc.float(), fc.constant(-0)), numberText),
  },
  { databaseType: "double precision", duckdb: castTo("double"), literal: same(anyDouble, numberText) },
  {
    databaseType: "numeric",
    duckdb: castTo("decimal(38, 10)"),
    postgres: (parameter) => `trim_scale(cast(${parameter} as numeric))`,
    literal: same(
      fc.tuple(fc.bigInt(-(10n ** 28n) + 1n, 10n ** 28n - 1n), fc.constantFrom("", ".5", ".0000000001", ".1000000000")),
      ([digits, rest]) => `${digits}${rest}`,
    ),
  },
  { databaseType: "text", duckdb: castTo("varchar"), literal: same(anyText) },
  {
    databaseType: "timestamp with time zone",
    duckdb: (parameter) => finite("make_timestamptz(?)")(parameter, "timestamptz"),
    literal: anyTime(true, String),
  },
  {
    databaseType: "date",
    duckdb: (parameter) => finite("cast(make_timestamp(?) as date)")(parameter, "date"),
    literal: anyTime(false, String),
  },
  { databaseType: "uuid", duckdb: castTo("uuid"), literal: same(fc.uuid()) },
  // PostgreSQL's jsonb cannot hold a null character.
  { databaseType: "jsonb", duckdb: castTo("json"), literal: same(anyJson.filter((text) => !text.includes("\\u0000"))) },
  {
    databaseType: "text[]",
    duckdb: (parameter) => `cast(cast(${parameter} as json) as varchar[])`,
    postgres: (parameter) =>
      `case when ${parameter} is not null then array(select e from jsonb_array_elements_text(${parameter}::jsonb) with ordinality as l (e, n) order by n) end`,
    literal: same(fc.array(fc.option(anyText), { maxLength: 4 }), (value) => JSON.stringify(value)),
  },
  {
    databaseType: "double precision[]",
    duckdb: (parameter) =>
      `list_transform(cast(cast(${parameter} as json) as varchar[]), lambda each: cast(each as double))`,
    postgres: (parameter) =>
      `case when ${parameter} is not null then array(select e::float8 from jsonb_array_elements_text(${parameter}::jsonb) with ordinality as l (e, n) order by n) end`,
    literal: same(fc.array(fc.option(anyDouble.map(numberText)), { maxLength: 4 }), (value) => JSON.stringify(value)),
  },
  {
    databaseType: "vector(3)",
    duckdb: castTo("float[]"),
    literal: same(
      fc.tuple(...Array.from({ length: 3 }, () => fc.float({ noNaN: true, noDefaultInfinity: true }))),
      (value) => `[${value.map(numberText).join(",")}]`,
    ),
  },
];

const named = columns.map((column, index) => ({ ...column, name: `c"${index}` }));
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const anyRows = fc.array(fc.tuple(...columns.map(({ literal }) => literal)), { minLength: 1, maxLength: 20 });

/** So many rows with few values that DuckDB would write a dictionary of them. */
const signedZeros = ["0", "-0", "0", "-0", "0", "-0"].map((zero) =>
  columns.map(({ databaseType }): Literal => (/^(real|double precision)$/.test(databaseType) ? [zero, zero] : null)),
);

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`values from DuckDB on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let connection: DuckDBConnection;
    let folder = "";
    beforeAll(async () => {
      opened = await target.openMigrated();
      folder = await mkdtemp(join(tmpdir(), "featstore-copy-"));
      connection = await (await DuckDBInstance.create(":memory:")).connect();
      await connection.run("set TimeZone = 'UTC'");
      if (target.hasVectors) await opened.database.script("create extension if not exists vector");
      const list = named.map(({ name, databaseType }) => `${quoted(name)} ${databaseType}`).join(", ");
      await opened.database.script(
        `create table loaded (id integer, ${list}); create table expected (id integer, ${list})`,
      );
    });
    afterAll(async () => {
      connection?.closeSync();
      await rm(folder, { recursive: true, force: true });
      await opened?.drop();
    });

    test("are the values of the same literals", { timeout: 300_000 }, async () => {
      let staged = 0;
      await fc.assert(
        fc.asyncProperty(anyRows, fc.integer({ min: 1, max: 200 }), async (rows, pieceBytes) => {
          await opened.database.script("truncate loaded, expected");
          const at = (index: number): string => `$${index + 1}`;
          for (const [id, row] of rows.entries()) {
            const select = named.map(({ name, postgres, databaseType }, index) => {
              const parameter = `${at(index)}::text`;
              return `${postgres?.(parameter) ?? `cast(${parameter} as ${databaseType})`} as ${quoted(name)}`;
            });
            const text = `insert into expected select ${id}, ${select.join(", ")}`;
            await opened.database.query({ text, parameters: row.map((literal) => literal?.[0] ?? null) });
          }
          staged += 1;
          const path = join(folder, String(staged));
          const select = named.map(({ name, duckdb }, index) => `${duckdb(at(index))} as ${quoted(name)}`).join(", ");
          await connection.run(
            `create or replace table staged as select 0 as id, ${select} limit 0`,
            named.map(() => null),
          );
          for (const [id, row] of rows.entries()) {
            const statement = await connection.prepare(`insert into staged select ${id}, ${select}`);
            row.forEach((literal, index) => {
              if (literal === null) statement.bindNull(index + 1);
              else statement.bindVarchar(index + 1, literal[1]);
            });
            await statement.run();
          }
          await connection.run(`copy staged to '${path}.parquet' (${STAGED_FORMAT})`);
          const list = copyTexts([{ name: "id", databaseType: "integer" }, ...named]);
          await connection.run(
            `copy (select ${list} from read_parquet('${path}.parquet')) to '${path}.csv' (format csv, header false, nullstr '')`,
          );
          const bytes = await readFile(`${path}.csv`);
          const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
            bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
          );
          await opened.database.copyFrom(
            { table: "loaded", columns: ["id", ...named.map(({ name }) => name)] },
            pieces,
          );
          const read = async (table: string) =>
            opened.database.query({
              text: `select id, ${named.map(({ name }) => `${quoted(name)}::text as ${quoted(name)}`).join(", ")} from ${table} order by id`,
            });
          expect(await read("loaded")).toEqual(await read("expected"));
        }),
        { numRuns: runs, examples: [[signedZeros, 200]] },
      );
    });

    test("keep the U+FEFF with which their bytes begin", async () => {
      const own = await openTestEngine();
      try {
        await opened.database.script("create table texts (text text)");
        const query = `select chr(65279) || text as text from (values (''), ('a'), ('b"c')) as rows (text)`;
        await withDuckdb(own.engine, {}, (duckdb) =>
          opened.database.copyFrom({ table: "texts", columns: ["text"] }, duckdb.stream(query, "csv")),
        );
        // PGlite, as DuckDB's binding, drops a U+FEFF at the start of a text that it reads.
        const text = "select json_agg(text order by length(text))::text as texts from texts";
        const [row] = await opened.database.query<{ texts: string }>({ text });
        expect(JSON.parse(row?.texts ?? "")).toEqual(["\ufeff", "\ufeffa", '\ufeffb"c']);
      } finally {
        await own.close();
      }
    });
  });
}
