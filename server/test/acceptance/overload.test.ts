import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { createServerKey, type ServerProcess, startServerProcess } from "./server-process";
import { applySongs, createSongs, materializeSongs } from "./songs";

const target = testDatabases("main").find(({ name }) => name === "postgres-16");
if (target === undefined) throw new Error("no such test database");

const SOON = { timeout: 60_000, interval: 100 };
const SONGS = 1000;
const MEBIBYTE = 1_048_576;

describe.skipIf(target.skip)("an overloaded server", () => {
  let folder: string;
  let opened: OpenTestDatabase;
  let server: ServerProcess;
  let key: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "featstore-overload-"));
    opened = await target.openMigrated();
    // An answer with all songs has eight megabytes.
    await createSongs(opened.database, SONGS, 8000);
    await applySongs(opened.database, 1);
    await materializeSongs(opened.database);
    server = await startServerProcess(folder, opened.url ?? "", {
      FEATSTORE_ONLINE_STORE: "postgres",
      FEATSTORE_ONLINE_STORE_CACHE_MB: "0",
      FEATSTORE_READ_SLOTS: "4",
      FEATSTORE_BULK_SLOTS: "2",
      FEATSTORE_WAITING_READS: "4",
      FEATSTORE_READ_DEADLINE_MS: "20000",
      FEATSTORE_REQUESTS_PER_SECOND: "1000000",
      FEATSTORE_BURST: "1000000",
      FEATSTORE_UNSENT_MB: "32",
    });
    key = await createServerKey(opened.database);
  }, 120_000);
  afterAll(async () => {
    server?.child.kill("SIGKILL");
    await opened?.drop();
    rmSync(folder, { recursive: true });
  });

  const all = JSON.stringify({ ids: Array.from({ length: SONGS }, (_, index) => index + 1) });
  const readBatch = async () => {
    const headers = { "x-api-key": key, "content-type": "application/json" };
    const response = await fetch(`${server.url}/api/features/batch`, { method: "POST", headers, body: all });
    const body = (await response.json()) as { readonly code?: string };
    return { status: response.status, code: body.code, retryAfter: response.headers.get("retry-after") };
  };
  const readOne = async (id: number) => {
    const response = await fetch(`${server.url}/api/features/${id}`, { headers: { "x-api-key": key } });
    await response.text();
    return response.status;
  };

  test("rejects batches that would be too late, and keeps answering single reads", async () => {
    const batches = Promise.all(Array.from({ length: 60 }, readBatch));
    const single: number[] = [];
    for (let id = 1; id <= 40; id++) single.push(await readOne(id));
    expect(new Set(single)).toEqual(new Set([200]));
    const answers = await batches;
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(answers.length);
    expect(new Set(refused.map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(["503 overloaded"]));
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(await server.metric('featstore_reads_refused_total{lane="batch",reason="full"}')).toBeGreaterThan(0);
    for (const lane of ["single", "batch"]) {
      await expect.poll(() => server.metric(`featstore_reads_in_flight{lane="${lane}"}`), SOON).toBe(0);
      expect(await server.metric(`featstore_reads_waiting{lane="${lane}"}`)).toBe(0);
    }
  }, 120_000);

  test("a waiting batch ends when its client disconnects", async () => {
    const giveUp = new AbortController();
    // Reads of generations wait while this holds the locks.
    const hold = `do $$ begin
      execute (select 'lock table ' || string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables
        where schemaname = 'features');
      perform pg_sleep(600); end $$`;
    const held = opened.database.script(hold, { signal: giveUp.signal }).catch(() => undefined);
    const locks = {
      text: `select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted and relation is not null
        and database = (select oid from pg_database where datname = current_database())`,
    };
    const staying: Promise<unknown>[] = [];
    try {
      await expect.poll(() => opened.database.query(locks), SOON).not.toEqual([]);
      const leaving = new AbortController();
      const headers = { "x-api-key": key, "content-type": "application/json" };
      const body = '{"ids":[1,2]}';
      const ask = (signal: AbortSignal) =>
        fetch(`${server.url}/api/features/batch`, { method: "POST", headers, body, signal }).then(
          ({ status }) => status,
          () => "gone",
        );
      staying.push(...[1, 2].map(() => ask(new AbortController().signal)));
      await expect.poll(() => server.metric('featstore_reads_in_flight{lane="batch"}'), SOON).toBe(2);
      const going = [1, 2, 3].map(() => ask(leaving.signal));
      await expect.poll(() => server.metric('featstore_reads_waiting{lane="batch"}'), SOON).toBe(3);
      leaving.abort();
      expect(await Promise.all(going)).toEqual(["gone", "gone", "gone"]);
      await expect.poll(() => server.metric('featstore_reads_waiting{lane="batch"}'), SOON).toBe(0);
      expect(await server.metric('featstore_reads_refused_total{lane="batch",reason="gone"}')).toBe(3);
    } finally {
      giveUp.abort();
      await held;
    }
    expect(await Promise.all(staying)).toEqual([200, 200]);
  }, 120_000);

  test("clients that do not read answers hold no slot and a limited amount of memory", async () => {
    const before = await server.metric("process_resident_memory_bytes");
    const sockets: Socket[] = [];
    const head = `POST /api/features/batch HTTP/1.1\r\nhost: x\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\n`;
    for (let client = 0; client < 30; client++) {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => undefined);
      // The client does not read the answer.
      socket.pause();
      sockets.push(socket);
      const inFlight = () => server.metric('featstore_reads_in_flight{lane="batch"}');
      socket.write(`${head}content-length: ${all.length}\r\n\r\n${all}`);
      await expect.poll(inFlight, SOON).toBe(0);
    }
    const cut = 'featstore_slow_clients_cut_total{reason="crowded"}';
    await expect.poll(() => server.metric(cut), SOON).toBeGreaterThan(0);
    await expect.poll(() => server.metric("featstore_unsent_bytes"), SOON).toBeLessThanOrEqual(32 * MEBIBYTE);
    expect(await readOne(7)).toBe(200);
    expect((await readBatch()).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => server.metric("featstore_unsent_bytes"), SOON).toBe(0);
    // An idle process does not collect its garbage.
    const grown = async () => {
      await readBatch();
      return (await server.metric("process_resident_memory_bytes")) - before;
    };
    await expect.poll(grown, SOON).toBeLessThan(400 * MEBIBYTE);
  }, 240_000);
});
