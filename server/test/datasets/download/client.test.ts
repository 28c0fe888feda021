import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createDatasets,
  GoneError,
  PermissionDeniedError,
  SelectionError,
  ServerError,
} from "@featstore/client/datasets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { snapshotDocument } from "../../../src/datasets/dataset-document";
import type { Snapshot } from "../../../src/datasets/dataset-types";
import { sampleHolder, startDownloadServer } from "../support/download-server";
import { createStubReader, publishSample, sampleBytes, sampleDefinition, sha256 } from "../support/sample-snapshot";
import { type OpenStorage, testStorages } from "../support/storages";

// The published client against the routes of files. Only the list of snapshots is made here.

const content = sampleBytes(3_000_000);
const terms = { version: "1", text: "Be kind." };

describe.each(testStorages().flatMap((storage) => [false, true].map((redirects) => ({ ...storage, redirects }))))(
  "the client, with files in $name, by redirect: $redirects",
  ({ name, skip, open, redirects }) => {
    const stub = createStubReader();
    let storage: OpenStorage;
    let server: Awaited<ReturnType<typeof startDownloadServer>>;
    let snapshot: Snapshot;
    let folder: string;
    /** The addresses that were requested, with the key or without. */
    const requested: { readonly origin: string; readonly hasKey: boolean }[] = [];

    beforeAll(async () => {
      if (skip) return;
      folder = await mkdtemp(join(tmpdir(), "featstore-download-"));
      storage = await open();
      stub.add(sampleDefinition("songs"));
      stub.add(sampleDefinition("gated", { access: "gated", terms }));
      snapshot = await publishSample(storage.files, "songs", [
        { name: "songs.csv", format: "csv", content },
        { name: "damaged.jsonl", format: "jsonl", content },
        { name: "none.json", format: "json", content: "" },
      ]);
      const gated = await publishSample(storage.files, "gated", [{ name: "songs.csv", format: "csv", content }]);
      stub.snapshots.push(snapshot, gated);
      const services = {
        reader: stub.reader,
        files: storage.files,
        acceptances: { has: async () => false, record: async () => 0n },
        ...{ anonymous: true, redirects, streamBytes: 0, keptMs: 0 },
        counts: { add: () => undefined, flush: async () => undefined, close: async () => undefined },
        ...{ exports: undefined as never, selectParquet: undefined as never }, // no test here uses them
      };
      server = await startDownloadServer({ datasetDownloads: services }, { holders: [sampleHolder("key")] });
    });

    afterAll(async () => {
      if (skip) return;
      await server.close();
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Answers the list of snapshots, and breaks bodies of files off after `cutAfter` bytes in total. */
    const datasets = (cutAfter = Number.POSITIVE_INFINITY) => {
      let left = cutAfter;
      const send: typeof fetch = async (input, init) => {
        const url = new URL(String(input));
        const [, dataset] = /^\/api\/datasets\/(\w+)\/snapshots$/.exec(url.pathname) ?? [];
        if (dataset !== undefined)
          return Response.json({ snapshots: (await stub.reader.snapshots(dataset)).map(snapshotDocument) });
        requested.push({ origin: url.origin, hasKey: new Headers(init?.headers).has("authorization") });
        const response = await fetch(input, init);
        if (response.body === null || response.status >= 300) return response;
        const cut = new TransformStream<Uint8Array, Uint8Array>({
          transform(piece, controller) {
            left -= piece.byteLength;
            if (left < 0) controller.error(new Error("cut"));
            else controller.enqueue(piece);
          },
        });
        return new Response(response.body.pipeThrough(cut), response);
      };
      return createDatasets({ baseUrl: server.url, apiKey: "key", fetch: send });
    };

    test.skipIf(skip)("gets the bytes of the snapshot to file, memory and stream", async () => {
      const to = join(folder, "songs.csv");
      const { files } = await datasets().download("songs", { format: "csv", partBytes: 500_000, to });
      expect(files[0]?.sha256).toBe(sha256(content));
      const { bytes } = await datasets().read("songs", { format: "csv", parallel: 1 });
      const { stream } = await datasets().stream("songs", { format: "csv", partBytes: 700_000 });
      const streamed = new Uint8Array(await new Response(stream).arrayBuffer());
      expect([await readFile(to), bytes, streamed].map(sha256)).toEqual(Array(3).fill(sha256(content)));
      expect((await datasets().read("songs", { format: "json" })).bytes.byteLength).toBe(0);
    });

    test.skipIf(skip)("sends the key to the server only", () => {
      const elsewhere = requested.filter(({ origin }) => origin !== server.url);
      expect(elsewhere.length > 0).toBe(redirects && name === "an S3 bucket");
      expect(elsewhere.some(({ hasKey }) => hasKey)).toBe(false);
      expect(requested.filter(({ origin }) => origin === server.url).every(({ hasKey }) => hasKey)).toBe(true);
    });

    test.skipIf(skip)("resumes after 10 cuts", async () => {
      const to = join(folder, "cut.csv");
      const options = { format: "csv", partBytes: 300_000, to } as const;
      for (let round = 0; round < 10; round += 1) {
        const cutting = datasets(200_000 + Math.floor(Math.random() * 100_000));
        await cutting.download("songs", { ...options, retries: 0 }).catch(() => undefined);
      }
      const { files } = await datasets().download("songs", options);
      expect(files[0]?.resumedBytes).toBeGreaterThan(0);
      expect(sha256(await readFile(to))).toBe(sha256(content));
    });

    test.skipIf(skip)("finishes no file that was changed in the storage", async () => {
      const to = join(folder, "damaged.jsonl");
      const damaged = Buffer.from(content);
      damaged[1_234_567] = (damaged[1_234_567] ?? 0) ^ 1;
      const path = `songs/${snapshot.id}/data/damaged.jsonl`;
      await storage.tamper(path, damaged);
      const options = { format: "jsonl", to, retries: 0 } as const;
      await expect(datasets().download("songs", options)).rejects.toThrow();
      await storage.tamper(path, content.subarray(0, 1000));
      await expect(datasets().download("songs", options)).rejects.toBeInstanceOf(ServerError);
      await expect(readFile(to)).rejects.toThrow("ENOENT");
    });

    test.skipIf(skip)("reports terms that were not accepted, and withdrawn snapshots", async () => {
      await expect(datasets().read("gated", { format: "csv" })).rejects.toBeInstanceOf(PermissionDeniedError);
      const listed = datasets();
      const index = stub.snapshots.indexOf(snapshot);
      stub.snapshots[index] = { ...snapshot, withdrawn: { at: 1n, reason: "a claim", successor: null } };
      await expect(listed.read("songs", { format: "csv" })).rejects.toBeInstanceOf(SelectionError);
      stub.snapshots[index] = snapshot;
      const reading = await listed.stream("songs", { format: "csv", partBytes: 100_000, parallel: 1 });
      stub.snapshots[index] = { ...snapshot, withdrawn: { at: 1n, reason: "a claim", successor: null } };
      await expect(new Response(reading.stream).arrayBuffer()).rejects.toBeInstanceOf(GoneError);
      stub.snapshots[index] = snapshot;
    });
  },
);
