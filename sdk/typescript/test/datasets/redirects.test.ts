import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatasets, FileChangedError, UnexpectedAnswerError } from "../../src/datasets";
import { bytesOf, type DatasetServer, sha256Of, startDatasetServer } from "../support/dataset-server";

// Files that the server serves by a redirect to a signed URL of another origin.

const KEY = "fs_secret-key-of-the-test";
const content = bytesOf(9000);

let server: DatasetServer;
let storage: Server;
let storageUrl: string;
let folder: string;
/** The requests that storage received. */
let received: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
let answer: (headers: IncomingHttpHeaders, response: ServerResponse) => void;

/** Answers like S3, whose ETag is not the SHA-256. */
function serveStored({ range = "" }: IncomingHttpHeaders, response: ServerResponse, etag = '"d41d8cd9-3"'): void {
  const [, first = 0, last = 0] = (/^bytes=(\d+)-(\d+)$/.exec(range) ?? []).map(Number);
  if (range === "") return void response.writeHead(200, { etag, "content-length": content.length }).end(content);
  response.writeHead(206, { etag, "content-range": `bytes ${first}-${last}/${content.length}` });
  response.end(content.subarray(first, last + 1));
}

beforeEach(async () => {
  received = [];
  answer = serveStored;
  server = await startDatasetServer();
  server.publish("1.0.0", { "songs.csv": content });
  storage = createServer((request, response) => {
    received.push({ url: request.url ?? "", headers: request.headers });
    answer(request.headers, response);
  });
  await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
  storageUrl = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
  server.misbehave(({ count }, response) => {
    response.writeHead(302, { location: `${storageUrl}/bucket/songs.csv?X-Amz-Signature=signed-${count}` }).end();
  });
  folder = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
});

afterEach(async () => {
  await server.close();
  storage.closeAllConnections();
  await new Promise((resolve) => storage.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const download = (options = {}) =>
  createDatasets({ baseUrl: server.baseUrl, apiKey: KEY }).download("songs", {
    format: "csv",
    partBytes: 2000,
    to: join(folder, "songs.csv"),
    ...options,
  });

test("the bytes come from storage, which gets neither the key nor If-Range", async () => {
  for (const parallel of [1, 4]) {
    const { files } = await download({ parallel, to: join(folder, `songs-${parallel}.csv`) });
    expect(sha256Of(await readFile(files[0]?.path ?? ""))).toBe(sha256Of(content));
  }
  expect(received).toHaveLength(6);
  expect(JSON.stringify(received)).not.toContain(KEY);
  expect(
    received.every(({ headers }) => headers.authorization === undefined && headers["if-range"] === undefined),
  ).toBe(true);
  // Each range gets its own signed URL, since one may expire during a long download.
  expect(new Set(received.map(({ url }) => url)).size).toBe(6);
  expect(server.seen.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
});

test("a redirect back to the server does not bring the key back", async () => {
  answer = (_, response) => response.writeHead(307, { location: `${server.baseUrl}/elsewhere` }).end();
  const error = await download({ parallel: 1 }).catch((caught: Error) => caught);
  expect(error).toMatchObject({ status: 404 });
  expect(server.seen.at(-1)).toMatchObject({ url: "/elsewhere" });
  expect(server.seen.at(-1)?.headers.authorization).toBeUndefined();
});

test("a redirect within the server keeps the key", async () => {
  server.misbehave(({ url, count }, response, serve) => {
    if (count === 1) response.writeHead(302, { location: url }).end();
    else serve();
  });
  await download({ parallel: 1 });
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Bearer ${KEY}`));
});

test("a changed ETag of storage between ranges is an error, and nothing stays", async () => {
  answer = (headers, response) => serveStored(headers, response, `"${received.length > 2 ? "new" : "old"}"`);
  await expect(download()).rejects.toBeInstanceOf(FileChangedError);
});

test("an expired signature is replaced by a new one", async () => {
  answer = (headers, response) => {
    if (received.length === 2) response.writeHead(403, { "content-type": "application/xml" }).end("<Error/>");
    else serveStored(headers, response);
  };
  await download();
  expect(sha256Of(await readFile(join(folder, "songs.csv")))).toBe(sha256Of(content));
});

test("endless and unusable redirects are errors without the signed URL", async () => {
  const locations = ["/", "ftp://127.0.0.1/songs.csv?X-Amz-Signature=signed", "http://:0?X-Amz-Signature=signed", ""];
  for (const location of locations) {
    answer = (_, response) => response.writeHead(302, location === "" ? {} : { location }).end();
    const error = await download({ parallel: 1, retries: 0 }).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(`${error}`).not.toContain("signed");
  }
});

test("a refused connection to storage is an error without the signed URL", async () => {
  storage.closeAllConnections();
  await new Promise((resolve) => storage.close(resolve));
  const error = await download({ parallel: 1, retries: 0 }).catch((caught: Error) => caught);
  expect(error).toMatchObject({ name: "ConnectionError" });
  expect(`${error}`).not.toContain("signed");
  storage.listen(0);
});

test("a browser, which hides redirects, follows them without If-Range", async () => {
  const sent: RequestInit[] = [];
  const browser: typeof fetch = async (url, init = {}) => {
    if (!String(url).includes("/files/") || init.redirect === "follow") {
      sent.push(init);
      return fetch(url, init);
    }
    const hidden = Response.error();
    return new Proxy(hidden, { get: (of, name) => (name === "type" ? "opaqueredirect" : Reflect.get(of, name)) });
  };
  const datasets = createDatasets({ baseUrl: server.baseUrl, apiKey: KEY, fetch: browser });
  const { bytes } = await datasets.read("songs", { format: "csv", partBytes: 2000 });
  expect(sha256Of(bytes)).toBe(sha256Of(content));
  expect(sent.slice(1).every(({ headers }) => !Object.keys(headers ?? {}).includes("if-range"))).toBe(true);
  expect(JSON.stringify(received)).not.toContain(KEY);
});
