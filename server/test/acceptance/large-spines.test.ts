import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dictionary, Int32, Int64, Table, tableToIPC, Utf8, type Vector, vectorFromArray } from "apache-arrow";
import { Table as ParquetTable, writeParquet } from "parquet-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepareScores } from "../training-sets/support";
import { createServerKey, type ServerProcess, startServerProcess } from "./server-process";

const AS_OF = "2026-01-01T00:13:00.123456Z";
const target = testDatabases("main").find(({ name }) => name === "postgres-16");

const names = (columns: number) => Array.from({ length: columns - 2 }, (_, index) => `c${index}`);
const rowOf = (columns: number) =>
  JSON.stringify({ track_id: 3, as_of: AS_OF, ...Object.fromEntries(names(columns).map((name) => [name, 1])) });
const spineOf = (rows: number, columns: Readonly<Record<string, Vector>>): Uint8Array<ArrayBuffer> => {
  const table = new Table({
    track_id: vectorFromArray(
      Array.from({ length: rows }, () => 3n),
      new Int64(),
    ),
    as_of: vectorFromArray(
      Array.from({ length: rows }, () => AS_OF),
      new Utf8(),
    ),
    ...columns,
  });
  return new Uint8Array(writeParquet(ParquetTable.fromIPCStream(tableToIPC(table, "stream"))));
};
const wideParquet = () => {
  const one = vectorFromArray([1], new Int32());
  return spineOf(1, Object.fromEntries(names(2000).map((name) => [name, one])));
};
const textParquet = () => {
  const text = "x".repeat(100_000);
  return spineOf(500, {
    text: vectorFromArray(
      Array.from({ length: 500 }, () => text),
      new Dictionary(new Utf8(), new Int32()),
    ),
  });
};
const csv = (text: string) => ["text/csv", text] as const;
const lines = (text: string) => ["application/x-ndjson", text] as const;
const parquet = (bytes: Uint8Array<ArrayBuffer>) => ["application/vnd.apache.parquet", bytes] as const;
const rows = (format: string, columns: number) =>
  ["application/json", `{"features":["scores"],"format":"${format}","rows":[${rowOf(columns)}]}`] as const;

describe.skipIf(target === undefined || target.skip)("large spines with concurrent requests", () => {
  let opened: OpenTestDatabase;
  let folder: string;
  let server: ServerProcess;
  let key: string;
  beforeAll(async () => {
    if (target === undefined) return;
    opened = await target.openMigrated();
    await prepareScores(opened.database);
    key = await createServerKey(opened.database);
    folder = await mkdtemp(join(tmpdir(), "featstore-large-"));
    server = await startServerProcess(folder, opened.url ?? "", {});
  });
  afterAll(async () => {
    await server?.end("SIGTERM");
    await opened?.drop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const read = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    return (await response.json()) as { id: string; state: string; failure: { code: string } | null };
  };

  /** Returns a spine's error code or the state of its training set. */
  const outcome = async ([type, body]: readonly [string, string | Uint8Array<ArrayBuffer>]): Promise<string> => {
    const path = type === "application/json" ? "/api/training-sets" : "/api/training-sets?features=scores";
    const headers = { authorization: `Bearer ${key}`, "content-type": type };
    const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body });
    const answer = (await response.json()) as { code?: string; id: string };
    if (answer.code !== undefined) return answer.code;
    let outcome = "";
    const stateOf = async () => {
      const { state, failure } = await read(`/api/training-sets/${answer.id}`);
      outcome = failure?.code ?? state;
      return state;
    };
    await expect.poll(stateOf).not.toMatch(/^(loading|queued|running)$/);
    return outcome;
  };

  test.for([
    ["a CSV header of 50,000 columns", () => csv(`track_id,as_of,${names(50_000).join(",")}\n`), "spine_too_wide"],
    ["a CSV field of 20 MB", () => csv(`track_id,as_of,t\n3,${AS_OF},${"x".repeat(2e7)}\n`), "spine_line_too_long"],
    ["five million commas", () => csv(`track_id,as_of,t\n${",".repeat(5e6)}\n`), "spine_too_wide"],
    ["a JSON line of 20,000 columns", () => lines(rowOf(20_000)), "spine_too_wide"],
    ["a JSON line of 20 MB", () => lines(`{"track_id":"${"x".repeat(2e7)}"}`), "spine_line_too_long"],
    ["a JSON row of 20,000 columns", () => rows("parquet", 20_000), "spine_too_wide"],
    ["a Parquet file of 2,000 columns", () => parquet(wideParquet()), "spine_too_wide"],
    ["a Parquet file of 500 texts of 100 KB", () => parquet(textParquet()), "finished"],
    ["a JSON row of 1,000 columns as Parquet", () => rows("parquet", 1000), "finished"],
    ["a JSON row of 1,000 columns as CSV", () => rows("csv", 1000), "finished"],
  ] as const)("/livez answers during %s", async ([, spine, expected]) => {
    let isUnderWay = true;
    const sent = outcome(spine()).finally(() => {
      isUnderWay = false;
    });
    const statuses = new Set<number>();
    do statuses.add((await fetch(`${server.url}/livez`)).status);
    while (isUnderWay);
    expect(statuses).toEqual(new Set([200]));
    expect(await sent).toBe(expected);
  });
});
