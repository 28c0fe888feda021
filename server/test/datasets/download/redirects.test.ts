import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Snapshot } from "../../../src/datasets/dataset-types";
import { sampleHolder, startDownloadServer } from "../support/download-server";
import { createStubReader, publishSample, sampleDefinition } from "../support/sample-snapshot";
import { type OpenStorage, testStorages } from "../support/storages";

const [, s3] = testStorages();

describe.skipIf(s3?.skip !== false)("redirections to signed URLs", () => {
  const stub = createStubReader();
  let storage: OpenStorage | undefined;
  let server: Awaited<ReturnType<typeof startDownloadServer>>;
  let snapshot: Snapshot;
  let sent = 0;
  beforeAll(async () => {
    storage = await s3?.open();
    if (storage === undefined) throw new Error("no storage");
    stub.add(sampleDefinition("songs"));
    snapshot = await publishSample(storage.files, "songs", [{ name: "a.csv", format: "csv", content: "0123456789" }]);
    stub.snapshots.push(snapshot);
    server = await startDownloadServer(
      {
        datasetDownloads: {
          ...{
            reader: stub.reader,
            files: storage.files,
            anonymous: false,
            redirects: true,
            streamBytes: 0,
            keptMs: 0,
          },
          acceptances: { has: async () => false, record: async () => 0n },
          counts: { add: () => undefined, flush: async () => undefined, close: async () => undefined },
          ...{ exports: undefined as never, selectParquet: undefined as never }, // no test here uses them
          onSent: (_, __, bytes) => {
            sent += bytes;
          },
        },
      },
      { holders: [sampleHolder("key")] },
    );
  });
  afterAll(async () => {
    await server?.close();
    await storage?.close();
  });
  const get = (headers: Readonly<Record<string, string>> = {}, method = "GET") =>
    fetch(`${server.url}/api/datasets/songs/snapshots/${snapshot.id}/files/a.csv`, {
      ...{ method, redirect: "manual", headers: { "x-api-key": "key", ...headers } },
    });

  test("the storage serves the file and its ranges; the range counts when the URL is issued", async () => {
    const whole = await get();
    expect([whole.status, sent]).toEqual([302, 10]);
    expect(await (await fetch(String(whole.headers.get("location")))).text()).toBe("0123456789");
    const range = { range: "bytes=2-4" };
    const part = await get(range);
    expect([part.status, sent]).toEqual([302, 13]);
    const answer = await fetch(String(part.headers.get("location")), { headers: range });
    expect([answer.status, await answer.text()]).toEqual([206, "234"]);
  });

  test("conditions, ranges outside and HEAD are answered here", async () => {
    const etag = `"${snapshot.manifest.files[0]?.sha256}"`;
    expect((await get({ "if-none-match": etag })).status).toBe(304);
    expect((await get({ "if-match": '"other"' })).status).toBe(412);
    expect((await get({ range: "bytes=99-" })).status).toBe(416);
    const head = await get({}, "HEAD");
    expect([head.status, head.headers.get("etag"), head.headers.get("content-length")]).toEqual([200, etag, "10"]);
    const resumed = await get({ range: "bytes=5-", "if-range": etag });
    expect([resumed.status, await resumed.text()]).toEqual([206, "56789"]);
  });
});
