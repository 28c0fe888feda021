import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "../../../src/engine/duckdb/process/index";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { createTestBucket } from "../../datasets/support/storages";
import { openTcpProxy, type TcpProxy } from "../../helpers/tcp-proxy";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { expectNothingLeft } from "./support/expect-nothing-left";
import { applyScores, createLake, type Lake, lakeDependencies, lakeEngine, writeEvents } from "./support/lake";
import { testExtensions } from "./support/test-engine";

const url = process.env.TEST_S3_URL;
if (url === undefined && process.env.REQUIRE_SERVICES === "1")
  throw new Error("TEST_S3_URL is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
const extensions = testExtensions() ?? null;
const Key = "lake/events.parquet";

for (const target of testDatabases("one")) {
  const skip = target.skip || url === undefined || extensions === null;
  describe.skipIf(skip)(`runs over a bucket on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let bucket: Awaited<ReturnType<typeof createTestBucket>>;
    let proxy: TcpProxy;
    let dependencies: MaterializeDependencies;

    beforeAll(async () => {
      [opened, lake, bucket] = await Promise.all([target.openMigrated(), createLake(), createTestBucket(url ?? "")]);
      const { endpoint, credentials, bucket: name } = bucket.options;
      const { hostname: host, port } = new URL(endpoint);
      proxy = await openTcpProxy({ host, port: Number(port) });
      const s3 = { endpoint: `http://127.0.0.1:${proxy.port}`, region: null };
      const settings = { ...lakeEngine(lake).settings, roots: [`s3://${name}/lake`], extensions, s3 };
      const engine = openEngine("lake", settings, {
        http: { timeoutSeconds: 1, retries: 0 },
        credentials: async () => ({
          ...{ keyId: credentials.accessKeyId, secret: credentials.secretAccessKey },
          ...{ sessionToken: null, region: "us-east-1" },
        }),
      });
      await prepare(opened.database);
      await applyScores(opened.database, `s3://${name}/${Key}`);
      dependencies = await lakeDependencies(opened.database, lake, engine);
    });
    afterAll(async () => {
      await proxy?.down();
      await bucket?.client.send(new DeleteObjectCommand({ Bucket: bucket.options.bucket, Key }));
      await bucket?.client.send(new DeleteBucketCommand({ Bucket: bucket.options.bucket }));
      await opened?.drop();
      await lake?.remove();
    });

    const run = async () => (await materialize(dependencies, { views: ["scores"] })).views[0];
    async function put(tracks: number): Promise<void> {
      const file = join(lake.root, "events.parquet");
      await writeEvents(file, tracks);
      const Body = await readFile(file);
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.options.bucket, Key, Body }));
    }

    test("fail with a code when the server dies midway, keep the served generation and leave nothing", async () => {
      await put(10);
      expect(await run()).toMatchObject({ state: "published", rows: 10 });
      // The run needs more bytes than it gets.
      await put(100_000);
      proxy.downAfter(200_000);
      expect(await run()).toMatchObject({
        ...{ state: "failed", failure: { code: expect.stringMatching(/^engine_(unavailable|source_failed)$/) } },
      });
      expect(await expectNothingLeft(opened.database, lake, 10)).toMatchObject({ servedGeneration: 1 });
      await proxy.up();
      expect(await run()).toMatchObject({ state: "published", rows: 100_000 });
    });
  });
}
