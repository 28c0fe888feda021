import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { DatabaseError } from "../../src/database/database-error";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { openTcpProxy } from "../helpers/tcp-proxy";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

async function failureOf(work: Promise<unknown>): Promise<DatabaseError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DatabaseError) return error;
  throw new Error("expected a DatabaseError", { cause: error });
}

const ATTEMPTS = "select case when is_called then last_value::int else 0 end as n from attempts";

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** The error with which a PostgreSQL that shuts down refuses connections. */
const SHUTTING_DOWN = errorResponse({ S: "FATAL", V: "FATAL", C: "57P03", M: "the database system is shutting down" });

function errorResponse(fields: Readonly<Record<string, string>>): Uint8Array {
  const texts = Object.entries(fields).map(([field, text]) => `${field}${text}\0`);
  const body = Buffer.from(`${texts.join("")}\0`);
  const head = Buffer.alloc(5, "E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

for (const target of testDatabases("all").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`postgres.js on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let database: Database;
    /** Connects directly, past the pooler, to watch and to kill backends. */
    let direct: Database;

    beforeAll(async () => {
      opened = await target.open({ poolSize: 4 });
      database = opened.database;
      direct = createPostgresDatabase({ url: opened.directUrl ?? "", applicationName: "watcher" });
    });
    afterAll(async () => {
      await direct?.close();
      await opened?.drop();
    });

    const backends = async (filter: string) => {
      const text = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${filter}`;
      return (await direct.query<{ pid: number }>({ text })).map(({ pid }) => pid);
    };
    const terminate = async (filter: string) => {
      let pids: number[] = [];
      await until(async () => {
        pids = await backends(filter);
        return pids.length > 0;
      });
      for (const pid of pids) await direct.query({ text: `select pg_terminate_backend(${pid})` });
    };

    test("survives a killed backend during a query, with other calls waiting", async () => {
      for (const work of [
        () => database.query({ text: "select pg_sleep(60) /* victim */" }),
        () => database.script("select 1; select pg_sleep(60) /* victim */"),
        () => database.stream({ text: "select pg_sleep(60) /* victim */" })[Symbol.asyncIterator]().next(),
      ]) {
        const victim = failureOf(work());
        const others = Array.from({ length: 12 }, (_, n) =>
          database.query({ text: "select $1::int as n", parameters: [String(n)] }),
        );
        await terminate("query like '%victim%' and state = 'active'");
        expect((await victim).code).toBe("unreachable");
        expect((await Promise.all(others)).flat()).toEqual(Array.from({ length: 12 }, (_, n) => ({ n })));
        expect(await database.query({ text: "select 1 as a" })).toEqual([{ a: 1 }]);
      }
    });

    test("repeats a repeatable statement once on a new connection when its own is lost", async () => {
      await database.script("create sequence attempts");
      // A sequence counts the attempts of statements that fail, too.
      const sleepUntil = (attempt: number) => ({
        text: `select case when nextval('attempts') < ${attempt} then pg_sleep(60)::text else 'read' end as a /* victim */`,
      });
      const attempts = async () => (await direct.query<{ n: number }>({ text: ATTEMPTS }))[0]?.n;
      const cut = async (attempt: number) => {
        await until(async () => (await attempts()) === attempt);
        await terminate("query like '%victim%' and state = 'active'");
      };
      const read = database.query(sleepUntil(2), { isRepeatable: true });
      await cut(1);
      expect(await read).toEqual([{ a: "read" }]);

      const twice = failureOf(database.query(sleepUntil(100), { isRepeatable: true }));
      await cut(3);
      await cut(4);
      expect((await twice).code).toBe("unreachable");
      expect(await attempts()).toBe(4);
    });

    test("opens no more connections than the pool size while it repeats", async () => {
      const sleep = { text: "select pg_sleep(0.02) /* pooled */" };
      for (let round = 0; round < 3; round++) {
        const reads = Array.from({ length: 8 }, () => database.query(sleep, { isRepeatable: true }));
        await terminate("query like '%pooled%' and state = 'active'");
        await Promise.all(reads);
        await Promise.all(Array.from({ length: 8 }, () => database.query(sleep)));
        if (target.name !== "pgbouncer")
          expect((await backends("application_name <> 'watcher'")).length).toBeLessThanOrEqual(4);
      }
    });

    test("survives a killed backend during a load, and loads nothing", async () => {
      await database.script("create table loaded (id int)");
      async function* lines() {
        yield "1\n";
        await terminate("query ilike 'copy%loaded%'");
        for (let id = 2; id < 500_000; id++) yield `${id}\n`;
      }
      const failure = await failureOf(database.copyFrom({ table: "loaded", columns: ["id"] }, lines()));
      expect(failure.code).toBe("unreachable");
      expect(await database.query({ text: "select count(*)::int as n from loaded" })).toEqual([{ n: 0 }]);
    });

    test("survives killed idle backends", async () => {
      await Promise.all([1, 2, 3, 4].map(() => database.query({ text: "select pg_sleep(0.02)" })));
      await terminate("application_name <> 'watcher'");
      await until(async () => (await backends("application_name <> 'watcher'")).length === 0);
      // A connection whose end has not been noticed yet may fail one call, not two.
      await database.query({ text: "select 1" }).catch(() => {});
      expect(await database.query({ text: "select 1 as a" })).toEqual([{ a: 1 }]);
    });

    test("stops an aborted statement on the server", async () => {
      const controller = new AbortController();
      const call = failureOf(
        database.query({ text: "select pg_sleep(60) /* given up */" }, { signal: controller.signal }),
      );
      await until(async () => (await backends("query like '%given up%' and state = 'active'")).length === 1);
      controller.abort();
      expect((await call).code).toBe("aborted");
      await until(async () => (await backends("query like '%given up%' and state = 'active'")).length === 0);
    });

    test("never cancels the statement of another call", async () => {
      const calls = Array.from({ length: 400 }, async (_, n) => {
        const text = "select $1::int as n from pg_sleep(0.003)";
        const call = database.query({ text, parameters: [String(n)] }, n % 2 === 0 ? { deadlineMs: 1 + (n % 90) } : {});
        if (n % 2 === 1) return call;
        return call.catch((error: DatabaseError) => error.code);
      });
      const answers = await Promise.all(calls);
      answers.forEach((answer, n) => {
        if (n % 2 === 1) expect(answer).toEqual([{ n }]);
        else
          expect(["deadline_exceeded", JSON.stringify([{ n }])]).toContain(
            typeof answer === "string" ? answer : JSON.stringify(answer),
          );
      });
    });

    test("opens no more connections than the pool size", async () => {
      await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          database.query({ text: "select pg_sleep(0.002)" }, n % 3 === 0 ? { deadlineMs: 3 } : {}).catch(() => {}),
        ),
      );
      await until(
        async () => (await backends("application_name <> 'watcher' and backend_type = 'client backend'")).length <= 4,
      );
    });

    test("listens again after its backend was killed, and reports that it may have missed notifications", async () => {
      const heard: string[] = [];
      let lost = 0;
      const end = await database.listen(
        "kept",
        (payload) => heard.push(payload),
        () => {
          lost += 1;
        },
      );
      await terminate("query ilike 'listen%kept%'");
      await until(() => lost === 1);
      await direct.query({ text: "select pg_notify('kept', 'after')" });
      await until(() => heard.length === 1);
      expect(heard).toEqual(["after"]);
      await end();
      await until(async () => (await backends("query ilike 'listen%kept%'")).length === 0);
    });

    test("survives a network outage", async () => {
      const serverUrl = new URL(opened.directUrl ?? "");
      const proxy = await openTcpProxy({ host: serverUrl.hostname, port: Number(serverUrl.port) });
      const url = new URL(serverUrl);
      url.port = String(proxy.port);
      const client = createPostgresDatabase({ url: url.href, poolSize: 3, connectTimeoutMs: 2_000 });
      const heard: string[] = [];
      let lost = 0;
      await client.listen(
        "outage",
        (payload) => heard.push(payload),
        () => {
          lost += 1;
        },
      );
      const cut = [1, 2, 3].map(() =>
        failureOf(client.query({ text: "select pg_sleep(60) /* cut */" }, { deadlineMs: 20_000 })),
      );
      await until(async () => (await backends("query like '%cut%' and state = 'active'")).length === 3);
      await proxy.down();
      expect((await Promise.all(cut)).map(({ code }) => code)).toEqual(["unreachable", "unreachable", "unreachable"]);
      for (let round = 0; round < 10; round++) {
        expect((await failureOf(client.query({ text: "select 1" }, { deadlineMs: 5_000 }))).code).toBe("unreachable");
      }
      await proxy.up();
      expect(await client.query({ text: "select 1 as a" })).toEqual([{ a: 1 }]);
      await until(() => lost > 0);
      await direct.query({ text: "select pg_notify('outage', 'over')" });
      await until(() => heard.includes("over"));
      await client.close();
      await proxy.down();
    });

    test("tries to connect again while PostgreSQL shuts down, and reads at once afterwards", async () => {
      const serverUrl = new URL(opened.directUrl ?? "");
      const proxy = await openTcpProxy({ host: serverUrl.hostname, port: Number(serverUrl.port) });
      const url = new URL(serverUrl);
      url.port = String(proxy.port);
      const client = createPostgresDatabase({ url: url.href, poolSize: 3 });
      const read = () => client.query({ text: "select 1 as a" }, { isRepeatable: true, deadlineMs: 20_000 });
      const listening = createPostgresDatabase({ url: url.href });
      let lost = 0;
      await listening.listen(
        "pauses",
        () => {},
        () => {
          lost += 1;
        },
      );
      await read();
      const before = proxy.taken();
      await proxy.reject(SHUTTING_DOWN);
      await until(() => proxy.taken() >= before + 7);
      for (let round = 0; round < 7; round++)
        expect(await failureOf(read())).toMatchObject({ code: "unreachable", sqlState: "57P03" });
      await proxy.up();
      expect(await read()).toEqual([{ a: 1 }]);
      await until(() => lost > 0);
      await client.close();
      await listening.close();
      await proxy.down();
    });

    test("stops when the server disappears during a query, or never answers", async () => {
      const serverUrl = new URL(opened.directUrl ?? "");
      const proxy = await openTcpProxy({ host: serverUrl.hostname, port: Number(serverUrl.port) });
      const url = new URL(serverUrl);
      url.port = String(proxy.port);
      const client = createPostgresDatabase({ url: url.href, poolSize: 1, connectTimeoutMs: 1_000 });
      const controller = new AbortController();
      const call = failureOf(client.query({ text: "select pg_sleep(60)" }, { signal: controller.signal }));
      await until(() => proxy.taken() === 1);
      await proxy.down();
      // The cancel request cannot connect, which must not end the process.
      controller.abort();
      expect(["aborted", "unreachable"]).toContain((await call).code);
      await client.close();
    });
  });
}

describe("postgres.js without a server", () => {
  const secret = "s3cret-word";

  test.each([
    ["refused", `postgres://someone:${secret}@127.0.0.1:1/${secret}`],
    ["no such host", `postgres://someone:${secret}@host.invalid:5432/x`],
    ["not a url", `postgres://someone:${secret}@:port/x y`],
  ])("reports an unreachable server without the URL: %s", async (_name, url) => {
    const database = createPostgresDatabase({ url, connectTimeoutMs: 1_000 });
    for (const work of [
      () => database.query({ text: "select 1" }),
      () => database.script("select 1"),
      () => database.copyFrom({ table: "t", columns: ["a"] }, ["1\n"]),
      () => database.stream({ text: "select 1" })[Symbol.asyncIterator]().next(),
      () => database.listen("c", () => {}),
    ]) {
      const failure = await failureOf(work());
      expect(failure.code).toBe("unreachable");
      const reported = JSON.stringify([failure, failure.message, failure.stack, failure.cause]);
      expect(reported).not.toContain(secret);
      expect(reported).not.toContain("someone");
    }
    await database.close();
  });

  test("reports a server of another protocol as unreachable", async () => {
    const other = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    if (address === null || typeof address === "string") throw new Error("expected a port");
    const database = createPostgresDatabase({
      url: `postgres://someone:${secret}@127.0.0.1:${address.port}/x`,
      connectTimeoutMs: 200,
    });
    expect((await failureOf(database.query({ text: "select 1" }))).code).toBe("unreachable");
    expect((await failureOf(database.listen("c", () => {}))).code).toBe("unreachable");
    await database.close();
    await new Promise((resolve) => other.close(resolve));
  });
});
