import { mkdtempSync, rmSync } from "node:fs";
import { readFile, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataset, int64, source, string } from "@featstore/definitions";
import { collectDefinitions } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { loadConfig } from "../../../server/src/core/config";
import { SCOPES } from "../../../server/src/core/scopes";
import type { Database } from "../../../server/src/database/database";
import { openPgliteDatabase } from "../../../server/src/database/pglite-database";
import { createDatasetDefinitions } from "../../../server/src/datasets/definition-store";
import { applyDatasets } from "../../../server/src/datasets/plan-datasets";
import { createDeps, type Deps } from "../../../server/src/deps";
import { createEngine } from "../../../server/src/engine/index";
import { type RunningServer, serve } from "../../../server/src/main";
import { pgliteImage } from "../../../server/test/helpers/pglite-image";
import { ConnectionError, createDatasets, type Datasets, NotFoundError, ServerError } from "../src/datasets";
import { sha256Of } from "./support/dataset-server";

// Tests the client's datasets against a real server on the embedded database.

const from = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64() },
  history: "current",
  columns: { title: string(), tempo: int64() },
});
const about = {
  title: "Songs",
  purpose: "A test.",
  provenance: ["Made up"],
  licence: "CC0-1.0",
  cadence: "Never",
  contact: "test@example.com",
};
const songs = dataset({
  ...about,
  name: "songs",
  from,
  columns: (song) => ({ title: song.title.describe("The title."), tempo: song.tempo.describe("Beats per minute.") }),
});
const panel = dataset({
  ...about,
  name: "panel",
  from,
  columns: (song) => ({ tempo: song.tempo.describe("Beats per minute.") }),
  access: "gated",
  terms: { version: "2026-11", text: "Use the data for research only." },
});

let folder: string;
let database: Database;
let deps: Deps;
let server: RunningServer;
let key: string;
let datasets: Datasets;
/** False while the server has no routes of datasets. */
let isServed = false;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "featstore-datasets-"));
  database = await openPgliteDatabase({ image: await pgliteImage("empty") });
  await database.script(`
    create table songs (song_id bigint primary key, title text not null, tempo bigint not null);
    insert into songs select i, 'Song number ' || i, 60 + i % 120 from generate_series(1, 20000) as i;`);
  const env = {
    PORT: "0",
    HOST: "127.0.0.1",
    FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
    FEATSTORE_LOG_LEVEL: "silent",
  };
  deps = await createDeps(loadConfig({ env, folder }), { database });
  const definitions = collectDefinitions([{ songs, panel }]);
  const catalog = createEngine(database);
  await applyDatasets({ definitions: createDatasetDefinitions(database), catalog }, definitions, "test");
  server = await serve(deps);
  key = (await deps.keys.create({ name: "client", scopes: SCOPES, tenant: null })).key;
  datasets = createDatasets({ baseUrl: server.url, apiKey: key });
  isServed = (await call("GET", "/api/datasets")).status === 200;
  if (isServed) await build();
});

afterAll(async () => {
  await server?.close();
  await deps?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(({ skip }) => skip(!isServed, "the server has no routes of datasets yet"));

const call = (method: string, path: string) =>
  fetch(`${server.url}${path}`, { method, headers: { authorization: `Bearer ${key}` } });

async function build(): Promise<void> {
  const { id } = (await (await call("POST", "/api/datasets/songs/snapshots")).json()) as { id: string };
  const read = async () => (await call("GET", `/api/datasets/songs/builds/${id}`)).json();
  const ended = async () => {
    const document = (await read()) as { state: string };
    return document.state === "running" ? undefined : document;
  };
  expect(await vi.waitUntil(ended, { timeout: 60_000 })).toMatchObject({ state: "finished", failure: null });
}

test("describes what it downloads, and gets the same bytes to file, memory and stream", async () => {
  expect(await datasets.list()).toMatchObject([
    { name: "panel", access: "gated", latest: null },
    { name: "songs", latest: { version: "1.0.0", rows: 20_000 } },
  ]);
  const { columns, card } = await datasets.get("songs");
  expect(columns.map(({ name }) => name)).toEqual(["song_id", "title", "tempo"]);
  expect(card).toContain("Songs");
  const [snapshot] = await datasets.snapshots("songs");
  for (const format of ["parquet", "csv", "jsonl", "json"] as const) {
    const listed = snapshot?.files.find((file) => file.format === format);
    const to = join(folder, format, "/");
    const { files } = await datasets.download("songs", { format, to, partBytes: 10_000 });
    expect(files).toMatchObject([{ file: listed?.name, bytes: listed?.bytes, sha256: listed?.sha256 }]);
    const saved = await readFile(files[0]?.path ?? "");
    const { bytes } = await datasets.read("songs", { format, snapshot: "1.0.0" });
    const { stream } = await datasets.stream("songs", { format, snapshot: snapshot?.id ?? "" });
    const streamed = new Uint8Array(await new Response(stream).arrayBuffer());
    expect([saved, bytes, streamed].map(sha256Of)).toEqual(Array(3).fill(listed?.sha256));
  }
});

test("accepts the terms of a gated dataset in their current version", async () => {
  const { version, text } = await datasets.terms("panel");
  expect([version, text]).toEqual(["2026-11", "Use the data for research only."]);
  expect(await datasets.acceptTerms("panel", { version })).toMatchObject({ dataset: "panel", version });
  await expect(datasets.acceptTerms("panel", { version: "2025" })).rejects.toMatchObject({
    name: "ConflictError",
    code: "terms_version_unknown",
  });
  await expect(datasets.terms("songs")).rejects.toMatchObject({ code: "terms_version_unknown" });
});

test("resumes after a broken connection", async () => {
  let left = 100_000;
  const cutting: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!String(url).includes("/files/") || response.body === null) return response;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          left -= piece.byteLength;
          if (left < 0) controller.error(new Error("cut"));
          else controller.enqueue(piece);
        },
      }),
    );
    return new Response(body, response);
  };
  const options = { format: "csv", partBytes: 40_000, to: join(folder, "resumed.csv") } as const;
  const cut = createDatasets({ baseUrl: server.url, apiKey: key, fetch: cutting });
  await expect(cut.download("songs", { ...options, retries: 0 })).rejects.toBeInstanceOf(ConnectionError);
  const { files } = await datasets.download("songs", options);
  expect(files[0]?.resumedBytes).toBeGreaterThan(0);
  expect(sha256Of(await readFile(options.to))).toBe(files[0]?.sha256);
});

test("reports what does not exist with the server's code", async () => {
  await expect(datasets.get("singers")).rejects.toBeInstanceOf(NotFoundError);
  await expect(datasets.read("singers")).rejects.toMatchObject({ code: "dataset_not_found" });
  await expect(datasets.read("songs", { snapshot: "9.0.0" })).rejects.toMatchObject({ code: "snapshot_not_found" });
});

test("never finishes a file that was changed on the server's disk", async () => {
  const [snapshot] = await datasets.snapshots("songs");
  const file = snapshot?.files.find(({ format }) => format === "jsonl");
  await truncate(join(folder, ".featstore/datasets/songs", snapshot?.id ?? "", file?.path ?? ""), 1000);
  await expect(datasets.read("songs", { format: "jsonl", retries: 0 })).rejects.toBeInstanceOf(ServerError);
});
