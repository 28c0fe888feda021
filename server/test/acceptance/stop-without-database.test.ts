import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTcpProxy, type TcpProxy } from "../helpers/tcp-proxy";
import { testDatabases } from "../helpers/test-database";
import { createServerKey, startServerProcess } from "./server-process";
import { applySongs, createSongs, materializeSongs } from "./songs";

const target = testDatabases("main").find(({ name }) => name === "postgres-16");
if (target === undefined) throw new Error("no such test database");
/** docs/guide/running.md allows 20 s with the default FEATSTORE_DRAIN_MS, and the command needs a moment to start. */
const STOPPED_MS = 20_000;

const outages: Readonly<Record<string, (proxy: TcpProxy) => Promise<void>>> = {
  "refuses connections": (proxy) => proxy.down(),
  "does not respond": (proxy) => proxy.silence(),
};

test.skipIf(target.skip).for(Object.keys(outages))(
  "a server whose database %s ends soon after SIGTERM",
  { timeout: 120_000 },
  async (outage) => {
    const folder = mkdtempSync(join(tmpdir(), "featstore-stop-"));
    const opened = await target.openMigrated();
    const url = new URL(opened.url ?? "");
    const proxy = await openTcpProxy({ host: url.hostname, port: Number(url.port) });
    try {
      await createSongs(opened.database, 20);
      await applySongs(opened.database, 1);
      await materializeSongs(opened.database);
      const key = await createServerKey(opened.database);
      url.port = String(proxy.port);
      const server = await startServerProcess(folder, url.href, {});
      try {
        const headers = { "x-api-key": key, connection: "close" };
        expect((await fetch(`${server.url}/api/features/7`, { headers })).status).toBe(200);
        await outages[outage]?.(proxy);
        await expect.poll(() => server.log().filter(({ level }) => Number(level) >= 40).length).toBeGreaterThan(0);
        const ended = server.end("SIGTERM");
        const late = setTimeout(() => server.child.kill("SIGKILL"), STOPPED_MS);
        expect(await ended).toBe(0);
        clearTimeout(late);
      } finally {
        server.child.kill("SIGKILL");
      }
    } finally {
      await proxy.down();
      await opened.drop();
      rmSync(folder, { recursive: true });
    }
  },
);
