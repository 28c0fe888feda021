import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type DatabaseSocket, serveDatabase } from "../../src/database/database-socket";
import { createSocketDatabase } from "../../src/database/socket-database";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

const pglite = testDatabases("main").filter(({ kind }) => kind === "pglite");
for (const target of pglite) {
  describe("a database over its socket", () => {
    let opened: OpenTestDatabase;
    let folder: string;
    let socketPath: string;
    let server: DatabaseSocket;
    /** Counts the aborts that the served database received. */
    let aborted = 0;
    let listening = 0;
    let queries = 0;
    let served: Database;

    beforeAll(async () => {
      opened = await target.open();
      const { database } = opened;
      served = {
        ...database,
        query: (statement, options) => {
          queries += 1;
          options?.signal?.addEventListener("abort", () => {
            aborted += 1;
          });
          return database.query(statement, options);
        },
        async listen(...listener) {
          const end = await database.listen(...listener);
          listening += 1;
          return async () => {
            listening -= 1;
            await end();
          };
        },
      };
      folder = await mkdtemp(join(tmpdir(), "featstore-test-"));
      socketPath = join(folder, "database.sock");
      server = await serveDatabase(served, socketPath);
    });
    afterAll(async () => {
      await server?.close();
      await opened?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    test("is accessible to its owner only", async () => {
      expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    });

    test("aborts the calls of a client that disconnects", async () => {
      const client = createSocketDatabase({ socketPath });
      await client.listen("gone", () => {});
      await client.script("create table gone (id int)");
      const iterator = client
        .stream({ text: "select generate_series(1, 1000)" }, { chunkRows: 10 })
        [Symbol.asyncIterator]();
      await iterator.next();
      expect(listening).toBe(1);
      // A killed process leaves a connection that ends during its calls.
      const raw = connect(socketPath);
      await once(raw, "data");
      const frame = (body: object) => {
        const bytes = Buffer.from(JSON.stringify(body));
        const header = Buffer.alloc(4);
        header.writeUInt32BE(bytes.length);
        return Buffer.concat([header, bytes]);
      };
      raw.write(frame({ id: 1, kind: "call", method: "query", text: "select pg_sleep(0.3)", parameters: [] }));
      raw.write(frame({ id: 2, kind: "call", method: "listen", channel: "gone too" }));
      raw.write(frame({ id: 3, kind: "call", method: "copyFrom", table: "gone", columns: ["id"] }));
      raw.write(frame({ id: 3, kind: "chunk", text: "1\n" }));
      await until(() => listening === 2);
      raw.destroy();
      await until(() => listening === 1);
      await iterator.return?.(undefined);
      await client.close();
      await until(() => listening === 0);
      expect(await opened.database.query({ text: "select count(*)::int as n from gone" })).toEqual([{ n: 0 }]);
      await until(
        async () => (await opened.database.query({ text: "select 1 from pg_cursors where name <> ''" })).length === 0,
      );
    });

    test("aborts on the server the calls that its client aborts", async () => {
      const client = createSocketDatabase({ socketPath });
      const controller = new AbortController();
      const before = aborted;
      const requests = queries;
      const call = client.query({ text: "select pg_sleep(0.3)" }, { signal: controller.signal });
      const outcome = expect(call).rejects.toMatchObject({ code: "aborted" });
      await until(() => queries > requests);
      controller.abort();
      await outcome;
      await until(() => aborted > before);
      await client.close();
    });

    test("reconnects after the server was away", async () => {
      const client = createSocketDatabase({ socketPath });
      const heard: string[] = [];
      let lost = 0;
      await client.listen(
        "away",
        (payload) => heard.push(payload),
        () => {
          lost += 1;
        },
      );
      const requests = queries;
      const cut = expect(client.query({ text: "select pg_sleep(0.3)" })).rejects.toMatchObject({ code: "unreachable" });
      await until(() => queries > requests);
      await server.close();
      await cut;
      await expect(client.query({ text: "select 1" })).rejects.toMatchObject({ code: "unreachable" });
      server = await serveDatabase(served, socketPath);
      expect(await client.query({ text: "select 1 as a" })).toEqual([{ a: 1 }]);
      await until(() => lost === 1);
      await client.query({ text: "select pg_notify('away', 'back')" });
      await until(() => heard.length === 1);
      await client.close();
    });

    test("closes a connection that sends invalid data and keeps serving others", async () => {
      const raw = connect(socketPath);
      await once(raw, "data");
      const closed = once(raw, "close");
      raw.write(Buffer.from([0, 0, 0, 3, 1, 2, 3]));
      await closed;
      const client = createSocketDatabase({ socketPath });
      expect(await client.query({ text: "select 1 as a" })).toEqual([{ a: 1 }]);
      await client.close();
    });

    test("reports that no server listens", async () => {
      const client = createSocketDatabase({ socketPath: join(folder, "nobody.sock") });
      await expect(client.query({ text: "select 1" })).rejects.toMatchObject({
        code: "unreachable",
        message: expect.stringContaining("embedded database"),
        advice: expect.stringContaining("repeat the command"),
      });
      await client.close();
    });
  });
}
