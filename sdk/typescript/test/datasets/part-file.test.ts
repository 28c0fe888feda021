import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bundleChild } from "../../../../server/test/helpers/bundle-child";
import { createDatasets, LocalFileError } from "../../src/datasets";
import { bytesOf, type DatasetServer, sha256Of, startDatasetServer } from "../support/dataset-server";

// The part file under full disks, killed processes and other downloads of the same file.

const content = bytesOf(200_000);

let server: DatasetServer;
let folder: string;
let to: string;

beforeEach(async () => {
  server = await startDatasetServer();
  folder = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
  to = join(folder, "songs.csv");
  server.publish("1.0.0", { "songs.csv": content });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const download = (options = {}) =>
  createDatasets({ baseUrl: server.baseUrl }).download("songs", { format: "csv", partBytes: 20_000, to, ...options });

/** Lets writes to files fail as a full disk does, after a number of bytes. */
function fillDiskAfter(bytes: number): void {
  const real = process.getBuiltinModule.bind(process);
  const fs = real("node:fs/promises");
  let left = bytes;
  const open: typeof fs.open = async (...args) => {
    const handle = await fs.open(...args);
    const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>;
    handle.write = (async (data: Uint8Array, offset: number, length: number, at: number) => {
      left -= length;
      if (left < 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      return write(data, offset, length, at);
    }) as typeof handle.write;
    return handle;
  };
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
    name === "node:fs/promises" ? { ...fs, open } : real(name)) as typeof process.getBuiltinModule);
}

test("a full disk is an error with its code, and the download resumes once there is space", async () => {
  fillDiskAfter(100_000);
  const error = await download().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LocalFileError);
  expect(error).toMatchObject({ code: "ENOSPC" });
  expect(await readdir(folder)).toEqual(["songs.csv.part", "songs.csv.part.json"]);
  vi.restoreAllMocks();
  const { files } = await download();
  expect(files[0]?.resumedBytes).toBeGreaterThan(0);
  expect(await readFile(to)).toEqual(content);
});

test("processes killed at random moments leave no finished file, and the last one completes it", async () => {
  const child = await bundleChild(new URL("./download-child.ts", import.meta.url));
  for (let round = 0; round < 5; round += 1) {
    const before = server.seen.length;
    // Kills once some bytes of a range are on their way.
    const killAt = 1 + Math.floor(Math.random() * 9);
    const started = spawn(process.execPath, [child, server.baseUrl, to], { stdio: "ignore" });
    server.misbehave(({ first, end, headers }, response, serve) => {
      if (server.seen.length - before <= killAt) return serve();
      response.writeHead(206, {
        etag: String(headers["if-range"]),
        "content-range": `bytes ${first}-${end - 1}/${content.length}`,
      });
      response.write(content.subarray(first, first + 100), () => setImmediate(() => started.kill("SIGKILL")));
    });
    const [code, signal] = await once(started, "exit");
    expect([code, signal]).toEqual([null, "SIGKILL"]);
    expect(await readdir(folder)).not.toContain("songs.csv");
  }
  server.misbehave((_, __, serve) => serve());
  await download();
  expect(sha256Of(await readFile(to))).toBe(sha256Of(content));
  expect(await readdir(folder)).toEqual(["songs.csv"]);
});

test("two downloads of one path at once never leave a wrong file", async () => {
  for (let round = 0; round < 10; round += 1) {
    await rm(to, { force: true });
    server.misbehave((_, __, serve) => void setImmediate(serve));
    const results = await Promise.allSettled([download(), download({ resume: round % 2 === 0 })]);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(LocalFileError);
    const { files } = await download();
    expect(files[0]?.sha256).toBe(sha256Of(content));
    expect(sha256Of(await readFile(to))).toBe(sha256Of(content));
  }
});

test("a state that lists bytes that the part file has not is not believed", async () => {
  const states = [
    '{"received":[{"first":-5,"end":10}]}',
    '{"received":[{"first":0,"end":1e9}]}',
    '{"received":[{"first":"0","end":5}]}',
    '{"received":"all"}',
    "[]",
    "null",
    '{"received":[{"first":0,"end":10}],"partVersion":2}',
    '{"received":[{"first":0,"end":10}],"bytes":5}',
  ];
  for (const state of states) {
    await rm(to, { force: true });
    await writeFile(`${to}.part`, Buffer.alloc(100));
    const parsed = { partVersion: 1, sha256: sha256Of(content), bytes: content.length, ...JSON.parse(state) };
    await writeFile(`${to}.part.json`, state === "null" || state === "[]" ? state : JSON.stringify(parsed));
    const { files } = await download();
    expect(files[0]?.resumedBytes).toBe(0);
    expect(await readFile(to)).toEqual(content);
  }
});
