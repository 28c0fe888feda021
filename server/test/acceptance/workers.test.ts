import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { createServerKey, type ServerProcess, startServerProcess } from "./server-process";
import { applySongs, createSongs, materializeSongs } from "./songs";

const target = testDatabases("main").find(({ name }) => name === "postgres-16");
if (target === undefined) throw new Error("no such test database");

const SOON = { timeout: 60_000, interval: 100 };
const BURST = 400;

describe.skipIf(target.skip)("two workers", () => {
  let folder: string;
  let opened: OpenTestDatabase;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "featstore-workers-"));
    opened = await target.openMigrated();
    await createSongs(opened.database, 20);
    await applySongs(opened.database, 1);
    await materializeSongs(opened.database);
    server = await startServerProcess(folder, opened.url ?? "", {
      FEATSTORE_WORKERS: "2",
      FEATSTORE_BURST: String(BURST),
      FEATSTORE_REQUESTS_PER_SECOND: "1",
      // The test may need longer on a busy machine.
      FEATSTORE_DRAIN_MS: "100000",
    });
  }, 120_000);
  afterAll(async () => {
    server?.child.kill("SIGKILL");
    await opened?.drop();
    rmSync(folder, { recursive: true });
  });

  /** Reads on a new connection, which goes to the next worker. */
  const read = async (key: string, id = 7): Promise<number> => {
    const headers = { "x-api-key": key, connection: "close" };
    const response = await fetch(`${server.url}/api/features/${id}`, { headers });
    await response.text();
    return response.status;
  };
  /** A request that arrives as the last worker closes would wait forever: Node forgets such connections (nodejs/node#21746). */
  const knock = (): Promise<string> => {
    const socket = connect(server.port, "127.0.0.1");
    return once(socket, "connect").then(
      () => {
        socket.destroy();
        return "accepted";
      },
      () => "refused",
    );
  };
  const workers = () =>
    server
      .log()
      .filter(({ msg }) => msg === "worker listening")
      .map(({ worker, pid }) => ({ worker: Number(worker), pid: Number(pid) }));
  const ended = (pid: number) => server.log().find((record) => record.msg === "worker ended" && record.pid === pid);
  const workersAnswered = () => server.metric('featstore_workers{state="answered"}');

  /** Starts a batch whose headers a worker has received, but not its body. */
  const beginBatch = async (key: string): Promise<{ readonly end: () => Promise<unknown> }> => {
    const headers = { "x-api-key": key, "content-type": "application/json", expect: "100-continue" };
    const sending: ClientRequest = request(`${server.url}/api/features/batch`, {
      method: "POST",
      agent: false,
      headers,
    });
    sending.flushHeaders();
    const answer = once(sending, "response");
    await once(sending, "continue");
    return {
      async end() {
        sending.end('{"ids":[7],"features":["song_profile.plays"]}');
        const [response] = (await answer) as [IncomingMessage];
        return [response.statusCode, ((await json(response)) as { readonly rows?: unknown }).rows];
      },
    };
  };

  test("share connections, and each reports the sum of all workers' metrics", async () => {
    const key = await createServerKey(opened.database);
    for (let time = 0; time < 40; time++) expect(await read(key)).toBe(200);
    const count = 'featstore_http_request_duration_seconds_count{route="/api/features/{id}",method="GET",status="200"}';
    for (let time = 0; time < 4; time++) expect(await server.metric(count)).toBe(40);
    expect(await workersAnswered()).toBe(2);
    expect(await server.metric('featstore_workers{state="configured"}')).toBe(2);
    // Not summed: both workers serve the same view.
    expect(await server.metric('featstore_served_generation{view="song_profile",version="1"}')).toBe(1);
    const byWorker = () => new Set(server.log().flatMap(({ route, worker }) => (route === undefined ? [] : [worker])));
    await expect.poll(byWorker, SOON).toEqual(new Set([1, 2]));
  }, 60_000);

  test("a key has one limit over all workers", async () => {
    const begun = performance.now();
    const key = await createServerKey(opened.database);
    const statuses: number[] = [];
    for (let round = 0; round < (BURST + 100) / 20; round++)
      statuses.push(...(await Promise.all(Array.from({ length: 20 }, () => read(key)))));
    const passed = statuses.filter((status) => status === 200).length;
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(passed).toBeLessThanOrEqual(BURST + (performance.now() - begun) / 1000);
    // The other worker may hold unused tokens.
    expect(passed).toBeGreaterThanOrEqual(BURST - BURST / 16);
  }, 60_000);

  test("a killed worker loses only its own connections and is replaced", async () => {
    const key = await createServerKey(opened.database);
    const [before] = workers();
    if (before === undefined) throw new Error("no worker");
    process.kill(before.pid, "SIGKILL");
    await expect.poll(() => ended(before.pid), SOON).toMatchObject({ signal: "SIGKILL" });
    for (let time = 0; time < 20; time++) expect(await read(key)).toBe(200);
    await expect.poll(workersAnswered, SOON).toBe(2);
    await expect.poll(() => workers().at(-1)?.worker, SOON).toBe(3);
  }, 120_000);

  test("workers can be stopped in turn without losing accepted requests", async () => {
    const key = await createServerKey(opened.database);
    const alive = () => workers().filter(({ pid }) => ended(pid) === undefined);
    await expect.poll(() => alive().length, SOON).toBe(2);
    for (const { pid } of alive()) {
      const started = workers().length;
      const begun = await Promise.all(Array.from({ length: 6 }, () => beginBatch(key)));
      process.kill(pid, "SIGTERM");
      // The other worker answers new requests.
      for (let time = 0; time < 10; time++) expect(await read(key)).toBe(200);
      for (const batch of begun) expect(await batch.end()).toEqual([200, [[1]]]);
      await expect.poll(() => ended(pid), SOON).toMatchObject({ exitCode: 0 });
      await expect.poll(() => workers().length, SOON).toBe(started + 1);
    }
  }, 120_000);

  test("SIGTERM stops all workers after they answered accepted requests", async () => {
    const key = await createServerKey(opened.database);
    await expect.poll(workersAnswered, SOON).toBe(2);
    const begun = await Promise.all(Array.from({ length: 6 }, () => beginBatch(key)));
    const code = server.end("SIGTERM");
    await expect.poll(knock, SOON).toBe("refused");
    for (const batch of begun) expect(await batch.end()).toEqual([200, [[1]]]);
    expect(await code).toBe(0);
    expect(workers().filter(({ pid }) => ended(pid) === undefined)).toEqual([]);
  }, 120_000);
});

describe.skipIf(target.skip)("workers that cannot serve", () => {
  test("report the reason once, and the command fails", async () => {
    const folder = mkdtempSync(join(tmpdir(), "featstore-workers-"));
    const start = startServerProcess(folder, "postgres://nobody@127.0.0.1:1/none", { FEATSTORE_WORKERS: "2" });
    await expect(start).rejects.toMatchObject({ error: { code: "database_unreachable" } });
    rmSync(folder, { recursive: true });
  }, 60_000);
});
