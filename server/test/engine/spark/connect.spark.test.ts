import { describe, expect, test } from "vitest";
import { startCuttingProxy } from "./support/cutting-proxy";
import { openTestSession, sparkUrl, withoutSpark } from "./support/test-spark";

describe.skipIf(withoutSpark)("Spark Connect", () => {
  test("values arrive as they are, also nested ones and those at the limits of their types", async () => {
    const session = await openTestSession();
    const [row] = await session.rows(`select
      9007199254740993 as large, cast(3 as tinyint) as tiny, cast(1.5 as float) as single, true as yes,
      cast('-1234567890123456789012345678.0123456789' as decimal(38,10)) as decimal, cast(-0.05 as decimal(3,2)) as small,
      timestamp'2026-01-01 00:00:00.123456' as time, timestamp'0001-01-01 00:00:00.000001' as early,
      timestamp_ntz'1969-12-31 23:59:59.999999' as local, date'1969-12-31' as day,
      cast(null as string) as none, null as nothing, '\\ufeffä🎵' as text, x'00ff' as bytes, -0.0D as zero, double('NaN') as nan,
      double('-Infinity') as infinity, array(1, null, 3) as list, map('k', array(1L)) as pairs,
      named_struct('a', 1, 'b', array(named_struct('c', 'x', 'd', cast(null as int)))) as nested, array() as empty`);
    expect(row).toEqual({
      ...{ large: 9007199254740993n, tiny: 3, single: 1.5, yes: true },
      ...{ decimal: "-1234567890123456789012345678.0123456789", small: "-0.05" },
      ...{ time: "2026-01-01T00:00:00.123456Z", early: "0001-01-01T00:00:00.000001Z" },
      ...{ local: "1969-12-31T23:59:59.999999", day: "1969-12-31" },
      ...{ none: null, nothing: null, text: "\ufeffä🎵", bytes: Uint8Array.of(0, 255), zero: -0, nan: Number.NaN },
      ...{ infinity: Number.NEGATIVE_INFINITY, list: [1, null, 3], pairs: [["k", [1n]]] },
      ...{ nested: { a: 1, b: [{ c: "x", d: null }] }, empty: [] },
    });
  });

  test("nulls keep their places in columns of each kind", async () => {
    const session = await openTestSession();
    const rows =
      await session.rows(`select if(id % 2 = 0, null, id) as whole, if(id % 2 = 0, null, cast(id as string)) as text,
      if(id % 2 = 0, null, id % 3 = 0) as flag, if(id % 2 = 0, null, array(id)) as list from range(0, 20, 1, 1) order by id`);
    expect(rows).toEqual(
      Array.from({ length: 20 }, (_, id) =>
        id % 2 === 0
          ? { whole: null, text: null, flag: null, list: null }
          : { whole: BigInt(id), text: String(id), flag: id % 3 === 0, list: [BigInt(id)] },
      ),
    );
  });

  test("parameters are texts by number, null included; those that do not occur do no harm", async () => {
    const session = await openTestSession();
    const parameters = ["it's \\ :p2", null, "unused"];
    expect(await session.rows("select :p1 as a, :p2 as b, :p1 as c", { parameters })).toEqual([
      { a: "it's \\ :p2", b: null, c: "it's \\ :p2" },
    ]);
  });

  test("a query without rows is no error, and its schema is known without running it", async () => {
    const session = await openTestSession();
    const query = "select id, array(cast(id as decimal(38,10))) as list, if(id > 0, 'x', null) as text from range(0)";
    expect(await session.rows(query)).toEqual([]);
    expect(await session.schemaOf(query)).toEqual([
      { name: "id", type: "bigint", nullable: false },
      { name: "list", type: "array<decimal(38,10)>", nullable: false },
      { name: "text", type: "string", nullable: true },
    ]);
  });

  test("settings and temporary views are the session's own", async () => {
    const [berlin, utc] = await Promise.all([
      openTestSession({ "spark.sql.session.timeZone": "Europe/Berlin" }),
      openTestSession(),
    ]);
    await berlin.run("create temporary view v as select 1 as a");
    const hour = "select hour(timestamp'2026-01-01 00:00:00Z') as hour";
    expect(await Promise.all([berlin.rows(hour), utc.rows(hour)])).toEqual([[{ hour: 1 }], [{ hour: 0 }]]);
    expect(await berlin.rows("select a from v")).toEqual([{ a: 1 }]);
    await expect(utc.rows("select a from v")).rejects.toMatchObject({ errorClass: "TABLE_OR_VIEW_NOT_FOUND" });
  });

  test("a setting that cannot be changed is refused by name, and whether the server has a task reaper can be read", async () => {
    await expect(openTestSession({ "spark.sql.warehouse.dir": "/elsewhere" })).rejects.toMatchObject({
      code: "engine_setting_refused",
      detail: expect.stringContaining("spark.sql.warehouse.dir"),
    });
    const session = await openTestSession();
    expect(await session.get(["spark.task.reaper.enabled", "no.such.setting"])).toEqual({
      "spark.task.reaper.enabled": "true",
      "no.such.setting": null,
    });
  });

  test("an error has Spark's class, SQLSTATE, parameters and the place in the statement, and does not end the session", async () => {
    const session = await openTestSession();
    await expect(session.rows("select nosuch from range(1)")).rejects.toMatchObject({
      code: "engine_statement_failed",
      errorClass: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
      sqlState: "42703",
      parameters: { objectName: "`nosuch`" },
      position: { start: 7, stop: 12, fragment: "nosuch" },
    });
    await expect(session.schemaOf("select nosuch from range(1)")).rejects.toMatchObject({ sqlState: "42703" });
    await expect(session.rows("select cast(v as int) from values ('secret') t(v)")).rejects.toMatchObject({
      sqlState: "22018",
      position: { start: 7, stop: 20, fragment: "cast(v as int)" },
      detail: expect.not.stringContaining("secret"),
    });
    expect(await session.rows("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("100 cut connections lose and repeat no row", async () => {
    const count = 4_000_000;
    const proxy = await startCuttingProxy(sparkUrl, { count: 100, bytes: 900_000, seed: 31 });
    const session = await openTestSession({}, proxy.url);
    const seen = new Uint8Array(count);
    let wrong = 0;
    for await (const rows of session.stream(`select id, id * 31 as product, id % 7 as rest from range(${count})`))
      for (const { id, product, rest } of rows) {
        const place = Number(id);
        seen[place] = (seen[place] ?? 0) + 1;
        if (product !== BigInt(place * 31) || rest !== BigInt(place % 7)) wrong += 1;
      }
    expect(proxy.cuts()).toBe(100);
    expect(wrong).toBe(0);
    expect(seen.every((times) => times === 1)).toBe(true);
  });

  test("a statement that is aborted frees its cores, even if its tasks do not look at their interruption", async () => {
    const session = await openTestSession();
    const forHours =
      "select sum(hash(a.id, b.id)) as s from range(0, 1000000, 1, 8) a cross join range(0, 10000000, 1, 1) b";
    const controller = new AbortController();
    const running = session.rows(forHours, {
      signal: controller.signal,
      onProgress: ({ runningTasks }) => {
        if (runningTasks > 0) controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    expect(await session.rows("select sum(id) as s from range(0, 1000, 1, 4)")).toEqual([{ s: 499500n }]);
  });

  test("a consumer that leaves a result ends the statement", async () => {
    const session = await openTestSession();
    for await (const _ of session.stream("select id from range(0, 1000000000, 1, 20000)", { tag: "left" })) break;
    await expect.poll(() => session.interrupt("left")).toBe(0);
    expect(await session.rows("select sum(id) as s from range(0, 1000, 1, 4)")).toEqual([{ s: 499500n }]);
  });

  test("a statement with a tag is interrupted from another connection to the same session", async () => {
    const session = await openTestSession();
    const sleep = "select count(*) from range(0, 100000000000, 1, 2) where hash(id) = 1";
    let interrupted: Promise<number> | undefined;
    const running = session.rows(sleep, {
      tag: "run-1",
      onProgress: ({ runningTasks }) => {
        if (runningTasks > 0) interrupted ??= session.interrupt("run-1");
      },
    });
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    expect(await interrupted).toBe(1);
  });

  test("a session that was closed elsewhere is engine_session_expired", async () => {
    const { openSparkSession } = await import("../../../src/engine/spark/connect/index");
    const session = await openTestSession();
    const same = await openSparkSession({ engine: "lake", url: sparkUrl, sessionId: session.id });
    await same.close();
    await expect(session.rows("select 1")).rejects.toMatchObject({ code: "engine_session_expired" });
  });
});
