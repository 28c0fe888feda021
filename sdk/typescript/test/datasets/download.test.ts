import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  AbortedError,
  ChecksumError,
  ConnectionError,
  createDatasets,
  type DatasetsOptions,
  type DownloadProgress,
  FileChangedError,
  InvalidCallError,
  LocalFileError,
  NotFoundError,
  PermissionDeniedError,
  RangeIgnoredError,
  RateLimitError,
  SelectionError,
  TimeoutError,
  UnavailableError,
  UnexpectedAnswerError,
} from "../../src/datasets";
import {
  bytesOf,
  type DatasetServer,
  type FileRequest,
  serveFile,
  sha256Of,
  startDatasetServer,
} from "../support/dataset-server";
import { json, problem } from "../support/scripted-server";

// The client against a server that misbehaves in every way a network knows.

const KEY = "fs_secret-key-of-the-test";

let server: DatasetServer;
let folder: string;

beforeEach(async () => {
  server = await startDatasetServer();
  folder = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const datasets = (options: Partial<DatasetsOptions> = {}) =>
  createDatasets({ baseUrl: server.baseUrl, apiKey: KEY, ...options });

const file = () => join(folder, "songs.csv");
const call = { format: "csv", partBytes: 1000 } as const;

/** Downloads to `file()` and returns the error, after checking that nothing looks finished and no message has the key. */
async function refusal(options: object = {}): Promise<Error> {
  const error = await datasets()
    .download("songs", { ...call, to: file(), ...options })
    .then(
      () => new Error("The download succeeded"),
      (caught: Error) => caught,
    );
  expect(existsSync(file())).toBe(false);
  expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(KEY);
  return error;
}

/** Sends the first `sent` bytes of what was requested, then breaks the connection. */
function cut(request: FileRequest, response: Parameters<typeof serveFile>[1], sent: number): void {
  const { content, first, end } = request;
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    etag: `"${sha256Of(content)}"`,
    "content-length": end - first,
    "content-range": `bytes ${first}-${end - 1}/${content.length}`,
  });
  response.write(content.subarray(first, first + sent), () => response.destroy());
}

describe("documents", () => {
  test("lists and gets datasets", async () => {
    server.publish("1.0.0", { "songs.csv": bytesOf(10) });
    expect(await datasets().list()).toMatchObject([{ name: "songs" }]);
    expect(await datasets().get("songs")).toMatchObject({ name: "songs", columns: [] });
    expect(await datasets().snapshots("songs")).toMatchObject([{ version: "1.0.0" }]);
    await expect(datasets().get("../keys")).rejects.toBeInstanceOf(NotFoundError);
  });

  test("sends the key only if there is one", async () => {
    await datasets().list();
    await createDatasets({ baseUrl: server.baseUrl }).list();
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, undefined]);
  });

  test("an HTML page instead of JSON is an error that names baseUrl", async () => {
    server.interrupt((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>");
      return true;
    });
    await expect(datasets().list()).rejects.toThrow(UnexpectedAnswerError);
    await expect(datasets().list()).rejects.toThrow("baseUrl");
  });
});

describe("a download", () => {
  test("assembles ranges in order, verifies them, and leaves only the file", async () => {
    const content = bytesOf(10_500);
    const { id } = server.publish("1.0.0", { "songs.csv": content });
    const seen: DownloadProgress[] = [];
    const onProgress = (progress: DownloadProgress) => void seen.push(progress);
    const done = await datasets().download("songs", { ...call, to: file(), onProgress });
    expect(done).toEqual({
      dataset: "songs",
      snapshot: id,
      version: "1.0.0",
      files: [{ file: "songs.csv", path: file(), bytes: 10_500, sha256: sha256Of(content), resumedBytes: 0 }],
    });
    expect(await readFile(file())).toEqual(content);
    expect(await readdir(folder)).toEqual(["songs.csv"]);
    expect(seen[0]).toEqual({ file: "songs.csv", receivedBytes: 0, totalBytes: 10_500 });
    expect(seen.at(-1)).toEqual({ file: "songs.csv", receivedBytes: 10_500, totalBytes: 10_500 });
    const received = seen.map(({ receivedBytes }) => receivedBytes);
    expect(received).toEqual(received.toSorted((one, other) => one - other));
    expect(server.seen.filter(({ headers }) => headers.range !== undefined)).toHaveLength(11);
  });

  test("of several files needs a folder, which is created", async () => {
    const files = { "train-0.csv": bytesOf(2500, 3), "test-0.csv": bytesOf(1200, 4), "all.parquet": bytesOf(9) };
    server.publish("1.0.0", files);
    expect(await refusal()).toMatchObject({ code: "dataset_file_ambiguous" });
    const done = await datasets().download("songs", { ...call, to: join(folder, "new/data/") });
    expect(done.files.map(({ path }) => path)).toEqual([
      join(folder, "new/data/train-0.csv"),
      join(folder, "new/data/test-0.csv"),
    ]);
    expect(await readFile(join(folder, "new/data/test-0.csv"))).toEqual(files["test-0.csv"]);
    const split = await datasets().download("songs", { ...call, split: "test", to: folder });
    expect(split.files.map(({ path }) => path)).toEqual([join(folder, "test-0.csv")]);
  });

  test("of an empty file needs no request for bytes", async () => {
    server.publish("1.0.0", { "songs.csv": Buffer.alloc(0) });
    await datasets().download("songs", { ...call, to: file() });
    expect((await stat(file())).size).toBe(0);
    expect(server.seen).toHaveLength(1);
  });

  test("with parallel: 1 is a single request without a range", async () => {
    server.publish("1.0.0", { "songs.csv": bytesOf(5000) });
    await datasets().download("songs", { ...call, to: file(), parallel: 1 });
    expect(server.seen.slice(1).map(({ headers }) => headers.range)).toEqual([undefined]);
  });

  test("has at most `parallel` requests at once", async () => {
    const content = bytesOf(20_000);
    server.publish("1.0.0", { "songs.csv": content });
    const waiting: (() => void)[] = [];
    let largest = 0;
    // Answers only once three requests wait, or no more can come.
    server.misbehave(({ count }, _, serve) => {
      waiting.push(serve);
      largest = Math.max(largest, waiting.length);
      if (waiting.length === 3 || count === 20) for (const answer of waiting.splice(0)) answer();
    });
    await datasets().download("songs", { ...call, to: file(), parallel: 3 });
    expect(largest).toBe(3);
    expect(await readFile(file())).toEqual(content);
  });

  test("chooses snapshots by version or id, and the newest that is not withdrawn", async () => {
    const old = server.publish("1.0.0", { "songs.csv": bytesOf(10, 1) });
    server.publish("1.1.0", { "songs.csv": bytesOf(10, 2) });
    server.publish("2.0.0", { "songs.csv": bytesOf(10, 3) });
    server.withdraw("2.0.0", "a copyright claim");
    const read = async (snapshot?: string) =>
      (await datasets().read("songs", { format: "csv", ...(snapshot === undefined ? {} : { snapshot }) })).bytes;
    expect(Buffer.from(await read())).toEqual(bytesOf(10, 2));
    expect(Buffer.from(await read("1.0.0"))).toEqual(bytesOf(10, 1));
    expect(Buffer.from(await read(old.id))).toEqual(bytesOf(10, 1));
    expect(await refusal({ snapshot: "2.0.0" })).toMatchObject({ code: "snapshot_withdrawn" });
    expect((await refusal({ snapshot: "2.0.0" })).message).toContain("a copyright claim");
    expect(await refusal({ snapshot: "3.0.0" })).toMatchObject({ code: "snapshot_not_found" });
    expect(await refusal({ format: "parquet" })).toMatchObject({ code: "dataset_format_unknown" });
    expect(await refusal({ split: "test" })).toMatchObject({ code: "dataset_file_not_found" });
    expect(await refusal({ format: "parquet" })).toBeInstanceOf(SelectionError);
  });

  test("refuses unusable options before any request", async () => {
    for (const options of [{ parallel: 0 }, { parallel: 1.5 }, { partBytes: 0 }, { retries: -1 }, { parallel: 1000 }])
      expect(await refusal(options)).toBeInstanceOf(InvalidCallError);
    expect(server.seen).toEqual([]);
  });

  test("refuses file names that lead out of the folder", async () => {
    for (const name of ["../songs.csv", "/etc/songs.csv", "a/b.csv", "..", "a\\b.csv", "songs.csv.part", ""]) {
      server.publish("1.0.0", { "songs.csv": bytesOf(10) }, (listed) => ({ ...listed, name }));
      await expect(datasets().download("songs", { ...call, to: `${folder}/` })).rejects.toThrow(UnexpectedAnswerError);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a file at the path", () => {
  test("with the same content is kept and not downloaded again", async () => {
    const content = bytesOf(3000);
    server.publish("1.0.0", { "songs.csv": content });
    await writeFile(file(), content);
    const { files } = await datasets().download("songs", { ...call, to: file() });
    expect(files[0]?.resumedBytes).toBe(3000);
    expect(server.seen).toHaveLength(1);
  });

  test("with other content is overwritten only on demand", async () => {
    const content = bytesOf(3000);
    server.publish("1.0.0", { "songs.csv": content });
    await writeFile(file(), "mine");
    const error = await datasets()
      .download("songs", { ...call, to: file() })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LocalFileError);
    expect(error).toMatchObject({ code: "EEXIST" });
    expect(await readFile(file(), "utf8")).toBe("mine");
    await datasets().download("songs", { ...call, to: file(), overwrite: true });
    expect(await readFile(file())).toEqual(content);
  });

  test("that appears during the download is not overwritten", async () => {
    server.publish("1.0.0", { "songs.csv": bytesOf(3000) });
    server.misbehave(async (_, __, serve) => {
      await writeFile(file(), "mine");
      serve();
    });
    const error = await datasets()
      .download("songs", { ...call, to: file() })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "EEXIST" });
    expect(await readFile(file(), "utf8")).toBe("mine");
  });

  test("in a folder that is a file is an error with the system's code", async () => {
    server.publish("1.0.0", { "songs.csv": bytesOf(10) });
    await writeFile(join(folder, "blocked"), "");
    const error = await datasets()
      .download("songs", { ...call, to: join(folder, "blocked/songs.csv") })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LocalFileError);
    expect(error).toMatchObject({ code: "ENOTDIR" });
  });

  // Node's own mkdir with the option `recursive` never ends there.
  test.skipIf(process.platform !== "linux")("in a folder that takes no files ends with an error", async () => {
    server.publish("1.0.0", { "songs.csv": bytesOf(10) });
    const error = await datasets()
      .download("songs", { ...call, to: "/proc/featstore/songs.csv" })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "LocalFileError", code: "ENOENT" });
  });
});

describe("an interrupted download", () => {
  test("of 50 cut downloads each resumes, with the right SHA-256", async () => {
    const content = bytesOf(40_000);
    server.publish("1.0.0", { "songs.csv": content });
    for (let round = 0; round < 50; round += 1) {
      await rm(file(), { force: true });
      // Offsets spread over the whole file, none of them on the border of a range.
      const offset = Math.floor((content.length * (round + Math.random())) / 50);
      let isCut = false;
      server.misbehave((request, response, serve) => {
        if (isCut) return cut(request, response, 0);
        if (request.end <= offset) return serve();
        isCut = true;
        cut(request, response, Math.max(0, offset - request.first));
      });
      const parallel = 1 + (round % 4);
      expect(await refusal({ parallel, retries: 0, partBytes: 3000 })).toBeInstanceOf(ConnectionError);
      server.misbehave((_, __, serve) => serve());
      const { files } = await datasets().download("songs", { ...call, to: file(), partBytes: 1700 });
      expect(sha256Of(await readFile(file()))).toBe(sha256Of(content));
      expect(files[0]?.resumedBytes).toBeLessThan(content.length);
      expect(await readdir(folder)).toEqual(["songs.csv"]);
    }
  });

  test("requests only what is missing, with If-Range", async () => {
    const content = bytesOf(10_000);
    server.publish("1.0.0", { "songs.csv": content });
    server.misbehave((request, response, serve) => (request.first === 6000 ? cut(request, response, 400) : serve()));
    await refusal({ parallel: 2, retries: 0 });
    server.seen.length = 0;
    server.misbehave((_, __, serve) => serve());
    const { files } = await datasets().download("songs", { ...call, to: file() });
    expect(files[0]?.resumedBytes).toBeGreaterThan(0);
    const ranges = server.seen.flatMap(({ headers }) => (headers.range === undefined ? [] : [headers]));
    const requested = ranges.reduce((sum, { range = "" }) => {
      const [first = 0, last = 0] = range.slice(6).split("-").map(Number);
      return sum + last - first + 1;
    }, 0);
    expect(requested).toBe(10_000 - (files[0]?.resumedBytes ?? 0));
    expect(new Set(ranges.map((headers) => headers["if-range"]))).toEqual(new Set([`"${sha256Of(content)}"`]));
    expect(await readFile(file())).toEqual(content);
  });

  test("starts anew with resume: false, with another snapshot, and with damaged state", async () => {
    const interrupt = async () => {
      server.misbehave((request, response, serve) => (request.first >= 3000 ? cut(request, response, 0) : serve()));
      await rm(file(), { force: true });
      await refusal({ retries: 0 });
      server.misbehave((_, __, serve) => serve());
      expect(await readdir(folder)).toEqual(["songs.csv.part", "songs.csv.part.json"]);
    };
    const resumed = async (options = {}) => {
      const { files } = await datasets().download("songs", { ...call, to: file(), ...options });
      return files[0]?.resumedBytes;
    };
    server.publish("1.0.0", { "songs.csv": bytesOf(5000, 1) });
    await interrupt();
    expect(await resumed({ resume: false })).toBe(0);
    await interrupt();
    await writeFile(join(folder, "songs.csv.part.json"), '{"partVersion":1,"received":[');
    expect(await resumed()).toBe(0);
    await interrupt();
    await writeFile(join(folder, "songs.csv.part"), "short");
    expect(await resumed()).toBe(0);
    await interrupt();
    server.publish("1.1.0", { "songs.csv": bytesOf(5000, 2) });
    expect(await resumed()).toBe(0);
    expect(await readFile(file())).toEqual(bytesOf(5000, 2));
  });

  test("whose part file was damaged ends without a file, and the next one succeeds", async () => {
    const content = bytesOf(5000);
    server.publish("1.0.0", { "songs.csv": content });
    server.misbehave((request, response, serve) => (request.first >= 3000 ? cut(request, response, 0) : serve()));
    await refusal({ retries: 0, parallel: 2 });
    server.misbehave((_, __, serve) => serve());
    const part = await readFile(join(folder, "songs.csv.part"));
    part[500] = (part[500] ?? 0) ^ 1;
    await writeFile(join(folder, "songs.csv.part"), part);
    expect(await refusal()).toBeInstanceOf(ChecksumError);
    expect(await readdir(folder)).toEqual([]);
    await datasets().download("songs", { ...call, to: file() });
    expect(await readFile(file())).toEqual(content);
  });

  test("by an abort leaves a part file that the next one continues", async () => {
    const content = bytesOf(10_000);
    server.publish("1.0.0", { "songs.csv": content });
    const stopping = new AbortController();
    // The range stays open: only the abort can end it.
    server.misbehave((request, response, serve) => {
      if (request.first < 5000) return serve();
      response.writeHead(206, {
        etag: `"${sha256Of(content)}"`,
        "content-range": `bytes ${request.first}-${request.end - 1}/10000`,
      });
      response.write(content.subarray(request.first, request.first + 10));
    });
    const onProgress = ({ receivedBytes }: DownloadProgress) => {
      if (receivedBytes > 5000) stopping.abort(new Error("enough"));
    };
    const error = await refusal({ signal: stopping.signal, onProgress, timeoutMs: 600_000 });
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.cause).toMatchObject({ message: "enough" });
    server.misbehave((_, __, serve) => serve());
    const { files } = await datasets().download("songs", { ...call, to: file() });
    expect(files[0]?.resumedBytes).toBeGreaterThan(5000);
    expect(await readFile(file())).toEqual(content);
  });

  test("by an abort ends a pause between tries, and an aborted signal sends nothing", async () => {
    server.publish("1.0.0", { "songs.csv": bytesOf(10) });
    const stopping = new AbortController();
    server.misbehave((_, response) => {
      problem(response, 429, "rate_limited", { "retry-after": "50" });
      response.on("close", () => stopping.abort());
      response.on("finish", () => stopping.abort());
    });
    expect(await refusal({ signal: stopping.signal })).toBeInstanceOf(AbortedError);
    server.seen.length = 0;
    expect(await refusal({ signal: AbortSignal.abort() })).toBeInstanceOf(AbortedError);
    expect(server.seen).toEqual([]);
  });
});

describe("a server that", () => {
  beforeEach(() => {
    server.publish("1.0.0", { "songs.csv": bytesOf(5000) });
  });

  const succeeds = async (options: object = {}) => {
    await datasets().download("songs", { ...call, to: file(), ...options });
    expect(await readFile(file())).toEqual(bytesOf(5000));
    expect(await readdir(folder)).toEqual(["songs.csv"]);
  };

  test("breaks connections now and then does not stop the download", async () => {
    server.misbehave((request, response, serve) => {
      if (request.count % 3 === 1) response.destroy();
      else if (request.count % 3 === 2) cut(request, response, 100);
      else serve();
    });
    await succeeds();
  });

  test("answers 429 with Retry-After, 503 or 500 now and then does not stop the download", async () => {
    server.misbehave((request, response, serve) => {
      if (request.count === 1) problem(response, 429, "rate_limited", { "retry-after": "1" });
      else if (request.count === 3) problem(response, 503, "overloaded");
      else if (request.count === 5) problem(response, 500, "internal");
      else serve();
    });
    await succeeds();
    const [, first, ...later] = server.seen;
    expect(first).toBeDefined();
    expect(later.length).toBeGreaterThan(4);
  });

  test("wants a pause gets one from all ranges", async () => {
    const times: number[] = [];
    server.misbehave((request, response, serve) => {
      times.push(performance.now());
      if (request.count === 1) problem(response, 429, "rate_limited", { "retry-after": "1" });
      else serve();
    });
    await succeeds({ parallel: 1 });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
  });

  test("wants a long pause gets none: the error has the seconds", async () => {
    server.misbehave((_, response) => problem(response, 429, "quota_exceeded", { "retry-after": "86400" }));
    const error = await refusal();
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfter: 86_400 });
  });

  test("is always overloaded is an error after the tries", async () => {
    server.misbehave((_, response) => problem(response, 503, "overloaded"));
    expect(await refusal({ retries: 1, parallel: 1 })).toBeInstanceOf(UnavailableError);
    expect(server.seen).toHaveLength(3);
  });

  test("reports a damaged snapshot is not tried again", async () => {
    server.misbehave((_, response) => problem(response, 500, "snapshot_damaged"));
    expect(await refusal({ parallel: 1 })).toMatchObject({ code: "snapshot_damaged" });
    expect(server.seen).toHaveLength(2);
  });

  test("demands terms is not tried again", async () => {
    server.misbehave((_, response) => problem(response, 403, "terms_not_accepted"));
    expect(await refusal({ parallel: 1 })).toBeInstanceOf(PermissionDeniedError);
  });

  test("sends nothing for `timeoutMs` is a timeout", async () => {
    server.misbehave((request, response) => {
      response.writeHead(206, { "content-range": `bytes ${request.first}-${request.end - 1}/5000` });
      response.write("x");
    });
    expect(await refusal({ timeoutMs: 30, retries: 0 })).toBeInstanceOf(TimeoutError);
  });

  test("sends wrong bytes gets a checksum error, and nothing stays", async () => {
    server.misbehave((request, response) => {
      const content = Buffer.from(request.content);
      content[4321] = (content[4321] ?? 0) ^ 1;
      serveFile({ ...request, content }, response, `"${sha256Of(request.content)}"`);
    });
    expect(await refusal()).toBeInstanceOf(ChecksumError);
    expect(await readdir(folder)).toEqual([]);
    await expect(datasets().read("songs", call)).rejects.toBeInstanceOf(ChecksumError);
    const { stream } = await datasets().stream("songs", call);
    await expect(new Response(stream).arrayBuffer()).rejects.toBeInstanceOf(ChecksumError);
  });

  test("lists a wrong SHA-256 never gets a finished file", async () => {
    server.publish("1.0.1", { "songs.csv": bytesOf(5000) }, (listed) => ({ ...listed, sha256: "0".repeat(64) }));
    expect(await refusal()).toBeInstanceOf(FileChangedError);
    server.misbehave((request, response) => serveFile(request, response, request.headers["if-range"]?.toString()));
    expect(await refusal()).toBeInstanceOf(ChecksumError);
    expect(await readdir(folder)).toEqual([]);
  });

  test("lists a wrong size never gets a finished file", async () => {
    for (const bytes of [4999, 5001, 0]) {
      server.publish(`1.0.${bytes}`, { "songs.csv": bytesOf(5000) }, (listed) => ({ ...listed, bytes }));
      const error = await refusal();
      expect(error instanceof FileChangedError || error instanceof ChecksumError).toBe(true);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test("changes the ETag between ranges is an error, and nothing stays", async () => {
    server.misbehave((request, response, serve) =>
      request.count > 2 ? serveFile(request, response, '"other"') : serve(),
    );
    expect(await refusal({ parallel: 2 })).toBeInstanceOf(FileChangedError);
    expect(await readdir(folder)).toEqual([]);
  });

  test("answers 416 to a range of the file is an error, and nothing stays", async () => {
    server.misbehave((request, response) =>
      serveFile({ ...request, content: request.content.subarray(0, 700) }, response, `"${sha256Of(request.content)}"`),
    );
    expect(await refusal()).toBeInstanceOf(FileChangedError);
    server.misbehave((_, response) => problem(response, 416, "range_not_satisfiable"));
    expect(await refusal()).toBeInstanceOf(FileChangedError);
    expect(await readdir(folder)).toEqual([]);
  });

  test("ignores Range is an error that says so, and works with parallel: 1", async () => {
    server.misbehave((request, response) => serveFile({ ...request, headers: {}, first: 0, end: 5000 }, response));
    expect(await refusal()).toBeInstanceOf(RangeIgnoredError);
    await succeeds({ parallel: 1, resume: false });
  });

  test("sends another range than requested is an error", async () => {
    for (const wrong of ["bytes 0-999/5000", "bytes 1000-1998/5000", "bytes a-b/5000", ""]) {
      server.misbehave((request, response, serve) => {
        if (request.first !== 1000) return serve();
        response.writeHead(206, { ...(wrong === "" ? {} : { "content-range": wrong }) }).end(Buffer.alloc(1000));
      });
      expect(await refusal()).toBeInstanceOf(UnexpectedAnswerError);
    }
    server.misbehave((_, response) => {
      response.writeHead(206, { "content-range": "bytes 0-999/6000" }).end(Buffer.alloc(1000));
    });
    expect(await refusal()).toBeInstanceOf(FileChangedError);
  });

  test("sends more bytes than the range has is an error", async () => {
    server.misbehave(({ first, end, content }, response) => {
      response.writeHead(206, { "content-range": `bytes ${first}-${end - 1}/5000`, "transfer-encoding": "chunked" });
      response.end(
        content.subarray(first, end + 1).length > end - first ? content.subarray(first, end + 1) : Buffer.alloc(2000),
      );
    });
    expect(await refusal()).toBeInstanceOf(UnexpectedAnswerError);
  });

  test("sends a web page instead of the file is an error", async () => {
    for (const headers of [{}, { range: "yes" }])
      for (const parallel of [1, 4]) {
        server.misbehave((_, response) => {
          response
            .writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers })
            .end("<html>Sign in</html>");
        });
        expect(await refusal({ parallel })).toBeInstanceOf(UnexpectedAnswerError);
      }
  });

  test("compresses the file is an error", async () => {
    server.misbehave((_, response) => {
      response.writeHead(200, { "content-encoding": "br" }).end(Buffer.alloc(10));
    });
    expect(await refusal({ parallel: 1 })).toBeInstanceOf(UnexpectedAnswerError);
  });

  test("fails the list of snapshots now and then does not stop the download", async () => {
    let failures = 0;
    server.interrupt((_, response) => {
      failures += 1;
      if (failures === 1) response.destroy();
      if (failures === 2) problem(response, 503, "overloaded");
      return failures <= 2;
    });
    await succeeds();
  });

  test("lists nothing that a snapshot has is an error", async () => {
    server.interrupt((_, response) => {
      json(response, 200, { snapshots: [] });
      return true;
    });
    expect(await refusal()).toMatchObject({ code: "snapshot_not_found" });
  });
});
