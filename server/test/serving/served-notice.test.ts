import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type DatabaseSocket, serveDatabase } from "../../src/database/database-socket";
import { createSocketDatabase } from "../../src/database/socket-database";
import { announceServed, followServerBeside } from "../../src/serving/served-notice";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("main").filter(({ kind }) => kind === "pglite")) {
  describe("a command beside an embedded server", () => {
    let opened: OpenTestDatabase;
    let folder: string;
    let socket: DatabaseSocket;
    let database: Database;

    beforeAll(async () => {
      opened = await target.open();
      folder = await mkdtemp(join(tmpdir(), "featstore-test-"));
      socket = await serveDatabase(opened.database, join(folder, "socket"));
      database = createSocketDatabase({ socketPath: join(folder, "socket") });
    });
    afterAll(async () => {
      await database?.close();
      await socket?.close();
      await opened?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    test("waits for no server if the process that holds the database does not follow the registry", async () => {
      expect(await followServerBeside(database)).toBeNull();
      expect(await followServerBeside(opened.database)).toBeNull();
    });

    test("learns when the server serves a revision, also before the question, and stops when the signal aborts", async () => {
      const end = await opened.database.listen("featstore_registry", () => undefined);
      const server = await followServerBeside(database);
      expect(await server?.serves(4, AbortSignal.abort())).toBe(false);
      const waiting = server?.serves(4, new AbortController().signal);
      await announceServed(opened.database, 3);
      await announceServed(opened.database, 5);
      expect(await waiting).toBe(true);
      expect(await server?.serves(5, AbortSignal.abort())).toBe(true);
      await server?.close();
      await end();
    });
  });
}
