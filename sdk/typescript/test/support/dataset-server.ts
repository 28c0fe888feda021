import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { DatasetFile, DatasetSnapshot } from "../../src/datasets";
import { json, problem } from "./scripted-server";

/** A request for a file's bytes. */
export interface FileRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly name: string;
  readonly content: Buffer;
  /** The requested bytes, `end` excluded; all of them without `Range`. */
  readonly first: number;
  readonly end: number;
  /** Counts the requests for files from 1. */
  readonly count: number;
}

/** Answers a request for a file's bytes; `serve` does it as the server should. */
export type Misbehaviour = (request: FileRequest, response: ServerResponse, serve: () => void) => void;

export interface DatasetServer {
  readonly baseUrl: string;
  readonly seen: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  /** Publishes a snapshot of the dataset `songs`; the newest is served first. */
  publish(
    version: string,
    files: Readonly<Record<string, Buffer>>,
    change?: (file: DatasetFile) => DatasetFile,
  ): DatasetSnapshot;
  withdraw(version: string, reason: string): void;
  /** Serves bytes at a path, as it serves files. */
  serve(path: string, content: Buffer): void;
  misbehave(misbehaviour: Misbehaviour): void;
  /** Answers requests for documents until it returns false. */
  interrupt(handler: (url: string, response: ServerResponse) => boolean): void;
  close(): Promise<void>;
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Returns bytes that differ from place to place, so that a wrong order is noticed. */
export function bytesOf(size: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < size; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}

/** Starts a server of one dataset, `songs`, that answers as the contract says until a test lets it misbehave. */
export async function startDatasetServer(): Promise<DatasetServer> {
  const seen: DatasetServer["seen"] = [];
  const contents = new Map<string, Buffer>();
  let snapshots: DatasetSnapshot[] = [];
  let misbehaviour: Misbehaviour = (_, __, serve) => serve();
  let handler: (url: string, response: ServerResponse) => boolean = () => false;
  let count = 0;

  const server = createServer((request, response) => {
    const url = request.url ?? "";
    seen.push({ url, headers: request.headers });
    const content = contents.get(url);
    if (content !== undefined) {
      count += 1;
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
      const first = Number(from ?? 0);
      const end = Math.min(to === undefined ? content.length : Number(to) + 1, content.length);
      const name = url.split("/").at(-1) ?? "";
      const file = { url, headers: request.headers, name, content, first, end, count };
      return misbehaviour(file, response, () => serveFile(file, response));
    }
    if (handler(url, response)) return;
    if (url === "/api/datasets") return json(response, 200, { datasets: [{ name: "songs" }] });
    if (url === "/api/datasets/songs") return json(response, 200, { name: "songs", columns: [] });
    if (url === "/api/datasets/songs/snapshots") return json(response, 200, { snapshots });
    problem(response, 404, "dataset_not_found");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    seen,
    publish(version, files, change = (file) => file) {
      const id = sha256Of(Buffer.from(version));
      const listed = Object.entries(files).map(([name, content], part) => {
        const url = `/api/datasets/songs/snapshots/${id}/files/${name}`;
        contents.set(url, content);
        const split = name.includes("-") ? (name.split("-")[0] ?? null) : null;
        const format = (name.split(".").at(-1) ?? "csv") as "csv";
        const sizes = { rows: 1, bytes: content.length, sha256: sha256Of(content) };
        return change({ name, path: `data/${name}`, role: "data", format, split, part, ...sizes, url });
      });
      const snapshot = {
        id,
        version,
        rows: 1,
        created_at: "2026-01-01T00:00:00Z",
        changes: null,
        withdrawn: null,
        files: listed,
      };
      snapshots = [snapshot, ...snapshots];
      return snapshot;
    },
    withdraw(version, reason) {
      const withdrawn = { at: "2026-02-01T00:00:00Z", reason, successor: null };
      snapshots = snapshots.map((snapshot) => (snapshot.version === version ? { ...snapshot, withdrawn } : snapshot));
    },
    serve: (path, content) => void contents.set(path, content),
    misbehave(next) {
      misbehaviour = next;
    },
    interrupt(next) {
      handler = next;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers a file request as RFC 9110 says. */
export function serveFile(
  { headers, content, first, end }: FileRequest,
  response: ServerResponse,
  etag = `"${sha256Of(content)}"`,
): void {
  const ifRange = headers["if-range"];
  const isPart = headers.range !== undefined && (ifRange === undefined || ifRange === etag);
  const common = { etag, "content-type": "application/octet-stream", "accept-ranges": "bytes" };
  if (!isPart) {
    response.writeHead(200, { ...common, "content-length": content.length });
    response.end(content);
    return;
  }
  if (first >= content.length) {
    problem(response, 416, "range_not_satisfiable", { "content-range": `bytes */${content.length}` });
    return;
  }
  response.writeHead(206, {
    ...common,
    "content-range": `bytes ${first}-${end - 1}/${content.length}`,
    "content-length": end - first,
  });
  response.end(content.subarray(first, end));
}
