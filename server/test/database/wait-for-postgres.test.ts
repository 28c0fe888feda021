import { describe, expect, test, vi } from "vitest";
import { DatabaseError } from "../../src/database/database-error";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { waitForPostgres } from "../../src/database/wait-for-postgres";
import { openTcpProxy } from "../helpers/tcp-proxy";
import { testDatabases } from "../helpers/test-database";

const failing = (...errors: DatabaseError[]) => ({
  query: vi.fn(async () => {
    const error = errors.shift();
    if (error !== undefined) throw error;
    return [];
  }),
});
const unreachable = (sqlState?: string) => new DatabaseError("unreachable", "refused", sqlState);

describe("waiting for PostgreSQL", () => {
  test("tries again while the server refuses connections or starts, and reports that once", async () => {
    const database = failing(unreachable(), unreachable("57P03"));
    const onWait = vi.fn();
    await waitForPostgres(database, { waitMs: 60_000, onWait });
    expect([database.query.mock.calls.length, onWait.mock.calls.length]).toEqual([3, 1]);
  });

  test.each(["28P01", "28000", "3D000", "42501"])("does not wait after the refusal %s", async (sqlState) => {
    const database = failing(unreachable(sqlState));
    await expect(waitForPostgres(database, { waitMs: 60_000, onWait: () => {} })).rejects.toMatchObject({ sqlState });
    expect(database.query).toHaveBeenCalledOnce();
  });

  test("makes one attempt without a time to wait", async () => {
    const database = failing(unreachable());
    await expect(waitForPostgres(database, { waitMs: 0, onWait: () => {} })).rejects.toThrow(DatabaseError);
    expect(database.query).toHaveBeenCalledOnce();
  });

  test("ends with the last error when it is aborted", async () => {
    const stopping = new AbortController();
    const database = failing(...Array.from({ length: 100 }, () => unreachable()));
    const waiting = waitForPostgres(database, {
      waitMs: 60_000,
      signal: stopping.signal,
      onWait: () => stopping.abort(),
    });
    await expect(waiting).rejects.toThrow(DatabaseError);
  });

  for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
    test.skipIf(target.skip)("continues when a real server appears", async () => {
      const opened = await target.open();
      const url = new URL(opened.url ?? "");
      const proxy = await openTcpProxy({ host: url.hostname, port: Number(url.port) });
      await proxy.down();
      url.port = String(proxy.port);
      const database = createPostgresDatabase({ url: url.href, poolSize: 1 });
      await waitForPostgres(database, { waitMs: 60_000, onWait: () => void proxy.up() });
      expect(await database.query({ text: "select 1 as one" })).toEqual([{ one: 1 }]);
      await database.close();
      await proxy.down();
      await opened.drop();
    });
  }
});
