import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createParquetThread, type ParquetSession } from "../../src/columnar/parquet/parquet-thread";

const ROWS = 30_000;
const thread = createParquetThread({ memoryMb: 256 });
let folder: string;
let large: string;
let small: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "featstore-parquet-"));
  large = await write("large", ROWS);
  small = await write("small", 1);
});
afterAll(async () => {
  await thread.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, rows: number): Promise<string> {
  const session = thread.openWrite();
  await session.call("beginFile", [{ name: "id", type: "int64" }]);
  const written = await session.call(
    "writeRows",
    Array.from({ length: rows }, (_, index) => [String(index)]),
  );
  const path = join(folder, name);
  await writeFile(path, Buffer.concat([...written, ...(await session.call("endFile", null))]));
  session.end();
  return path;
}

const open = (session: ParquetSession, path: string) => session.call("openFile", { path, limits: { columns: 10 } });

async function countRows(session: ParquetSession): Promise<number> {
  let count = 0;
  for (;;) {
    const { length } = await session.call("readRows", null);
    if (length === 0) return count;
    count += length;
  }
}

test("another tenant's file is read while a large one is being read", { timeout: 20_000 }, async () => {
  const first = await thread.openRead({ tenant: "acme" });
  await open(first, large);
  const begun = (await first.call("readRows", null)).length;

  const second = await thread.openRead({ tenant: "beta" });
  await open(second, small);
  expect(await countRows(second)).toBe(1);
  second.end();

  expect(begun + (await countRows(first))).toBe(ROWS);
  first.end();
});

test("calls of tenants alternate, however many of one tenant wait", async () => {
  const sessions = new Map<string, ParquetSession>();
  for (const tenant of ["acme", "beta"]) sessions.set(tenant, await thread.openRead({ tenant }));
  const order: string[] = [];
  const ask = async (tenant: string) => {
    await sessions.get(tenant)?.call("readRows", null);
    order.push(tenant);
  };
  for (const session of sessions.values()) await open(session, large);
  await Promise.all([ask("acme"), ask("acme"), ask("acme"), ask("beta"), ask("beta")]);
  expect(order).toEqual(["acme", "beta", "acme", "beta", "acme"]);
  for (const session of sessions.values()) session.end();
});

test("a tenant's own files are read one after another, and one that is given up lets the next begin", async () => {
  const first = await thread.openRead({ tenant: "acme" });
  const order: string[] = [];
  const given = new AbortController();
  const second = thread.openRead({ tenant: "acme", signal: given.signal });
  const third = thread.openRead({ tenant: "acme" }).then((session) => {
    order.push("third");
    return session;
  });
  given.abort(new Error("given up"));
  await expect(second).rejects.toThrow("given up");
  await open(first, small);
  expect(await countRows(first)).toBe(1);
  order.push("first");
  first.end();
  (await third).end();
  expect(order).toEqual(["first", "third"]);
});
