import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AbortedError, createDatasets, ExportFailedError, InvalidCallError } from "../../src/datasets";
import { bytesOf, type DatasetServer, sha256Of, startDatasetServer } from "../support/dataset-server";
import { json, problem } from "../support/scripted-server";

const EXPORTS = "/api/datasets/songs/exports";
const content = bytesOf(4000);
const finished = { id: "e1", state: "finished", bytes: content.length, sha256: sha256Of(content) };

let server: DatasetServer;
let folder: string;
/** The answers to the polls, the first one to the request that starts the export. */
let states: readonly object[];

beforeEach(async () => {
  server = await startDatasetServer();
  folder = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
  server.publish("1.0.0", { "songs.csv": bytesOf(10) });
  server.serve(`${EXPORTS}/e1/data`, content);
  states = [{ id: "e1", state: "running" }, { id: "e1", state: "running" }, finished];
  let polls = 0;
  server.interrupt((url, response) => {
    if (url !== EXPORTS && url !== `${EXPORTS}/e1`) return false;
    json(response, url === EXPORTS ? 202 : 200, states[Math.min(polls++, states.length - 1)]);
    return true;
  });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const datasets = () => createDatasets({ baseUrl: server.baseUrl, apiKey: "fs_key" });
const selection = { format: "csv", features: ["title", "tempo"], partBytes: 900 } as const;

test("selected columns are exported, waited for, and downloaded like any file", async () => {
  const { files } = await datasets().download("songs", { ...selection, to: `${folder}/` });
  expect(await readFile(files[0]?.path ?? "")).toEqual(content);
  expect(files[0]?.file).toMatch(/^songs-[0-9a-f]{8}\.csv$/);
  const { bytes } = await datasets().read("songs", selection);
  expect(sha256Of(bytes)).toBe(finished.sha256);
});

test("the same selection has the same idempotency key, another one another key", async () => {
  states = [finished];
  await datasets().read("songs", selection);
  await datasets().read("songs", selection);
  await datasets().read("songs", { ...selection, features: ["title"] });
  const keys = server.seen.filter(({ url }) => url === EXPORTS).map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(3);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("an export that ends without a file is an error with its code", async () => {
  const failure = { code: "dataset_column_unknown", detail: "there is no column tempo" };
  states = [{ id: "e1", state: "failed", failure }];
  const error = await datasets()
    .read("songs", selection)
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ExportFailedError);
  expect(error).toMatchObject({ id: "e1", code: "dataset_column_unknown" });
  states = [{ id: "e1", state: "cancelled" }];
  await expect(datasets().read("songs", selection)).rejects.toMatchObject({ code: "export_cancelled" });
  states = [{ ...finished, sha256: "no" }];
  await expect(datasets().read("songs", selection)).rejects.toBeInstanceOf(ExportFailedError);
});

test("an abort ends the wait", async () => {
  states = [{ id: "e1", state: "running" }];
  const stopping = new AbortController();
  const reading = datasets().read("songs", { ...selection, signal: stopping.signal });
  await expect.poll(() => server.seen.length).toBeGreaterThan(2);
  stopping.abort();
  await expect(reading).rejects.toBeInstanceOf(AbortedError);
});

test("an overloaded server does not start two exports", async () => {
  let count = 0;
  server.interrupt((url, response) => {
    if (url !== EXPORTS) return false;
    count += 1;
    if (count === 1) problem(response, 503, "overloaded");
    else json(response, 200, finished);
    return true;
  });
  await datasets().read("songs", selection);
  const keys = server.seen.filter(({ url }) => url === EXPORTS).map(({ headers }) => headers["idempotency-key"]);
  expect(new Set(keys).size).toBe(1);
});

test("no columns, and columns of a part, are refused before the export", async () => {
  await expect(datasets().read("songs", { ...selection, features: [] })).rejects.toBeInstanceOf(InvalidCallError);
  await expect(datasets().read("songs", { ...selection, part: 0 })).rejects.toBeInstanceOf(InvalidCallError);
  expect(server.seen.some(({ url }) => url === EXPORTS)).toBe(false);
});
