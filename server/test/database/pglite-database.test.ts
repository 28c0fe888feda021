import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DatabaseError } from "../../src/database/database-error";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { keepPgliteCode, pgliteFolder, pgliteImage } from "../helpers/pglite-image";
import { forkTypeScript } from "../helpers/typescript-child";

describe("pglite in a folder", { timeout: 120_000 }, () => {
  let folder: string;
  beforeAll(keepPgliteCode);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "featstore-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("stores its data, including vectors", async () => {
    const writing = await openPgliteDatabase({ folder: join(folder, "a", "b") });
    await writing.script("create extension vector; create table kept (v vector(2)); insert into kept values ('[1,2]')");
    await writing.close();
    const reading = await openPgliteDatabase({ folder: join(folder, "a", "b") });
    expect(await reading.query({ text: "select v from kept" })).toEqual([{ v: "[1,2]" }]);
    await reading.close();
  });

  test("opens after a kill at any time, with all committed data", async () => {
    const child = () => forkTypeScript(new URL("./fixtures/write-until-killed.ts", import.meta.url), [folder]);
    const kill = async (started: ReturnType<typeof child>) => {
      const exited = once(started, "exit");
      started.kill("SIGKILL");
      await exited;
    };
    // Kill while the folder is created: at once, and after the first files exist.
    const early = child();
    await once(early, "message");
    await kill(early);

    // Kill while rows are written, after a few commits each.
    let committed = 0;
    for (const commits of [1, 4, 9]) {
      const writer = child();
      let reports = 0;
      await new Promise<void>((resolve, reject) => {
        writer.on("message", (message) => {
          if (typeof message !== "number") return;
          committed = message;
          reports += 1;
          if (reports === commits) resolve();
        });
        writer.on("exit", () => reject(new Error("the writer ended by itself")));
      });
      await kill(writer);
    }

    const database = await openPgliteDatabase({ folder });
    const [row] = await database.query<{ n: number; last: number; whole: boolean }>({
      text: "select count(*)::int as n, max(id) as last, bool_and(length(t) = 16000) as whole from written",
    });
    expect(row?.n).toBe(row?.last);
    expect(row?.last).toBeGreaterThanOrEqual(committed);
    expect(row?.whole).toBe(true);
    await database.close();
  });

  test("keeps working, with all committed data, after a statement that crashes it", async () => {
    await cp(await pgliteFolder(), folder, { recursive: true });
    const database = await openPgliteDatabase({ folder });
    await database.script("create table kept (id int); insert into kept values (1)");
    const heard: string[] = [];
    await database.listen("kept", (payload) => heard.push(payload));
    const deep = `select ${Array(100_000).fill("1").join("+")} as a`;
    await expect(database.query({ text: deep })).rejects.toBeInstanceOf(DatabaseError);
    expect(await database.query({ text: "select id from kept" })).toEqual([{ id: 1 }]);
    await database.query({ text: "select pg_notify('kept', 'still')" });
    while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(["still"]);
    await database.close();
  });

  test("does not start on a path that is not a folder", async () => {
    await expect(openPgliteDatabase({ folder: "/dev/null/x" })).rejects.toMatchObject({ code: "unreachable" });
  });

  test("keeps the main thread free while a statement runs", async () => {
    const database = await openPgliteDatabase({ image: await pgliteImage("empty") });
    let turns = 0;
    let running = true;
    const count = () => {
      turns += 1;
      if (running) setImmediate(count);
    };
    const slow = database.query({ text: "select pg_sleep(0.2)" });
    count();
    await slow;
    running = false;
    expect(turns).toBeGreaterThan(10);
    await database.close();
  });

  test("rolls back a transaction that a script leaves open", async () => {
    const database = await openPgliteDatabase({ image: await pgliteImage("empty") });
    const text = "begin; create table half (id int)";
    await expect(database.script(text)).rejects.toMatchObject({ code: "statement_failed", sqlState: "25000" });
    expect(await database.query({ text: "select to_regclass('half') as half" })).toEqual([{ half: null }]);
    await database.close();
  });
});
