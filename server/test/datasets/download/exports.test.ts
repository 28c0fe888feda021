import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createParquetThread } from "../../../src/columnar/parquet/parquet-thread";
import { thisProcess } from "../../../src/database/lease-holder";
import type { Snapshot } from "../../../src/datasets/dataset-types";
import { createAcceptances } from "../../../src/datasets/download/acceptance-store";
import type { Downloads } from "../../../src/datasets/download/downloads";
import { createExportStore } from "../../../src/datasets/download/export-store";
import { createExports } from "../../../src/datasets/download/exports";
import { createSelectParquet } from "../../../src/datasets/download/select-parquet";
import { operatorLimits } from "../../helpers/operator-limits";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { sampleHolder, startDownloadServer } from "../support/download-server";
import { createStubReader, publishSample, sampleDefinition, sha256 } from "../support/sample-snapshot";
import { type OpenStorage, testStorages } from "../support/storages";

const ROWS = 5000;
const numbers = Array.from({ length: ROWS }, (_, index) => String(index).padStart(6, "0"));
const csv = `id,title,score\n${numbers.map((id) => `${id},"title, ${id}",${Number(id) / 4}\n`).join("")}`;
const jsonl = numbers.map((id) => `{"id":"${id}","title":"t","score":${Number(id)}}\n`).join("");
const parquet = createParquetThread({ memoryMb: 512 });
const parquetColumns = ["id", "title", "score"].map((name) => ({ name, type: "string", nullable: true }) as const);

async function parquetOf(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const session = parquet.openWrite();
  await session.call("beginFile", parquetColumns);
  const parts = [...(await session.call("writeRows", rows)), ...(await session.call("endFile", null))];
  session.end();
  return Buffer.concat(parts);
}

async function rowsOf(bytes: Uint8Array) {
  const path = join(await mkdtemp(join(tmpdir(), "featstore-parquet-")), "a.parquet");
  await writeFile(path, bytes);
  const session = await parquet.openRead();
  const columns = await session.call("openFile", { path, limits: { columns: 10 } });
  const rows: unknown[] = [];
  for (let more = await session.call("readRows", null); more.length > 0; more = await session.call("readRows", null))
    rows.push(...more);
  session.end();
  return { columns: columns.map(({ name }) => name), rows };
}

interface ExportBody {
  readonly id: string;
  readonly state: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly rows: number;
  readonly url: string | null;
  readonly code?: string;
  readonly failure?: unknown;
  readonly features: readonly string[];
}

afterAll(() => parquet.close());

const [local] = testStorages();
for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`exports and terms on ${target.name}`, () => {
    const stub = createStubReader();
    const sent: Record<string, number> = {};
    const faults: unknown[] = [];
    let opened: OpenTestDatabase;
    let storage: OpenStorage;
    let workFolder: string;
    let downloads: Downloads;
    let server: Awaited<ReturnType<typeof startDownloadServer>>;
    let snapshot: Snapshot;

    const send = async (
      method: string,
      path: string,
      key = "own",
      body?: unknown,
      more: Record<string, string> = {},
    ) => {
      const response = await fetch(server.url + path, {
        method,
        redirect: "manual",
        headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }), ...more },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      const json = () => JSON.parse(String(bytes)) as ExportBody;
      return { status: response.status, headers: response.headers, bytes, json };
    };
    const exportsOf = "/api/datasets/songs/exports";
    const create = (body: unknown, key = "own", idempotencyKey?: string) =>
      send("POST", exportsOf, key, body, idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey });
    const ended = async (path: string, key = "own") => {
      let body: ExportBody | undefined;
      await expect
        .poll(async () => {
          body = (await send("GET", path, key)).json();
          return body.state;
        })
        .not.toBe("running");
      if (body === undefined) throw new Error("no export");
      return body;
    };
    const made = async (body: unknown, key?: string) => {
      const created = await create(body, key);
      expect(created.status).toBe(202);
      return ended(String(created.headers.get("location")), key);
    };

    beforeAll(async () => {
      if (local === undefined) return;
      opened = await target.openMigrated();
      storage = await local.open();
      workFolder = await mkdtemp(join(tmpdir(), "featstore-work-"));
      stub.add(sampleDefinition("songs"));
      const terms = { version: "2026-11", text: "Only for research." };
      stub.add(sampleDefinition("closed", { access: "gated", terms }));
      snapshot = await publishSample(storage.files, "songs", [
        { name: "all.csv", format: "csv", content: csv },
        { name: "train.jsonl", format: "jsonl", split: "train", content: jsonl },
        { name: "test.jsonl", format: "jsonl", split: "test", content: '{"id":"x","title":null,"score":1}\n' },
        { name: "0.parquet", format: "parquet", part: 0, content: await parquetOf([["1", "a", "x"]]) },
        { name: "1.parquet", format: "parquet", part: 1, content: await parquetOf([["2", "b", "y"]]) },
      ]);
      const closed = await publishSample(storage.files, "closed", [{ name: "a.csv", format: "csv", content: csv }]);
      stub.snapshots.push(snapshot, closed);
      const selectParquet = createSelectParquet(parquet, workFolder);
      const reading = { files: storage.files, selectParquet, onFault: (error: unknown) => void faults.push(error) };
      downloads = {
        ...{ ...reading, reader: stub.reader, acceptances: createAcceptances(opened.database) },
        exports: createExports({
          ...{ ...reading, store: createExportStore(opened.database), workFolder, keptMs: 3_600_000 },
          holder: await thisProcess(),
          isDead: async ({ host }) => host === "dead",
          onJobFault: (error) => void faults.push(error),
        }),
        ...{ anonymous: true, redirects: false, streamBytes: 10_000, keptMs: 3_600_000 },
        counts: { add: () => undefined, flush: async () => undefined, close: async () => undefined },
        onSent: ({ keyId }, _, bytes) => {
          sent[keyId] = (sent[keyId] ?? 0) + bytes;
        },
      };
      const limits = { ...operatorLimits, exports: 2 };
      server = await startDownloadServer(
        { datasetDownloads: downloads },
        {
          holders: [
            sampleHolder("own", { organisation: "org_a", limits }),
            sampleHolder("colleague", { organisation: "org_a", limits }),
            sampleHolder("other", { organisation: "org_b", limits }),
            sampleHolder("left", { organisation: "org_a", limits, makerHasLeft: true }),
            sampleHolder("lone"),
            sampleHolder("rotated", { lineId: "lone" }),
          ],
          anonymousPerMinute: 1000,
        },
      );
    });
    afterAll(async () => {
      await server?.close();
      await downloads?.exports.close();
      await storage?.close();
      await opened?.drop();
      if (workFolder !== undefined) await rm(workFolder, { recursive: true, force: true });
    });

    test("an export has the columns and the key, by the HTTP rules of files", async () => {
      const { id, url, ...found } = await made({ snapshot: "latest", format: "csv", features: ["score"] });
      const expected = `id,score\n${numbers.map((number) => `${number},${Number(number) / 4}\n`).join("")}`;
      expect(found).toMatchObject({
        ...{ state: "finished", rows: ROWS, features: ["id", "score"], failure: null },
        ...{ bytes: expected.length, sha256: sha256(expected) },
      });
      expect(url).toBe(`${exportsOf}/${id}/data`);
      sent.own = 0;
      const data = await send("GET", String(url));
      expect([data.status, String(data.bytes)]).toEqual([200, expected]);
      expect(data.headers.get("etag")).toBe(`"${found.sha256}"`);
      const part = await send("GET", String(url), "own", undefined, { range: "bytes=-4" });
      expect([part.status, String(part.bytes)]).toEqual([206, expected.slice(-4)]);
      expect(sent.own).toBe(expected.length + 4);
      expect(await readdir(workFolder)).toEqual([]);
    });

    test("an export of all columns, of a split, and of several files", async () => {
      const train = await made({ format: "jsonl", split: "train" });
      expect([train.sha256, train.rows]).toEqual([sha256(jsonl), ROWS]);
      const both = await made({ format: "jsonl", features: ["id"] });
      expect(both.rows).toBe(ROWS + 1);
    });

    test("an export of Parquet joins the parts", async () => {
      const { url, rows } = await made({ format: "parquet", features: ["score"] });
      expect(rows).toBe(2);
      const { bytes } = await send("GET", String(url));
      expect(await rowsOf(bytes)).toEqual({
        columns: ["id", "score"],
        rows: [
          ['"1"', '"x"'],
          ['"2"', '"y"'],
        ],
      });
      expect(await readdir(workFolder)).toEqual([]);
    });

    test("refuses unknown names, formats, members and keys", async () => {
      const codeOf = async (body: unknown, key?: string, idempotencyKey?: string) =>
        (await create(body, key, idempotencyKey)).json().code;
      expect(await codeOf({ features: ["nope"] })).toBe("dataset_column_unknown");
      expect(await codeOf({ features: ["title", "title"] })).toBe("dataset_column_unknown");
      expect(await codeOf({ features: [] })).toBe("invalid_body");
      expect(await codeOf({ features: "title" })).toBe("invalid_body");
      expect(await codeOf({ colour: 1 })).toBe("invalid_body");
      expect(await codeOf({ format: "xlsx" })).toBe("dataset_format_unknown");
      expect(await codeOf({ format: "json" })).toBe("dataset_file_not_found");
      expect(await codeOf({ format: "jsonl", split: "validation" })).toBe("dataset_file_not_found");
      expect(await codeOf({ snapshot: "9.9.9" })).toBe("snapshot_not_found");
      expect(await codeOf({ format: "csv" }, "own", "a b")).toBe("invalid_request");
    });

    test("a repeated request with its idempotency key gets the same export, and another request is refused", async () => {
      const body = { format: "csv", features: ["title"] };
      const first = (await create(body, "own", "k1")).json();
      const finished = await ended(`${exportsOf}/${first.id}`);
      expect(finished.state).toBe("finished");
      const again = await create(body, "colleague", "k1");
      expect([again.status, again.json().id]).toEqual([200, first.id]);
      expect((await create({ format: "csv" }, "own", "k1")).json().code).toBe("idempotency_key_reused");
      expect((await create(body, "other", "k1")).json().id).not.toBe(first.id);
      await send("DELETE", `${exportsOf}/${first.id}`);
      const fresh = await create(body, "own", "k1");
      expect([fresh.status, fresh.json().id === first.id]).toEqual([202, false]);
      await ended(`${exportsOf}/${fresh.json().id}`);
    });

    test("exports belong to the organisation, or to the line of a key without one", async () => {
      const { id } = await made({ format: "csv" });
      const path = `${exportsOf}/${id}`;
      expect((await send("GET", path, "colleague")).status).toBe(200);
      for (const [method, at] of [
        ["GET", path],
        ["DELETE", path],
        ["GET", `${path}/data`],
      ] as const)
        expect((await send(method, at, "other")).json().code).toBe("export_not_found");
      expect((await send("GET", path.replace("songs", "closed"))).json().code).toBe("export_not_found");
      expect((await send("GET", `${exportsOf}/${"a".repeat(16)}`)).json().code).toBe("export_not_found");
      expect((await send("GET", `${exportsOf}/..%2f`)).json().code).toBe("export_not_found");
      const lone = await made({ format: "csv" }, "lone");
      expect((await send("GET", `${exportsOf}/${lone.id}`, "rotated")).status).toBe(200);
    });

    test("a finished export that is deleted has no file any more", async () => {
      const { id, url } = await made({ format: "csv" });
      expect((await send("DELETE", `${exportsOf}/${id}`)).json()).toMatchObject({ state: "expired", url: null });
      expect((await send("GET", String(url))).json().code).toBe("export_expired");
      expect(await storage.files.size(`.exports/${id}/data.csv`)).toBeUndefined();
    });

    test("the key of a person who left reads the organisation's exports and changes none", async () => {
      const { id } = await made({ format: "csv", features: ["id", "title"] });
      const path = `${exportsOf}/${id}`;
      expect((await send("GET", path, "left")).status).toBe(200);
      const refused = [
        await send("DELETE", path, "left"),
        await create({ format: "csv", features: ["score"] }, "left"),
        await send("POST", "/api/datasets/closed/terms", "left", { version: "2026-11" }),
      ];
      expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
      expect((await send("GET", path)).json()).toMatchObject({ state: "finished" });
    });

    test("cancelling ends a running export; it and those that wait count as exports at once", async () => {
      const { files } = storage;
      const read = files.read;
      // Reading does not go on before the test says so.
      let goOn: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      files.read = (path, first, last) => {
        const reader = read(path, first, last).getReader();
        return new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              await held;
              const { done, value } = await reader.read();
              if (done) controller.close();
              else controller.enqueue(value);
            },
          },
          { highWaterMark: 0 },
        );
      };
      try {
        const running = (await create({ format: "csv" })).json();
        const waiting = (await create({ format: "csv" })).json();
        const refused = await create({ format: "csv" });
        expect([refused.status, refused.json().code]).toEqual([429, "export_limit_reached"]);
        expect(refused.headers.get("retry-after")).not.toBeNull();
        expect((await create({ format: "csv" }, "other")).status).toBe(202);
        expect((await send("GET", `${exportsOf}/${running.id}/data`)).json().code).toBe("export_not_finished");
        for (const { id } of [running, waiting]) await send("DELETE", `${exportsOf}/${id}`);
        goOn();
        expect((await ended(`${exportsOf}/${running.id}`)).state).toBe("cancelled");
        expect((await ended(`${exportsOf}/${waiting.id}`)).state).toBe("cancelled");
        expect((await create({ format: "csv" })).status).toBe(202);
      } finally {
        goOn();
        files.read = read;
      }
    });

    test("expired exports and those of dead processes are ended, and what they left is removed", async () => {
      const { id, url } = await made({ format: "csv" });
      const fresh = await made({ format: "csv" });
      const query = (text: string) => opened.database.query({ text });
      await query(
        `update featstore.dataset_exports set finished_at = clock_timestamp() - interval '2 hours' where id = '${id}'`,
      );
      const dead = "b".repeat(16);
      await query(`insert into featstore.dataset_exports (id, dataset, snapshot, selection, owner, key_id, state, token, holder, expires_at)
values ('${dead}', 'songs', '${snapshot.id}', '{"format":"csv","columns":["id"],"split":null}', 'organisation org_a', 'own', 'running', -1,
  '{"host":"dead","pid":1,"identity":null,"pidNamespace":null}', clock_timestamp() + interval '1 hour')`);
      await mkdir(join(workFolder, `.exporting-${dead}`));
      await writeFile(join(workFolder, `.exporting-${dead}`, "data.csv"), "part");
      const left = await mkdtemp(join(tmpdir(), "featstore-left-"));
      await writeFile(join(left, "data.csv"), "left");
      await storage.files.publish(left, `.exports/${dead}`);
      await downloads.exports.sweep();
      expect((await send("GET", String(url))).json().code).toBe("export_expired");
      expect((await send("GET", `${exportsOf}/${dead}`)).json()).toMatchObject({
        state: "failed",
        failure: { code: "export_interrupted" },
      });
      expect(await readdir(workFolder)).toEqual([]);
      expect((await storage.files.folders(".exports")).map(({ folder }) => folder)).not.toContain(`.exports/${dead}`);
      expect((await send("GET", String(fresh.url))).status).toBe(200);
    });

    test("an export of a damaged file fails and leaves nothing", async () => {
      const changed = Buffer.from(csv);
      changed[20_000] = 120;
      await storage.tamper(`songs/${snapshot.id}/data/all.csv`, changed);
      const failed = await made({ format: "csv", features: ["title"] });
      expect(failed).toMatchObject({ state: "failed", failure: { code: "snapshot_damaged" }, url: null });
      await storage.tamper(`songs/${snapshot.id}/data/all.csv`, Buffer.from(csv));
      expect(await storage.files.size(`.exports/${failed.id}/data.csv`)).toBeUndefined();
    });

    test("a withdrawn snapshot takes its exports with it", async () => {
      const { url } = await made({ format: "csv" });
      const index = stub.snapshots.indexOf(snapshot);
      stub.snapshots[index] = { ...snapshot, withdrawn: { at: 1n, reason: "rights", successor: null } };
      expect((await send("GET", String(url))).json().code).toBe("snapshot_withdrawn");
      expect((await create({ snapshot: snapshot.id })).json().code).toBe("snapshot_withdrawn");
      stub.snapshots[index] = snapshot;
    });

    test("the files of a gated dataset need the current version of its terms", async () => {
      const terms = "/api/datasets/closed/terms";
      const file = "/api/datasets/closed/snapshots/1.0.0/files/a.csv";
      const refused = await send("GET", file);
      expect([refused.status, refused.json().code]).toEqual([403, "terms_not_accepted"]);
      expect(refused.headers.get("link")).toContain(`<${terms}>`);
      expect((await send("POST", "/api/datasets/closed/exports", "own", {})).json().code).toBe("terms_not_accepted");
      expect((await send("GET", terms)).json()).toEqual({ version: "2026-11", text: "Only for research." });
      expect((await send("POST", terms, "own", { version: "2025-01" })).json().code).toBe("terms_version_unknown");
      expect((await send("POST", terms, "own", {})).json().code).toBe("invalid_body");
      expect((await send("POST", "/api/datasets/songs/terms", "own", { version: "1" })).json().code).toBe(
        "terms_version_unknown",
      );
      const accepted = await send("POST", terms, "own", { version: "2026-11" });
      expect(accepted.status).toBe(200);
      expect((await send("POST", terms, "colleague", { version: "2026-11" })).bytes).toEqual(accepted.bytes);
      expect((await send("GET", file, "colleague")).status).toBe(302);
      expect((await send("GET", file, "other")).status).toBe(403);
      const rows = await opened.database.query({
        text: "select dataset, terms_version, owner, key_id from featstore.dataset_acceptances",
      });
      expect(rows).toEqual([
        { dataset: "closed", terms_version: "2026-11", owner: "organisation org_a", key_id: "own" },
      ]);
      const logged = await opened.database.query({
        text: "select actor_id from featstore.audit_log where action = 'dataset.terms_accepted'",
      });
      expect(logged).toEqual([{ actor_id: "own" }]);
      stub.add(sampleDefinition("closed", { access: "gated", terms: { version: "2027-01", text: "New." } }));
      expect((await send("GET", file)).json().code).toBe("terms_not_accepted");
    });

    test("a download redirects to the only file, and lists several", async () => {
      const at = (query: string) => send("GET", `/api/dataset/download?dataset=songs&${query}`);
      const fileOf = (name: string) => `/api/datasets/songs/snapshots/${snapshot.id}/files/${name}`;
      expect((await at("format=csv")).headers.get("location")).toBe(fileOf("all.csv"));
      expect((await at("format=jsonl&split=test")).headers.get("location")).toBe(fileOf("test.jsonl"));
      expect((await at("part=1&snapshot=1.0.0")).headers.get("location")).toBe(fileOf("1.parquet"));
      const several = await at("format=jsonl");
      expect([several.status, several.json()]).toMatchObject([
        400,
        { code: "dataset_file_ambiguous", errors: [{ path: "train.jsonl" }, { path: "test.jsonl" }] },
      ]);
      expect((await at("format=json")).json().code).toBe("dataset_file_not_found");
      expect((await at("format=xml")).json().code).toBe("dataset_format_unknown");
      expect((await at("part=x")).json().code).toBe("invalid_parameter");
      expect((await at("part=0&features=title")).json().code).toBe("invalid_parameter");
      expect((await at("colour=red")).json().code).toBe("unknown_parameter");
      expect((await send("GET", "/api/dataset/download")).json().code).toBe("invalid_parameter");
      expect((await send("GET", "/api/dataset/download?dataset=nope")).json().code).toBe("dataset_not_found");
    });

    test("a few columns of little data are sent at once, and of much data become an export", async () => {
      const at = (query: string, method = "GET") => send(method, `/api/dataset/download?dataset=songs&${query}`);
      sent.own = 0;
      const small = await at("format=jsonl&split=test&features=score");
      expect([small.status, String(small.bytes)]).toEqual([200, '{"id":"x","score":1}\n']);
      expect(sent.own).toBe(small.bytes.byteLength);
      const stored = await at("features=score");
      expect(await rowsOf(stored.bytes)).toMatchObject({ columns: ["id", "score"] });
      expect((await at("features=nope")).json().code).toBe("dataset_column_unknown");
      expect((await at("format=csv&features=score", "HEAD")).status).toBe(202);
      const large = await at("format=csv&features=score");
      expect(large.status).toBe(202);
      const { url } = await ended(String(large.headers.get("location")));
      const again = await at("format=csv&features=score");
      expect([again.status, again.headers.get("location")]).toEqual([302, url]);
    });

    test("a damaged file of selected columns is reported before the response begins", async () => {
      await storage.tamper(`songs/${snapshot.id}/data/test.jsonl`, Buffer.from("x".repeat(35)));
      const response = await send("GET", "/api/dataset/download?dataset=songs&format=jsonl&split=test&features=score");
      expect([response.status, response.json().code]).toEqual([500, "snapshot_damaged"]);
      expect(server.internal).toEqual([]);
    });
  });
}
