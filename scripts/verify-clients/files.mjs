// Datasets named set_<n>, each with a snapshot of one file, whose downloads are cut.
import { createHash } from "node:crypto";
import { randomNumbers } from "./random.mjs";

const CUT = 0.4;
const MAX_CUTS = 40;
const CUT_AFTER_MS = 10;

/** Bytes of a file, at least. */
const SMALLEST = 600_000;

/** The datasets by a seed; their contents are made at the first request. */
export function createFiles(seed) {
  const made = new Map();
  const fileOf = (number) => {
    if (!made.has(number)) {
      const random = randomNumbers(seed, number);
      const content = Buffer.alloc(SMALLEST + Math.floor(random() * SMALLEST));
      for (let at = 0; at + 4 <= content.length; at += 4) content.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
      const sha256 = createHash("sha256").update(content).digest("hex");
      // Every other file is cut so early that the first download gives up, and a second one has to continue it.
      made.set(number, {
        content,
        sha256,
        random,
        cuts: 0,
        sent: 0,
        ranges: [],
        isStopped: number % 2 === 1,
      });
    }
    return made.get(number);
  };

  return {
    /** Answers a request for a document or for bytes; returns false for other paths. */
    serve(request, response) {
      const [, number, rest] = /^\/api\/datasets\/set_(\d+)(\/.*)?$/.exec(request.url) ?? [];
      if (number === undefined) return false;
      const file = fileOf(Number(number));
      if (rest === "/snapshots") sendSnapshots(response, number, file);
      else if (rest?.endsWith("/data.csv")) sendRange(request, response, file);
      else return false;
      return true;
    },
    /** From now on a stopped file is served. */
    resume: (number) => {
      const file = fileOf(number);
      file.isStopped = false;
      file.ranges = [];
    },
    /**
     * Facts about a file: its size and digest, how often a body was cut, and how many different bytes were requested since
     * it was resumed. Bytes that were sent do not tell: readers lose some of them at every cut.
     */
    facts: (number) => {
      const { content, sha256, cuts, ranges } = fileOf(number);
      return { bytes: content.length, sha256, cuts, requestedBytes: coveredBytes(ranges) };
    },
  };
}

/** Counts the bytes that are in any of the ranges. */
function coveredBytes(ranges) {
  let covered = 0;
  let reached = 0;
  for (const [first, end] of ranges.toSorted((left, right) => left[0] - right[0])) {
    covered += Math.max(0, end - Math.max(first, reached));
    reached = Math.max(reached, end);
  }
  return covered;
}

function sendSnapshots(response, number, { content, sha256 }) {
  const url = `/api/datasets/set_${number}/snapshots/${sha256}/files/data.csv`;
  const data = { name: "data.csv", path: "data/data.csv", role: "data", format: "csv", split: null, part: 0, rows: 1 };
  const snapshot = {
    ...{ id: sha256, version: "1.0.0", rows: 1, created_at: "2026-01-01T00:00:00Z", changes: null, withdrawn: null },
    files: [{ ...data, bytes: content.length, sha256, url }],
  };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ snapshots: [snapshot] }));
}

function sendRange({ headers }, response, file) {
  const { content, sha256, random } = file;
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
  const first = Number(from ?? 0);
  const end = to === undefined ? content.length : Number(to) + 1;
  const range = from === undefined ? {} : { "content-range": `bytes ${first}-${end - 1}/${content.length}` };
  file.ranges.push([first, end]);
  response.writeHead(from === undefined ? 200 : 206, {
    ...{
      "content-type": "text/csv",
      "content-length": end - first,
      etag: `"${sha256}"`,
      "accept-ranges": "bytes",
      ...range,
    },
  });
  // A stopped file: half of it arrives, and then no more.
  const isCut = file.isStopped ? file.sent > content.length / 2 : file.cuts < MAX_CUTS && random() < CUT;
  const count = file.isStopped && isCut ? 0 : isCut ? 1 + Math.floor(random() * (end - first - 1)) : end - first;
  file.sent += count;
  if (!isCut) return response.end(content.subarray(first, end));
  file.cuts++;
  response.flushHeaders();
  response.write(content.subarray(first, first + count));
  // A moment later: readers drop bytes that they have not looked at when a connection ends.
  setTimeout(() => response.destroy(), CUT_AFTER_MS);
}
