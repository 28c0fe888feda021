import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Snapshot } from "../../../src/datasets/dataset-types";
import { createUnchangedFiles } from "../../../src/datasets/download/unchanged-files";
import { sampleHolder, startDownloadServer } from "../support/download-server";
import { createStubReader, publishSample, sampleBytes, sampleDefinition, sha256 } from "../support/sample-snapshot";
import { type OpenStorage, testStorages } from "../support/storages";

const run = promisify(execFile);
const BYTES = 1000;
const content = sampleBytes(BYTES);
const etag = `"${sha256(content)}"`;
const other = `"${sha256("other")}"`;
const large = sampleBytes(3_000_000, "large");

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a path as it is, which `fetch` would normalise. */
function ask(port: number, path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
  return new Promise<Answer>((resolve, reject) => {
    const sent = httpRequest({ host: "127.0.0.1", port, path, method, headers: { "x-api-key": "key", ...headers } });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.end();
  });
}

/** Reads the first bytes of a response, and cuts the connection. */
function askAndCut(port: number, path: string, bytes: number) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = httpRequest({ host: "127.0.0.1", port, path, headers: { "x-api-key": "key" } });
    sent.on("error", reject);
    sent.on("response", (response) => {
      let body = Buffer.alloc(0);
      response.on("data", (chunk: Buffer) => {
        body = Buffer.concat([body, chunk]);
        if (body.byteLength < bytes) return;
        sent.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: body.subarray(0, bytes) });
      });
      response.on("error", () => undefined);
    });
    sent.end();
  });
}

const codeOf = ({ body }: Answer) => (JSON.parse(String(body)) as { code: string }).code;

type Row = readonly [
  name: string,
  headers: Readonly<Record<string, string>>,
  status: number,
  part?: readonly [number, number],
];

const table: readonly Row[] = [
  ["nothing", {}, 200],
  ["a range", { range: "bytes=10-19" }, 206, [10, 19]],
  ["one byte", { range: "bytes=0-0" }, 206, [0, 0]],
  ["the last byte", { range: "bytes=999-999" }, 206, [999, 999]],
  ["an open range", { range: "bytes=990-" }, 206, [990, 999]],
  ["a range beyond the end", { range: "bytes=990-99999999999999999999999" }, 206, [990, 999]],
  ["the whole as a range", { range: "bytes=0-" }, 206, [0, 999]],
  ["a suffix", { range: "bytes=-10" }, 206, [990, 999]],
  ["a suffix longer than the file", { range: "bytes=-5000" }, 206, [0, 999]],
  ["an upper-case unit", { range: "Bytes=1-2" }, 206, [1, 2]],
  ["several ranges", { range: "bytes=0-1,5-6" }, 200],
  ["a range that starts after the end", { range: "bytes=1000-" }, 416],
  ["a range far after the end", { range: "bytes=99999999999999999999999-" }, 416],
  ["an empty suffix", { range: "bytes=-0" }, 416],
  ["another unit", { range: "rows=0-1" }, 200],
  ["a range that ends before it starts", { range: "bytes=5-4" }, 200],
  ["a range without numbers", { range: "bytes=-" }, 200],
  ["a range of letters", { range: "bytes=a-b" }, 200],
  ["a negative range", { range: "bytes=-1-5" }, 200],
  ["no unit", { range: "0-5" }, 200],
  ["an empty range", { range: "" }, 200],
  ["If-Range of this file", { range: "bytes=10-19", "if-range": etag }, 206, [10, 19]],
  ["If-Range of another file", { range: "bytes=10-19", "if-range": other }, 200],
  ["a weak If-Range", { range: "bytes=10-19", "if-range": `W/${etag}` }, 200],
  ["If-Range with a date", { range: "bytes=10-19", "if-range": "Sun, 01 Nov 2026 00:00:00 GMT" }, 200],
  ["If-Range of another file with a range outside", { range: "bytes=5000-", "if-range": other }, 200],
  ["If-Range without a range", { "if-range": other }, 200],
  ["If-None-Match of this file", { "if-none-match": etag }, 304],
  ["a weak If-None-Match", { "if-none-match": `W/${etag}` }, 304],
  ["If-None-Match with a list", { "if-none-match": `${other}, ${etag}` }, 304],
  ["If-None-Match with a star", { "if-none-match": "*" }, 304],
  ["If-None-Match of another file", { "if-none-match": other }, 200],
  ["a malformed If-None-Match", { "if-none-match": etag.slice(1) }, 200],
  ["If-None-Match of this file with a range", { "if-none-match": etag, range: "bytes=0-1" }, 304],
  ["If-None-Match of this file with a range outside", { "if-none-match": etag, range: "bytes=5000-" }, 304],
  ["If-None-Match of another file with a range", { "if-none-match": other, range: "bytes=0-1" }, 206, [0, 1]],
  ["If-Match of this file", { "if-match": etag }, 200],
  ["If-Match with a star", { "if-match": "*" }, 200],
  ["If-Match with a list", { "if-match": `${other}, ${etag}` }, 200],
  ["If-Match of another file", { "if-match": other }, 412],
  ["a weak If-Match", { "if-match": `W/${etag}` }, 412],
  ["a malformed If-Match", { "if-match": "abc" }, 412],
  ["If-Match before If-None-Match", { "if-match": other, "if-none-match": etag }, 412],
  ["If-None-Match after If-Match", { "if-match": etag, "if-none-match": etag }, 304],
  ["If-Match before the range", { "if-match": other, range: "bytes=5000-" }, 412],
  ["If-Match with a range", { "if-match": etag, range: "bytes=-1" }, 206, [999, 999]],
  ["all conditions", { "if-match": etag, "if-none-match": other, "if-range": etag, range: "bytes=1-1" }, 206, [1, 1]],
  ["a date, which the file does not have", { "if-modified-since": "Sun, 01 Nov 2099 00:00:00 GMT" }, 200],
  ["an accepted encoding", { "accept-encoding": "gzip, br" }, 200],
];

describe.each(testStorages())("files of snapshots in $name", ({ skip, open }) => {
  const stub = createStubReader();
  const sent: Record<string, number> = {};
  const downloads: string[] = [];
  const faults: unknown[] = [];
  let storage: OpenStorage;
  let server: Awaited<ReturnType<typeof startDownloadServer>>;
  let snapshot: Snapshot;
  let gone: Snapshot;
  const pathOf = (file: string, id = snapshot.id) => `/api/datasets/songs/snapshots/${id}/files/${file}`;
  const get = (headers?: Readonly<Record<string, string>>, method?: string) =>
    ask(server.port, pathOf("songs.csv"), headers, method);

  beforeAll(async () => {
    if (skip) return;
    storage = await open();
    for (const name of ["songs", "empty"]) stub.add(sampleDefinition(name));
    stub.add(sampleDefinition("open", { access: "public" }));
    const first = await publishSample(storage.files, "songs", [{ name: "a.csv", format: "csv", content: "old" }], {
      version: "0.9.0",
    });
    snapshot = await publishSample(storage.files, "songs", [
      { name: "songs.csv", format: "csv", content },
      { name: "large.parquet", format: "parquet", content: large },
      { name: "changed.jsonl", format: "jsonl", content: large },
      { name: "cut.jsonl", format: "jsonl", content },
      { name: "missing.jsonl", format: "jsonl", content },
      { name: "none.jsonl", format: "jsonl", content: "" },
      { name: "README.md", role: "card", content: "# Songs" },
      { name: "LICENSE", role: "licence", content: "CC0" },
    ]);
    gone = { ...first, withdrawn: { at: 1n, reason: "a rights request", successor: snapshot.id } };
    stub.snapshots.push(gone, snapshot);
    const opened = await publishSample(storage.files, "open", [{ name: "a.csv", format: "csv", content }]);
    stub.snapshots.push(opened);
    server = await startDownloadServer(
      {
        datasetDownloads: {
          reader: stub.reader,
          files: storage.files,
          acceptances: { has: async () => false, record: async () => 0n },
          unchanged: createUnchangedFiles(storage.files),
          anonymous: true,
          redirects: false,
          onSent: ({ keyId }, _, bytes) => {
            sent[keyId] = (sent[keyId] ?? 0) + bytes;
          },
          counts: {
            add: (dataset, id, count) => void (count > 0 && downloads.push(`${dataset} ${id} ${count}`)),
            flush: async () => undefined,
            close: async () => undefined,
          },
          exports: undefined as never, // no test here uses them
          selectParquet: undefined as never,
          ...{ streamBytes: 0, keptMs: 0 },
          onFault: (error) => void faults.push(error),
        },
      },
      {
        holders: [sampleHolder("key"), sampleHolder("lyrics", { scopes: ["datasets:read:lyric_*"] })],
        anonymousPerMinute: 20,
      },
    );
  });
  beforeEach(() => {
    sent.key = 0;
    downloads.length = 0;
    faults.length = 0;
    if (server !== undefined) server.quota.exceeded = false;
  });
  afterAll(async () => {
    await server?.close();
    await storage?.close();
  });

  test.skipIf(skip).for(table)("%s", async ([, headers, status, part]) => {
    const answer = await get(headers);
    expect(answer.status).toBe(status);
    if (status === 416) expect(answer.headers["content-range"]).toBe(`bytes */${BYTES}`);
    if (status === 412) expect([codeOf(answer), answer.headers.etag]).toEqual(["precondition_failed", etag]);
    if (status > 400) return;
    expect(answer.headers).toMatchObject({
      etag,
      "cache-control": "private, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    expect(answer.headers["content-encoding"]).toBeUndefined();
    if (status === 304) {
      expect(answer.body.byteLength).toBe(0);
      return;
    }
    const [first, last] = part ?? [0, BYTES - 1];
    expect(answer.body.equals(content.subarray(first, last + 1))).toBe(true);
    expect(answer.headers).toMatchObject({
      "content-length": String(last - first + 1),
      "content-type": "text/csv; charset=utf-8",
      "accept-ranges": "bytes",
      "repr-digest": `sha-256=:${Buffer.from(sha256(content), "hex").toString("base64")}:`,
      "content-disposition": 'attachment; filename="songs.csv"',
    });
    expect(answer.headers["content-range"]).toBe(status === 206 ? `bytes ${first}-${last}/${BYTES}` : undefined);
    expect(sent.key).toBe(last - first + 1);
  });

  test.skipIf(skip).for(table)("HEAD with %s has the headers of GET without a range", async ([, headers]) => {
    const { range: _, ...conditions } = headers;
    const [head, whole] = [await get(headers, "HEAD"), await get(conditions)];
    const plain = ({
      date: _,
      "x-request-id": __,
      connection: ___,
      "keep-alive": ____,
      ...rest
    }: IncomingHttpHeaders) => rest;
    expect([head.status, head.body.byteLength]).toEqual([whole.status, 0]);
    // The length of a problem is not sent with HEAD.
    if (whole.status < 400) expect(plain(head.headers)).toEqual(plain(whole.headers));
  });

  test.skipIf(skip)("any range header gets the bytes that it says, the whole, or 416", async () => {
    const number = fc.oneof(fc.constant(""), fc.nat(1500).map(String), fc.constantFrom("00", "1e3", "-1", " 1", "+1"));
    const range = fc.oneof(
      fc.tuple(number, number).map(([from, to]) => `bytes=${from}-${to}`),
      fc.stringMatching(/^bytes=[0-9,-]{0,12}$/),
    );
    await fc.assert(
      fc.asyncProperty(range, async (header) => {
        const { status, headers, body } = await get({ range: header });
        if (status === 200) expect(body.equals(content)).toBe(true);
        else if (status === 206) {
          const [, first, last] = /^bytes (\d+)-(\d+)\/1000$/.exec(String(headers["content-range"])) ?? [];
          expect(body.equals(content.subarray(Number(first), Number(last) + 1))).toBe(true);
        } else expect([status, headers["content-range"]]).toEqual([416, "bytes */1000"]);
      }),
      { numRuns: 100 },
    );
  });

  test.skipIf(skip)("an empty file has no ranges", async () => {
    const none = (headers: Readonly<Record<string, string>>) => ask(server.port, pathOf("none.jsonl"), headers);
    expect(await none({})).toMatchObject({ status: 200, headers: { "content-length": "0" } });
    expect(await none({ range: "bytes=-5" })).toMatchObject({ status: 200 });
    expect(await none({ range: "bytes=0-" })).toMatchObject({ status: 416, headers: { "content-range": "bytes */0" } });
  });

  test.skipIf(skip)("large files, cards, licences and the manifest are files, too", async () => {
    const parquet = await ask(server.port, pathOf("large.parquet"));
    expect(sha256(parquet.body)).toBe(sha256(large));
    expect(parquet.headers["content-type"]).toBe("application/vnd.apache.parquet");
    expect((await ask(server.port, pathOf("README.md"))).headers["content-type"]).toBe("text/markdown; charset=utf-8");
    expect((await ask(server.port, pathOf("LICENSE"))).headers["content-type"]).toBe("text/plain; charset=utf-8");
    const manifest = await ask(server.port, pathOf("manifest.json"));
    expect([sha256(manifest.body), manifest.headers.etag]).toEqual([snapshot.id, `"${snapshot.id}"`]);
  });

  test.skipIf(skip)("latest and versions redirect to the id, which is not to be cached", async () => {
    for (const reference of ["latest", "1.0.0"]) {
      const { status, headers } = await ask(server.port, pathOf("songs.csv", reference));
      expect([status, headers.location, headers["cache-control"]]).toEqual([302, pathOf("songs.csv"), "no-cache"]);
      expect(codeOf(await ask(server.port, pathOf("no.csv", reference)))).toBe("dataset_file_not_found");
    }
  });

  test.skipIf(skip)("a withdrawn snapshot is gone, with the reason and the successor", async () => {
    for (const reference of [gone.id, "0.9.0"]) {
      const answer = await ask(server.port, pathOf("a.csv", reference));
      expect([answer.status, JSON.parse(String(answer.body))]).toMatchObject([
        410,
        { code: "snapshot_withdrawn", reason: "a rights request", successor: snapshot.id },
      ]);
    }
  });

  test.skipIf(skip)("unknown names have codes of their own", async () => {
    const codeAt = async (path: string) => codeOf(await ask(server.port, path));
    expect(await codeAt("/api/datasets/nope/snapshots/latest/files/a.csv")).toBe("dataset_not_found");
    expect(await codeAt("/api/datasets/empty/snapshots/latest/files/a.csv")).toBe("snapshot_not_found");
    expect(await codeAt(pathOf("a.csv", "9.9.9"))).toBe("snapshot_not_found");
    expect(await codeAt(pathOf("a.csv", "f".repeat(64)))).toBe("snapshot_not_found");
    expect(await codeAt(pathOf("a.csv"))).toBe("dataset_file_not_found");
    expect(await codeAt(`${pathOf("songs.csv")}?x=1`)).toBe("unknown_parameter");
  });

  test.skipIf(skip)("no path leaves the snapshot", async () => {
    const tricks = [
      "..",
      "%2e%2e",
      "..%2f..%2f..%2fetc%2fpasswd",
      "%2fetc%2fpasswd",
      "songs.csv%00",
      "songs.csv%00.md",
    ];
    const more = [
      "%5c..%5c",
      "data%2fsongs.csv",
      ".%2fsongs.csv",
      "x".repeat(9000),
      "%ff",
      "%",
      "SONGS.CSV",
      "__proto__",
    ];
    for (const file of [...tricks, ...more]) {
      const { status } = await ask(server.port, pathOf(file));
      expect([file.slice(0, 40), status]).toEqual([file.slice(0, 40), 404]);
    }
    for (const name of ["..", "%2e%2e", "songs%00", "songs%2f..", "x".repeat(9000), "Songs", "%27"]) {
      const { status } = await ask(server.port, `/api/datasets/${name}/snapshots/latest/files/songs.csv`);
      expect([name.slice(0, 40), status]).toEqual([name.slice(0, 40), 404]);
      const { status: ofReference } = await ask(server.port, pathOf("songs.csv", name));
      expect([name.slice(0, 40), ofReference]).toEqual([name.slice(0, 40), 404]);
    }
    expect(server.internal).toEqual([]);
  });

  test.skipIf(skip)("a missing or shortened file is reported before any byte", async () => {
    await storage.tamper(`songs/${snapshot.id}/data/missing.jsonl`, null);
    await storage.tamper(`songs/${snapshot.id}/data/cut.jsonl`, content.subarray(1));
    for (const file of ["missing.jsonl", "cut.jsonl"]) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await ask(server.port, pathOf(file), {}, method);
        expect([answer.status, answer.headers.etag]).toEqual([500, undefined]);
      }
      expect(codeOf(await ask(server.port, pathOf(file), { range: "bytes=0-1" }))).toBe("snapshot_damaged");
    }
    expect(faults).toHaveLength(6);
  });

  test.skipIf(skip)("a changed file of the same size never arrives completely", async () => {
    const changed = Buffer.from(large);
    changed[2_000_000] = (changed[2_000_000] ?? 0) ^ 1;
    await storage.tamper(`songs/${snapshot.id}/data/changed.jsonl`, changed);
    const response = await fetch(server.url + pathOf("changed.jsonl"), { headers: { "x-api-key": "key" } });
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(faults).toHaveLength(1);
    expect(sent.key).toBeLessThan(large.byteLength);
    // S3 checks its objects itself.
    const part = await ask(server.port, pathOf("changed.jsonl"), { range: "bytes=0-9" });
    expect(part.status).toBe(storage.files.kind === "local" ? 500 : 206);
  });

  test.skipIf(skip)("50 downloads that are cut at random offsets have the right SHA-256 when resumed", async () => {
    for (const cut of fc.sample(fc.integer({ min: 1, max: large.byteLength - 1 }), { numRuns: 50, seed: 16 })) {
      const head = await askAndCut(server.port, pathOf("large.parquet"), cut);
      const resumed = { range: `bytes=${cut}-`, "if-range": String(head.headers.etag) };
      const rest = await ask(server.port, pathOf("large.parquet"), resumed);
      expect([head.status, rest.status, rest.headers["content-range"]]).toEqual([
        200,
        206,
        `bytes ${cut}-${large.byteLength - 1}/${large.byteLength}`,
      ]);
      expect(sha256(Buffer.concat([head.body, rest.body]))).toBe(sha256(large));
    }
  });

  const programs = [
    ["curl", (path: string, url: string) => ["-sfLC", "-", "-H", "x-api-key: key", "-o", path, url]],
    ["wget", (path: string, url: string) => ["-qc", "--header=x-api-key: key", "-O", path, url]],
  ] as const;
  for (const [program, options] of programs) {
    const isThere = spawnSync(program, ["--version"]).status === 0;
    test.skipIf(skip || !isThere)(`${program} resumes a download, through the redirection of latest`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "featstore-resume-"));
      for (const [name, have] of [
        ["none", 0],
        ["some", 1_234_567],
        ["almost", large.byteLength - 1],
      ] as const) {
        const path = join(folder, name);
        if (have > 0) await writeFile(path, large.subarray(0, have));
        await run(program, options(path, server.url + pathOf("large.parquet", "latest")));
        expect([name, sha256(await readFile(path))]).toEqual([name, sha256(large)]);
      }
      await rm(folder, { recursive: true });
    });
  }

  test.skipIf(skip)("reading stops when the client is gone, and unread bytes are not counted", async () => {
    let [open, closed] = [0, 0];
    const { files } = storage;
    const read = files.read;
    files.read = (path, first, last) => {
      const reader = read(path, first, last).getReader();
      open += 1;
      let chunks = 0;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            // The rest would fit into the buffers of the sockets.
            if (++chunks > 3) await new Promise(() => undefined);
            const { done, value } = await reader.read();
            if (done) controller.close();
            else controller.enqueue(value);
          },
          async cancel(reason) {
            await reader.cancel(reason);
            closed += 1;
          },
        },
        { highWaterMark: 0 },
      );
    };
    try {
      const leaving = new AbortController();
      const headers = { "x-api-key": "key" };
      const response = await fetch(server.url + pathOf("large.parquet"), { headers, signal: leaving.signal });
      await response.body?.getReader().read();
      leaving.abort();
      await expect.poll(() => closed, { timeout: 1000 }).toBe(1);
      expect(open).toBe(1);
      expect(sent.key).toBeLessThan(large.byteLength);
    } finally {
      files.read = read;
    }
  });

  test.skipIf(skip)("a download counts when its first byte is requested", async () => {
    await get();
    await get({ range: "bytes=0-9" });
    await get({ range: "bytes=10-" });
    await get({ "if-none-match": etag });
    await get({}, "HEAD");
    await ask(server.port, pathOf("README.md"));
    expect(downloads).toEqual(Array(2).fill(`songs ${snapshot.id} 1`));
    expect(sent.key).toBe(BYTES + 10 + (BYTES - 10) + "# Songs".length);
  });

  test.skipIf(skip)("a key whose bytes of the month are used up gets none", async () => {
    server.quota.exceeded = true;
    expect(codeOf(await get())).toBe("quota_exceeded");
  });

  test.skipIf(skip)("a key reads the datasets of its scopes only", async () => {
    const known = await ask(server.port, pathOf("songs.csv"), { "x-api-key": "lyrics" });
    const unknown = await ask(server.port, "/api/datasets/nope/snapshots/latest/files/a", { "x-api-key": "lyrics" });
    expect([codeOf(known), codeOf(unknown)]).toEqual(["resource_forbidden", "resource_forbidden"]);
  });

  test.skipIf(skip)("without a key public datasets are served, so often per address, and no others", async () => {
    const anonymous = (path: string) => fetch(server.url + path);
    const path = `/api/datasets/open/snapshots/${stub.snapshots.at(-1)?.id}/files/a.csv`;
    const response = await anonymous(path);
    expect([response.status, response.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(content));
    for (const name of ["songs", "nope"]) {
      const refused = await anonymous(`/api/datasets/${name}/snapshots/latest/files/a.csv`);
      expect([refused.status, await refused.json()]).toMatchObject([401, { code: "key_required" }]);
      expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    }
    const statuses: number[] = [];
    for (let number = 0; number < 18; number++) statuses.push((await anonymous(path)).status);
    expect(statuses).toEqual([...Array(17).fill(200), 429]);
    const limited = await anonymous(path);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await ask(server.port, path)).status).toBe(200);
  });
});
