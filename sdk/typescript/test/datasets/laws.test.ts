import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDatasets } from "../../src/datasets";
import { type ByteRange, mergeRanges, missingRanges, sizeOf } from "../../src/datasets/byte-ranges";
import { bytesOf, sha256Of, startDatasetServer } from "../support/dataset-server";

const numRuns = Number(process.env.LAW_RUNS);
const SEED = Number(process.env.LAW_SEED);

const rangeIn = (bytes: number) =>
  fc
    .tuple(fc.nat({ max: bytes }), fc.nat({ max: bytes }))
    .map(([one, other]): ByteRange => ({ first: Math.min(one, other), end: Math.max(one, other) }));
const someRanges = fc
  .nat({ max: 300 })
  .chain((bytes) => fc.record({ bytes: fc.constant(bytes), received: fc.array(rangeIn(bytes), { maxLength: 8 }) }));

const bytesIn = (ranges: readonly ByteRange[]): number[] =>
  ranges.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, index) => first + index));

test("received and missing ranges are the file, each byte once and in order, in parts of at most the size", () => {
  fc.assert(
    fc.property(someRanges, fc.integer({ min: 1, max: 400 }), ({ bytes, received }, partBytes) => {
      const missing = missingRanges(received, bytes, partBytes);
      const present = mergeRanges(received);
      const all = [...bytesIn(present), ...bytesIn(missing)].sort((one, other) => one - other);
      expect(all).toEqual(Array.from({ length: bytes }, (_, index) => index));
      expect(bytesIn(missing)).toEqual(bytesIn(missing).sort((one, other) => one - other));
      expect(missing.every(({ first, end }) => end > first && end - first <= partBytes)).toBe(true);
      expect(sizeOf(received)).toBe(bytesIn(present).length);
      expect(mergeRanges(present)).toEqual(present);
    }),
    { numRuns, seed: SEED },
  );
});

test("any size, part size and number of requests gives the same bytes to file, stream and memory", async () => {
  const server = await startDatasetServer();
  const folder = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
  const datasets = createDatasets({ baseUrl: server.baseUrl });
  let version = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 5000 }),
        fc.integer({ min: 50, max: 6000 }),
        fc.integer({ min: 1, max: 6 }),
        async (size, partBytes, parallel) => {
          version += 1;
          const content = bytesOf(size, version);
          server.publish(`1.${version}.0`, { "songs.csv": content });
          // Ranges end in another order than they began.
          server.misbehave(({ count }, _, serve) => void (count % 2 === 0 ? serve() : setImmediate(serve)));
          const options = { format: "csv", partBytes, parallel } as const;
          const to = join(folder, `songs-${version}.csv`);
          await datasets.download("songs", { ...options, to });
          const { bytes } = await datasets.read("songs", options);
          const { stream } = await datasets.stream("songs", options);
          const streamed = new Uint8Array(await new Response(stream).arrayBuffer());
          expect([await readFile(to), bytes, streamed].map(sha256Of)).toEqual(Array(3).fill(sha256Of(content)));
        },
      ),
      { numRuns: Math.ceil(numRuns / 4), seed: SEED },
    );
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test("whatever a server does with the requests, a finished file has the right SHA-256", async () => {
  const server = await startDatasetServer();
  const folder = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
  const datasets = createDatasets({ baseUrl: server.baseUrl });
  let version = 0;
  let finished = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("serve", "serve", "cut", "reset", "flip", "shift", "tag", "all"), { maxLength: 30 }),
        fc.integer({ min: 300, max: 3000 }),
        fc.integer({ min: 1, max: 4 }),
        async (deeds, partBytes, parallel) => {
          version += 1;
          const content = bytesOf(3000, version);
          server.publish(`1.${version}.0`, { "songs.csv": content });
          let count = 0;
          server.misbehave(({ first, end, headers }, response, serve) => {
            const deed = deeds[count++] ?? "serve";
            if (deed === "serve") return serve();
            if (deed === "reset") return void response.destroy();
            const part = Buffer.from(content.subarray(first, end));
            if (deed === "flip") part[0] = (part[0] ?? 0) ^ 1;
            const status = headers.range === undefined || deed === "all" ? 200 : 206;
            response.writeHead(status, {
              etag: deed === "tag" ? '"other"' : `"${sha256Of(content)}"`,
              "content-range": `bytes ${deed === "shift" ? first + 1 : first}-${end - 1}/3000`,
              "content-length": deed === "all" ? 3000 : part.length,
            });
            if (deed === "cut") response.write(part.subarray(0, part.length / 2), () => response.destroy());
            else response.end(deed === "all" ? content : part);
          });
          const to = join(folder, `songs-${version}.csv`);
          // A user would try until it works.
          for (let tries = 0; tries < 40; tries += 1) {
            const done = await datasets
              .download("songs", { format: "csv", partBytes, parallel, retries: 0, to })
              .catch(() => undefined);
            const bytes = await readFile(to).catch(() => undefined);
            expect(bytes === undefined).toBe(done === undefined);
            if (bytes === undefined) continue;
            expect(sha256Of(bytes)).toBe(sha256Of(content));
            finished += 1;
            return;
          }
          throw new Error("It never succeeded");
        },
      ),
      { numRuns: Math.ceil(numRuns / 2), seed: SEED },
    );
    expect(finished).toBeGreaterThan(0);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
