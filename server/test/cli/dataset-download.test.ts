import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  bytesOf,
  type DatasetServer,
  sha256Of,
  startDatasetServer,
} from "../../../sdk/typescript/test/support/dataset-server";
import { problem } from "../../../sdk/typescript/test/support/scripted-server";
import { commands } from "../../src/cli/index";
import { runCli } from "../../src/cli/kit/run-cli";

const KEY = "fs_secret-key-of-the-test";
const content = bytesOf(50_000);

let server: DatasetServer;
let folder: string;

beforeEach(async () => {
  server = await startDatasetServer();
  folder = await mkdtemp(join(tmpdir(), "featstore-download-"));
  server.publish("1.0.0", { "songs.parquet": content, "train-0.csv": bytesOf(100, 2), "test-0.csv": bytesOf(90, 3) });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(line: readonly string[], { environment = {}, signal = new AbortController().signal } = {}) {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: (text: string) => {
      written.stdout += text;
    },
    stderr: (text: string) => {
      written.stderr += text;
    },
    terminal: false,
    environment: { FEATSTORE_URL: server.baseUrl, FEATSTORE_API_KEY: KEY, ...environment },
    workingFolder: folder,
    signal,
  };
  const code = await runCli(["dataset", "download", ...line], io, commands, "0.0.0");
  expect(`${written.stdout}${written.stderr}`).not.toContain(KEY);
  return { code, ...written };
}

test("downloads to the working folder or to a new one, and prints path and SHA-256", async () => {
  const { code, stdout, stderr } = await run(["songs"]);
  expect(code).toBe(0);
  expect(await readFile(join(folder, "songs.parquet"))).toEqual(content);
  expect(stdout).toContain(join(folder, "songs.parquet"));
  expect(stdout).toContain(sha256Of(content));
  expect(stderr).toContain("songs.parquet: 50.0 kB of 50.0 kB");
  const other = await run(["songs", "--format", "csv", "--to", "new/data", "--json"]);
  expect(JSON.parse(other.stdout)).toMatchObject({
    dataset: "songs",
    version: "1.0.0",
    files: [
      { path: join(folder, "new/data/train-0.csv"), bytes: 100, resumed_bytes: 0 },
      { path: join(folder, "new/data/test-0.csv"), sha256: sha256Of(bytesOf(90, 3)) },
    ],
  });
  await run(["songs", "--format", "csv", "--split", "test", "--to", "test"]);
  expect(await readdir(join(folder, "test"))).toEqual(["test-0.csv"]);
});

test("takes the key from the environment or a file, and none without either", async () => {
  await writeFile(join(folder, "key"), `${KEY}\n`);
  await run(["songs", "--to", "a"]);
  await run(["songs", "--to", "b", "--key-file", "key"], { environment: { FEATSTORE_API_KEY: "another" } });
  expect(new Set(server.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${KEY}`]));
  server.seen.length = 0;
  await run(["songs", "--to", "c", "--url", server.baseUrl], {
    environment: { FEATSTORE_API_KEY: undefined, FEATSTORE_URL: "http://127.0.0.1:1" },
  });
  expect(new Set(server.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([undefined]));
});

test("Ctrl-C keeps the part file, which --resume continues", async () => {
  const stopping = new AbortController();
  server.misbehave(({ headers }, response) => {
    response.writeHead(headers.range === undefined ? 200 : 206, { "content-length": content.length });
    response.write(content.subarray(0, 20_000), () => setImmediate(() => stopping.abort()));
  });
  const stopped = await run(["songs"], { signal: stopping.signal });
  expect(stopped).toMatchObject({ code: 130 });
  expect(stopped.stderr).toContain("--resume");
  expect(existsSync(join(folder, "songs.parquet"))).toBe(false);
  server.misbehave((_, __, serve) => serve());
  const { stdout } = await run(["songs", "--resume", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ files: [{ sha256: sha256Of(content) }] });
  expect(await readdir(folder)).toEqual(["songs.parquet"]);
});

test("without --resume a part file is not used", async () => {
  const stopping = new AbortController();
  server.misbehave(({ count }, response) => {
    if (count > 1) return stopping.abort();
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 20_000), () => response.destroy());
  });
  await run(["songs"], { signal: stopping.signal });
  expect(await readdir(folder)).toEqual(["songs.parquet.part", "songs.parquet.part.json"]);
  server.misbehave((_, __, serve) => serve());
  const { stdout } = await run(["songs", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ files: [{ resumed_bytes: 0 }] });
});

test("another file of the same name is kept without --overwrite", async () => {
  await writeFile(join(folder, "songs.parquet"), "mine");
  expect(JSON.parse((await run(["songs", "--json"])).stdout)).toMatchObject({ error: { code: "file_exists" } });
  expect(await readFile(join(folder, "songs.parquet"), "utf8")).toBe("mine");
  expect(await run(["songs", "--overwrite"])).toMatchObject({ code: 0 });
  expect(await readFile(join(folder, "songs.parquet"))).toEqual(content);
});

test("failures have a code, an exit code and no file", async () => {
  const codeOf = async (line: readonly string[], environment = {}) => {
    const { stdout, code } = await run([...line, "--json"], { environment });
    return [JSON.parse(stdout).error.code, code];
  };
  expect(await codeOf(["singers"])).toEqual(["dataset_not_found", 1]);
  expect(await codeOf(["songs", "--snapshot", "9.9.9"])).toEqual(["snapshot_not_found", 1]);
  expect(await codeOf(["songs", "--format", "jsonl"])).toEqual(["dataset_format_unknown", 1]);
  expect(await codeOf(["songs", "--format", "xlsx"])).toEqual(["format_unknown", 2]);
  expect(await codeOf(["songs", "--parallel", "0"])).toEqual(["number_invalid", 2]);
  expect(await codeOf(["songs", "--url", "nonsense"])).toEqual(["option_invalid", 2]);
  expect(await codeOf(["songs"], { FEATSTORE_API_KEY: "a key\nwith a line" })).toEqual(["option_invalid", 2]);
  expect(await codeOf(["songs", "--key-file", "none"])).toEqual(["key_file_unreadable", 2]);
  server.misbehave((_, response) => problem(response, 401, "key_unknown"));
  expect(await codeOf(["songs"])).toEqual(["key_unknown", 1]);
  server.misbehave((request, response) => {
    const wrong = Buffer.from(request.content);
    wrong[7] = (wrong[7] ?? 0) ^ 1;
    response.writeHead(200, { "content-length": wrong.length }).end(wrong);
  });
  expect(await codeOf(["songs"])).toEqual(["checksum_wrong", 1]);
  expect(await readdir(folder)).toEqual([]);
});
