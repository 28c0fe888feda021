import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { DatabaseError, type DatabaseErrorCode } from "../../src/database/database-error";
import { csvLine } from "../../src/database/sql-text";

/** Opens a fresh database for the suite. */
export interface ConformanceTarget {
  readonly name: string;
  readonly kind: Database["kind"];
  readonly hasVectors: boolean;
  readonly skip: boolean;
  open(options?: { poolSize?: number; queueLimit?: number }): Promise<{ database: Database; drop(): Promise<void> }>;
}

async function failureOf(work: Promise<unknown>): Promise<DatabaseError> {
  const error = await work.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof DatabaseError) return error;
  throw new Error("expected a DatabaseError", { cause: error });
}

async function codeOf(work: Promise<unknown>): Promise<DatabaseErrorCode> {
  return (await failureOf(work)).code;
}

async function collect<Row>(chunks: AsyncIterable<Row[]>): Promise<Row[][]> {
  const all: Row[][] = [];
  for await (const rows of chunks) all.push(rows);
  return all;
}

/** A latch: `opened` resolves after `open` is called. */
function latch<T = void>() {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** The behaviour that every `Database` has. */
export function describeDatabase(target: ConformanceTarget): void {
  describe.skipIf(target.skip)(target.name, () => {
    let database: Database;
    let drop: () => Promise<void>;
    let tables = 0;

    beforeAll(async () => {
      ({ database, drop } = await target.open());
    });
    afterAll(() => drop?.());

    const one = async (text: string, ...parameters: (string | null)[]) => {
      const rows = await database.query<{ value: unknown }>({ text: `select ${text} as value`, parameters });
      return rows[0]?.value;
    };
    const createTable = async (columns: string) => {
      const table = `t${++tables}`;
      await database.script(`create table ${table} (${columns})`);
      return table;
    };
    const countOf = async (table: string) =>
      (await database.query<{ n: number }>({ text: `select count(*)::int as n from ${table}` }))[0]?.n;

    test("reports its kind", () => {
      expect(database.kind).toBe(target.kind);
    });

    test.each([
      ["true", true],
      ["false", false],
      ["null::bool", null],
      ["null::int", null],
      ["(-32768)::int2", -32768],
      ["2147483647", 2147483647],
      ["(-2147483648)::int4", -2147483648],
      ["1.5::float4", 1.5],
      ["1.7976931348623157e308::float8", Number.MAX_VALUE],
      ["5e-324::float8", Number.MIN_VALUE],
      ["0.1::float8 + 0.2::float8", 0.1 + 0.2],
      ["'NaN'::float8", Number.NaN],
      ["'-Infinity'::float8", Number.NEGATIVE_INFINITY],
      ["'-0'::float8", -0],
      ["9223372036854775807", "9223372036854775807"],
      ["(-9223372036854775808)::int8", "-9223372036854775808"],
      ["123456789012345678901234567890.1234567890", "123456789012345678901234567890.1234567890"],
      ["7::oid", "7"],
      ["'text'", "text"],
      ["''", ""],
      ["'𝕏 ñ 漢字 \u{10ffff}'", "𝕏 ñ 漢字 \u{10ffff}"],
      ["'x'::varchar(3)", "x"],
      ["'x'::char(3)", "x  "],
      [`'{"b": 1.50,  "a": [null]}'::json`, `{"b": 1.50,  "a": [null]}`],
      [`'{"b": 1.50,  "a": [null]}'::jsonb`, `{"a": [null], "b": 1.50}`],
      ["'null'::jsonb", "null"],
      ["'2026-01-02 03:04:05.123456'::timestamp", "2026-01-02 03:04:05.123456"],
      ["('2026-07-02T03:04:05.123456Z'::timestamptz at time zone 'UTC')", "2026-07-02 03:04:05.123456"],
      ["'2026-01-02'::date", "2026-01-02"],
      ["'infinity'::date", "infinity"],
      ["array[1, null, 3]", "{1,NULL,3}"],
      ["array[true, false]", "{t,f}"],
      [`array['a b', 'c"d', null, '']`, `{"a b","c\\"d",NULL,""}`],
      ["array[1.5::float8]", "{1.5}"],
      ["array['2026-01-02'::date]", "{2026-01-02}"],
      ["'\\x00ff'::bytea", "\\x00ff"],
      ["'5d3b8f6e-0000-4000-8000-000000000001'::uuid", "5d3b8f6e-0000-4000-8000-000000000001"],
      ["row(1, 'x')", "(1,x)"],
    ])("returns the value of %s", async (expression, expected) => {
      expect(await one(expression)).toStrictEqual(expected);
    });

    if (target.hasVectors) {
      test("returns a vector as text", async () => {
        await database.script("create extension if not exists vector");
        expect(await one("$1::text::vector", "[1,2.5,-3]")).toBe("[1,2.5,-3]");
        expect(await one("$1::vector <-> '[0,0]'", "[3,4]")).toBe(5);
      });
    }

    test.each([
      ["$1::text", 'it\'s; drop table x; -- $1 \\ "q"\n\r\t', 'it\'s; drop table x; -- $1 \\ "q"\n\r\t'],
      ["$1::text", "", ""],
      ["$1::text", null, null],
      ["$1", "an undeclared type", "an undeclared type"],
      ["$1::bool", "true", true],
      ["$1::text::bool", "f", false],
      ["$1::int8", "9223372036854775807", "9223372036854775807"],
      ["$1::float8", "-1e-7", -1e-7],
      ["$1::jsonb", `{"a": "1"}`, `{"a": "1"}`],
      ["$1::text::jsonb", `"text"`, `"text"`],
      ["$1::json", "[1]", "[1]"],
      ["$1::jsonb", null, null],
      ["$1::timestamp", "2026-01-02 03:04:05.123456", "2026-01-02 03:04:05.123456"],
      ["$1::date", "2026-01-02", "2026-01-02"],
      ["$1::int[]", "{1,2}", "{1,2}"],
      ["$1::text[]", `{"a,b",NULL}`, `{"a,b",NULL}`],
      ["$1::bytea", "\\x00ff", "\\x00ff"],
      ["$1::timestamptz = '2026-01-02T03:04:05.123457Z'", "2026-01-02T03:04:05.123456Z", false],
    ])("passes a parameter to %s unchanged", async (expression, parameter, expected) => {
      expect(await one(expression, parameter)).toStrictEqual(expected);
    });

    test("passes any text unchanged", async () => {
      const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"));
      await fc.assert(
        fc.asyncProperty(fc.array(text, { maxLength: 20 }), async (values) => {
          const columns = values.map((_, index) => `$${index + 1}::text as c${index}`);
          const [row] = await database.query({
            text: `select 1 as one, ${columns.join(", ")}`.replace(/, $/, ""),
            parameters: values,
          });
          expect(Object.values(row ?? {}).slice(1)).toEqual(values);
        }),
        { numRuns: 30 },
      );
    });

    test("passes a long text and many parameters", async () => {
      const long = "ä\"'\\".repeat(200_000);
      expect(await one("$1::text", long)).toBe(long);
      const parameters = Array.from({ length: 20_000 }, (_, index) => String(index));
      const list = parameters.map((_, index) => `$${index + 1}::int`).join(",");
      expect(await one(`(select sum(x)::int from unnest(array[${list}]) x)`, ...parameters)).toBe(199_990_000);
    });

    test("refuses values that the wire protocol would truncate", async () => {
      expect(await codeOf(database.query({ text: "select 1 \0" }))).toBe("statement_failed");
      const parameters = Array.from({ length: 65_534 }, () => "1");
      expect(await codeOf(database.query({ text: "select 1", parameters }))).toBe("statement_failed");
    });

    test("returns plain rows in order, by column name", async () => {
      const rows = await database.query({ text: `select g as a, g % 2 = 0 as "b c" from generate_series(1, 3) g` });
      expect(JSON.stringify(rows)).toBe(`[{"a":1,"b c":false},{"a":2,"b c":true},{"a":3,"b c":false}]`);
      expect(await database.query({ text: "select 1 where false" })).toEqual([]);
    });

    test("runs one statement, with or without rows", async () => {
      const table = await createTable("id int");
      expect(await database.query({ text: `insert into ${table} values (1)` })).toEqual([]);
      expect(
        await database.query({ text: `insert into ${table} values ($1::int) returning id`, parameters: ["2"] }),
      ).toEqual([{ id: 2 }]);
      expect(await codeOf(database.query({ text: `delete from ${table}; select 1` }))).toBe("statement_failed");
      expect(await countOf(table)).toBe(2);
    });

    test("sees the new columns of an altered table in a repeated statement", async () => {
      const table = await createTable("id int");
      const statement = { text: `select * from ${table} where $1::int is not null`, parameters: ["1"] };
      await database.query({ text: `insert into ${table} values (1)` });
      expect(await database.query(statement)).toEqual([{ id: 1 }]);
      await database.query({ text: `alter table ${table} add column more text default 'x'` });
      expect(await database.query(statement)).toEqual([{ id: 1, more: "x" }]);
    });

    test("reports PostgreSQL's errors with their SQLSTATE and detail", async () => {
      const table = await createTable("id int primary key");
      await database.query({ text: `insert into ${table} values (1)` });
      const duplicate = await failureOf(
        database.query({ text: `insert into ${table} values ($1::int)`, parameters: ["1"] }),
      );
      expect(duplicate).toMatchObject({
        code: "statement_failed",
        sqlState: "23505",
        detail: "Key (id)=(1) already exists.",
      });
      const states = await Promise.all(
        [
          "select nothing",
          "select 1/0",
          "selec",
          "select * from nowhere",
          "do $$ begin raise exception 'x' using errcode = 'FS123'; end $$",
        ].map(async (text) => (await failureOf(database.query({ text }))).sqlState),
      );
      expect(states).toEqual(["42703", "22012", "42601", "42P01", "FS123"]);
      expect((await failureOf(database.query({ text: "select $1::int", parameters: ["x"] }))).sqlState).toBe("22P02");
      expect((await failureOf(database.script("select 1; select 1/0"))).sqlState).toBe("22012");
      expect(await one("1")).toBe(1);
    });

    test("returns the rows of its own statement after another statement failed between its rows", async () => {
      const failing = { text: "select 1 / (500 - g) from generate_series(1, 1000) g" };
      for (let round = 0; round < 20; round++) {
        expect(await codeOf(database.query(failing))).toBe("statement_failed");
        expect(await database.query({ text: "select 1 as a" })).toStrictEqual([{ a: 1 }]);
        expect(await codeOf(collect(database.stream(failing, { chunkRows: 30 })))).toBe("statement_failed");
        expect(await collect(database.stream({ text: "select 1 as a" }))).toStrictEqual([[{ a: 1 }]]);
      }
    });

    test("stops at the deadline and stays usable", async () => {
      expect(await codeOf(database.query({ text: "select pg_sleep(0.3)" }, { deadlineMs: 20 }))).toBe(
        "deadline_exceeded",
      );
      expect(await codeOf(database.query({ text: "select 1" }, { deadlineMs: 0 }))).toBe("deadline_exceeded");
      expect(await codeOf(database.script("select pg_sleep(0.3)", { deadlineMs: 20 }))).toBe("deadline_exceeded");
      expect(await database.query({ text: "select 1 as a" }, { deadlineMs: 30_000 })).toEqual([{ a: 1 }]);
    });

    test("stops when aborted and stays usable", async () => {
      const controller = new AbortController();
      const call = codeOf(database.query({ text: "select pg_sleep(0.3)" }, { signal: controller.signal }));
      setTimeout(() => controller.abort(), 5);
      expect(await call).toBe("aborted");
      expect(await codeOf(database.query({ text: "select 1" }, { signal: AbortSignal.abort() }))).toBe("aborted");
      expect(await one("1")).toBe(1);
    });

    test("limits its queue, and never runs a statement that stopped waiting", async () => {
      const { database: small, drop: dropSmall } = await target.open({ poolSize: 1, queueLimit: 2 });
      try {
        await small.script("create table waited (id int)");
        const slow = small.query({ text: "select pg_sleep(0.3)" });
        const code = codeOf(small.query({ text: "insert into waited values (1)" }, { deadlineMs: 10 }));
        const waiting = small.query({ text: "insert into waited values (2)" });
        expect(await codeOf(small.query({ text: "insert into waited values (3)" }))).toBe("overloaded");
        expect(await code).toBe("deadline_exceeded");
        await Promise.all([slow, waiting]);
        expect(await small.query({ text: "select id from waited" })).toEqual([{ id: 2 }]);
      } finally {
        await dropSmall();
      }
    });

    test("returns to each of many concurrent calls its own rows", async () => {
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          index % 10 === 0
            ? codeOf(database.query({ text: "select 1/0" }))
            : database.query({ text: "select $1::int as n", parameters: [String(index)] }),
        ),
      );
      expect(answers).toEqual(
        Array.from({ length: 200 }, (_, index) => (index % 10 === 0 ? "statement_failed" : [{ n: index }])),
      );
    });

    test("streams in chunks", async () => {
      const statement = { text: "select g as n, $1::text as t from generate_series(1, 10) g", parameters: ["x"] };
      const chunks = await collect(database.stream<{ n: number; t: string }>(statement, { chunkRows: 4 }));
      expect(chunks.map((rows) => rows.map(({ n }) => n))).toEqual([
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10],
      ]);
      expect(chunks[0]?.[0]).toEqual({ n: 1, t: "x" });
      expect((await collect(database.stream(statement, { chunkRows: 5 }))).map((rows) => rows.length)).toEqual([5, 5]);
      expect(await collect(database.stream({ text: "select 1 where false" }))).toEqual([]);
      expect((await collect(database.stream({ text: "select generate_series(1, 2500)" }))).flat()).toHaveLength(2500);
    });

    test("survives many readers that leave a stream early", async () => {
      for (let round = 0; round < 25; round++) {
        for await (const rows of database.stream({ text: "select generate_series(1, 1000)" }, { chunkRows: 10 })) {
          expect(rows).toHaveLength(10);
          break;
        }
      }
      expect(await one("1")).toBe(1);
      expect(await one("(select count(*)::int from pg_cursors where name <> '')")).toBe(0);
    });

    test("streams in parallel with other calls and with other streams", async () => {
      const numbers: number[] = [];
      for await (const rows of database.stream<{ n: number }>(
        { text: "select generate_series(1, 6) as n" },
        { chunkRows: 2 },
      )) {
        for (const { n } of rows) numbers.push(Number(await one("$1::int * 10", String(n))));
      }
      expect(numbers).toEqual([10, 20, 30, 40, 50, 60]);
      const both = await Promise.all(
        [1, 2, 3].map((start) =>
          collect(database.stream({ text: `select generate_series(${start}, 50) as n` }, { chunkRows: 7 })),
        ),
      );
      expect(both.map((chunks) => chunks.flat().length)).toEqual([50, 49, 48]);
    });

    test("reports the errors of a stream, at its start and midway", async () => {
      expect(await failureOf(collect(database.stream({ text: "select nothing" })))).toMatchObject({
        sqlState: "42703",
      });
      const midway = collect(
        database.stream({ text: "select 1 / (500 - g) from generate_series(1, 1000) g" }, { chunkRows: 10 }),
      );
      expect(await failureOf(midway)).toMatchObject({ code: "statement_failed", sqlState: "22012" });
      expect(await one("1")).toBe(1);
    });

    test("stops a stream at its deadline or when aborted, also between chunks", async () => {
      const controller = new AbortController();
      const reading = async () => {
        for await (const _ of database.stream(
          { text: "select generate_series(1, 1000)" },
          { chunkRows: 10, signal: controller.signal },
        )) {
          controller.abort();
        }
      };
      expect(await codeOf(reading())).toBe("aborted");
      const slow = database.stream({ text: "select pg_sleep(0.3)" }, { deadlineMs: 20 });
      expect(await codeOf(collect(slow))).toBe("deadline_exceeded");
      expect(await one("1")).toBe(1);
    });

    test("runs a script completely or not at all", async () => {
      const table = await createTable("id int");
      await database.script(`insert into ${table} values (1); insert into ${table} values (2);`);
      expect(await countOf(table)).toBe(2);
      expect(
        await codeOf(database.script(`insert into ${table} values (3); select 1/0; insert into ${table} values (4)`)),
      ).toBe("statement_failed");
      expect(await countOf(table)).toBe(2);
      await database.script("-- nothing but a comment");
      await database.script("do $$ begin perform 1; end $$; select 1; select 'a;b'");
    });

    test("loads CSV, wherever the chunks are cut", async () => {
      const table = await createTable(`id int, "the text" text, js jsonb, f float8`);
      const rows: [string, string | null, string, string][] = [
        ["1", `a "quoted", one\nwith a new line`, `{"k": ["v"]}`, "1.5"],
        ["2", null, "null", "NaN"],
        ["3", "", "1", "-0"],
        ["4", "\\.", `"\\\\N"`, "5e-324"],
        ["5", "漢字 𝕏\r\n;", "[]", "1e300"],
      ];
      const csv = rows.map(csvLine).join("");
      const pieces = [...csv].map((character) => character);
      const columns = ["id", "the text", "js", "f"];
      expect(await database.copyFrom({ table: `public.${table}`, columns }, [csv])).toBe(5);
      expect(await database.copyFrom({ table, columns }, pieces)).toBe(5);
      async function* slowly() {
        for (const piece of csv.match(/[\s\S]{1,7}/g) ?? []) {
          await Promise.resolve();
          yield piece;
        }
      }
      expect(await database.copyFrom({ table, columns }, slowly())).toBe(5);
      expect(await database.copyFrom({ table, columns }, [])).toBe(0);
      const loaded = await database.query({
        text: `select id, "the text" as t, count(*)::int as n from ${table} group by 1, 2 order by 1`,
      });
      expect(loaded).toEqual(rows.map(([id, text]) => ({ id: Number(id), t: text, n: 3 })));
    });

    test("loads bytes, wherever a character is cut", async () => {
      const table = await createTable("id int, t text");
      const bytes = Buffer.from(`1,"\ufeff漢字 𝕏"\n2,é\n`);
      const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
      expect(await database.copyFrom({ table, columns: ["id", "t"] }, pieces)).toBe(2);
      const loaded = await database.query({
        text: `select ascii(t) as first, substr(t, 2) as rest from ${table} order by id`,
      });
      expect(loaded).toEqual([
        { first: 0xfeff, rest: "漢字 𝕏" },
        { first: 0xe9, rest: "" },
      ]);
    });

    test("loads more than one buffer", async () => {
      const table = await createTable("id int, t text");
      function* lines() {
        for (let id = 0; id < 60_000; id++) yield csvLine([String(id), `text "${id}",\n${"x".repeat(90)}`]);
      }
      expect(await database.copyFrom({ table, columns: ["id", "t"] }, lines())).toBe(60_000);
      expect(await one(`(select sum(id)::text || '/' || count(distinct t) from ${table})`)).toBe("1799970000/60000");
    });

    test("loads all rows or none, whichever error occurs", async () => {
      const table = await createTable("id int primary key");
      const target = { table, columns: ["id"] };
      function* many(last: string) {
        for (let id = 0; id < 20_000; id++) yield csvLine([String(id)]);
        yield last;
      }
      async function* breaking() {
        yield* many("");
        throw new RangeError("the producer broke");
      }
      expect(await failureOf(database.copyFrom(target, many("x\n")))).toMatchObject({ sqlState: "22P02" });
      expect(await failureOf(database.copyFrom(target, many("1\n")))).toMatchObject({ sqlState: "23505" });
      expect(await failureOf(database.copyFrom(target, ["x\n", ...many("")]))).toMatchObject({ sqlState: "22P02" });
      expect(await failureOf(database.copyFrom({ table: "nowhere", columns: ["id"] }, many("")))).toMatchObject({
        sqlState: "42P01",
      });
      expect(await failureOf(database.copyFrom({ table, columns: [`id") from stdin --`] }, []))).toMatchObject({
        sqlState: "42703",
      });
      await expect(database.copyFrom(target, breaking())).rejects.toThrow("the producer broke");

      const controller = new AbortController();
      async function* aborting() {
        yield* many("");
        controller.abort();
        yield "99999\n";
      }
      expect(await codeOf(database.copyFrom(target, aborting(), { signal: controller.signal }))).toBe("aborted");
      async function* hanging() {
        yield* many("");
        await new Promise(() => {});
      }
      expect(await codeOf(database.copyFrom(target, hanging(), { deadlineMs: 50 }))).toBe("deadline_exceeded");
      expect(await countOf(table)).toBe(0);
      expect(await database.copyFrom(target, ["7\n"])).toBe(1);
    });

    const textOf = async (chunks: AsyncIterable<Uint8Array>) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
      return Buffer.concat(parts).toString();
    };

    test("copies rows in PostgreSQL's text format", async () => {
      const text = `select * from (values
        (1, null, E'tab\\t, line\\n, return\\r, \\\\ and \\\\N', 'NaN'::float8, true, array['a,b', null, '']),
        (2, '', '漢字 𝕏', '-0', false, '{}'))
        as t (id, none, t, f, b, a) order by 1 -- a comment at the end`;
      expect(await textOf(database.copyTo(text))).toBe(
        '1\t\\N\ttab\\t, line\\n, return\\r, \\\\ and \\\\N\tNaN\tt\t{"a,b",NULL,""}\n2\t\t漢字 𝕏\t-0\tf\t{}\n',
      );
      expect(await textOf(database.copyTo("select 1 where false"))).toBe("");
      expect(await one("1")).toBe(1);
    });

    test("copies more than one buffer, also to a slow reader and beside other calls", async () => {
      let bytes = 0;
      let lines = 0;
      for await (const chunk of database.copyTo("select g, repeat('x', 90) from generate_series(1, 60000) g")) {
        bytes += chunk.length;
        lines += Buffer.from(chunk).toString("latin1").split("\n").length - 1;
        if (lines % 7 === 0) expect(await one("1")).toBe(1);
      }
      expect([lines, bytes]).toEqual([60_000, 60_000 * 92 + 288_894]);
      const [large = ""] = (await textOf(database.copyTo("select repeat('y', 3000000)"))).split("\n");
      expect(large).toHaveLength(3_000_000);
    });

    test("reports the errors of a copy, at its start and midway", async () => {
      const failing = async (text: string) => failureOf(textOf(database.copyTo(text)));
      expect(await failing("select nothing")).toMatchObject({ code: "statement_failed", sqlState: "42703" });
      expect(await failing("select 1 / (50000 - g) from generate_series(1, 60000) g")).toMatchObject({
        code: "statement_failed",
        sqlState: "22012",
      });
      expect(await failing("select 1\0")).toMatchObject({ code: "statement_failed" });
      expect(await one("1")).toBe(1);
    });

    test("stops a copy at its deadline, when aborted, and when its reader leaves", async () => {
      const rows = "select g, repeat('x', 1000) from generate_series(1, 20000) g";
      const controller = new AbortController();
      const reading = async () => {
        for await (const _ of database.copyTo(rows, { signal: controller.signal })) controller.abort();
      };
      expect(await codeOf(reading())).toBe("aborted");
      expect(await codeOf(textOf(database.copyTo("select pg_sleep(0.3)", { deadlineMs: 20 })))).toBe(
        "deadline_exceeded",
      );
      expect(await codeOf(textOf(database.copyTo("select 1", { signal: AbortSignal.abort() })))).toBe("aborted");
      for (let reader = 0; reader < 12; reader++) for await (const _ of database.copyTo(rows)) break;
      expect(await one("1")).toBe(1);
    });

    test("receives notifications until it unsubscribes", async () => {
      const heard: string[] = [];
      const first = latch();
      const last = latch();
      const end = await database.listen("Some channel", (payload) => {
        heard.push(payload);
        if (payload === "one") first.open();
      });
      const endOther = await database.listen("other", () => last.open());
      await database.query({ text: "select pg_notify($1::text, $2::text)", parameters: ["Some channel", "one"] });
      await first.opened;
      await end();
      await database.query({ text: "select pg_notify($1::text, $2::text)", parameters: ["Some channel", "two"] });
      await database.query({ text: `notify other` });
      await last.opened;
      await endOther();
      expect(heard).toEqual(["one"]);
    });

    test("lets several listeners subscribe to one channel", async () => {
      const latches = [latch<string>(), latch<string>()];
      const ends = await Promise.all(latches.map(({ open }) => database.listen("shared", open)));
      await database.query({ text: "select pg_notify('shared', 'ünï \"quoted\"')" });
      expect(await Promise.all(latches.map(({ opened }) => opened))).toEqual([`ünï "quoted"`, `ünï "quoted"`]);
      await Promise.all(ends.map((end) => end()));
    });

    test("completes running calls when closed, and refuses later calls", async () => {
      const { database: closing, drop: dropClosing } = await target.open({ queueLimit: 50 });
      const running = [1, 2, 3].map((n) => closing.query({ text: `select ${n} as n from pg_sleep(0.05)` }));
      await Promise.resolve();
      await closing.close();
      expect(await Promise.all(running)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
      expect(await codeOf(closing.query({ text: "select 1" }))).toBe("closed");
      expect(await codeOf(closing.listen("x", () => {}))).toBe("closed");
      await closing.close();
      await dropClosing();
    });
  });
}
