import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EngineSettings } from "../../../src/core/index";
import { checkEngine } from "../../../src/engine/duckdb/check-engine";
import { type OpenEngine, type OpenEngineOptions, withDuckdb } from "../../../src/engine/duckdb/process/index";
import { requireHarmlessQuery } from "../../../src/engine/duckdb/query-check";
import { createDuckdbSources } from "../../../src/engine/duckdb/sources";
import { createTestBucket } from "../../datasets/support/storages";
import { openTcpProxy, type TcpProxy } from "../../helpers/tcp-proxy";
import { openTestEngine, type TestEngine, testExtensions } from "./support/test-engine";

const url = process.env.TEST_S3_URL;
if (url === undefined && process.env.REQUIRE_SERVICES === "1")
  throw new Error("TEST_S3_URL is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
const extensions = testExtensions() ?? null;

describe.skipIf(url === undefined || extensions === null)("an engine over a bucket", () => {
  let own: TestEngine;
  let bucket: Awaited<ReturnType<typeof createTestBucket>>;
  let lake: OpenEngine;
  let proxy: TcpProxy;
  const keys = [
    "lake/day=2026-01-01/a.parquet",
    "lake/day=2026-01-02/b.parquet",
    "lake-evil/c.parquet",
    "d.parquet",
    "lake/large.parquet",
  ];

  const credentialsOf = (keyId: string, secret: string): OpenEngineOptions => ({
    http: { timeoutSeconds: 1, retries: 0 },
    credentials: async () => ({ keyId, secret, sessionToken: null, region: "us-east-1" }),
  });
  const settingsAt = (endpoint: string): Partial<EngineSettings> => ({
    ...{ roots: [`s3://${bucket.options.bucket}/lake`], extensions, s3: { endpoint, region: null } },
  });
  const describeAt = async (engine: OpenEngine, path: string) => {
    const relation = { kind: "files", engine: "lake", path } as const;
    const { relations } = await createDuckdbSources(engine).describe([relation]);
    return relations[0];
  };

  beforeAll(async () => {
    own = await openTestEngine();
    bucket = await createTestBucket(url ?? "");
    const Body = await readFile(await own.write("a.parquet", "select i as id from range(3) as r (i)"));
    for (const Key of keys)
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.options.bucket, Key, Body }));
    const { endpoint, credentials } = bucket.options;
    lake = own.open(settingsAt(endpoint), credentialsOf(credentials.accessKeyId, credentials.secretAccessKey));
    const { hostname, port } = new URL(endpoint);
    proxy = await openTcpProxy({ host: hostname, port: Number(port) });
  });
  afterAll(async () => {
    await proxy?.down();
    for (const Key of keys) await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.options.bucket, Key }));
    await bucket.client.send(new DeleteBucketCommand({ Bucket: bucket.options.bucket }));
    await own.close();
  });

  test("describes and reads its files, with the partitions of their keys", async () => {
    const path = `s3://${bucket.options.bucket}/lake/*/*.parquet`;
    const relation = { kind: "files", engine: "lake", path, partitions: [{ name: "day", type: "date" }] } as const;
    const sources = createDuckdbSources(lake);
    const { relations } = await sources.describe([relation]);
    expect(relations).toMatchObject([{ state: "found", columns: [{ name: "id" }, { name: "day", type: "date" }] }]);
    const times = { eventTime: null, knownTime: null, tieBreak: ["day"], tenant: null, history: null, filter: null };
    const source = { kind: "source", name: "plays", relation, key: [], columns: [], ...times } as const;
    expect(await sources.sourceState(source, null)).toMatchObject({
      ...{ rows: 6, largest: { day: "2026-01-02" }, files: { count: 2 } },
    });
    expect(await describeAt(lake, `s3://${bucket.options.bucket}/lake/none/*.parquet`)).toMatchObject({
      state: "missing",
    });
  });

  test("refuses other prefixes and buckets, other hosts, and shows no secret", async () => {
    const { bucket: name, credentials } = bucket.options;
    await withDuckdb(lake, { isShort: true }, async (session) => {
      for (const path of [
        ...[`s3://${name}/lake-evil/c.parquet`, `s3://${name}/d.parquet`, `s3://${name}/*/a.parquet`],
        ...[`s3://other-${name}/a.parquet`, `${bucket.options.endpoint}/${name}/lake/day=2026-01-01/a.parquet`],
      ])
        await expect(session.rows(`select * from read_parquet('${path}')`), path).rejects.toMatchObject({
          code: "path_outside_roots",
        });
      for (const path of [`lake/day=2026-01-01/a.parquet?s3_endpoint=127.0.0.1:1`, "lake/../d.parquet"])
        await expect(requireHarmlessQuery(lake, session, `from 's3://${name}/${path}'`), path).rejects.toMatchObject({
          code: "path_outside_roots",
        });
      const shown = await session.rows("select * from duckdb_secrets() as s, duckdb_settings() as t");
      expect(JSON.stringify(shown)).not.toContain(credentials.secretAccessKey);
    });
  });

  test("reports a bucket without rights, one that is gone, and a server that stalls or is gone", async () => {
    const { endpoint, credentials, bucket: name } = bucket.options;
    const path = `s3://${name}/lake/*/*.parquet`;
    const wrong = own.open(settingsAt(endpoint), credentialsOf("nobody", "geheim-4711"));
    expect(await describeAt(wrong, path)).toMatchObject({ state: "failed", reason: expect.stringContaining("HTTP 4") });
    const gone = own.open(
      { ...settingsAt(endpoint), roots: ["s3://no-such-bucket-4711/lake"] },
      credentialsOf(credentials.accessKeyId, credentials.secretAccessKey),
    );
    expect(await describeAt(gone, "s3://no-such-bucket-4711/lake/a.parquet")).toMatchObject({
      ...{ state: "failed", reason: expect.stringContaining("404") },
    });
    await proxy.silence();
    for (const server of [`http://127.0.0.1:${proxy.port}`, "http://127.0.0.1:1"]) {
      const engine = own.open(settingsAt(server), credentialsOf("nobody", "geheim-4711"));
      const error = await describeAt(engine, path).then(String, (each: Error) => each);
      expect(error).toMatchObject({ code: "engine_unavailable" });
      expect(String(error)).not.toContain("geheim");
    }
  });

  test("fails a stream whose server dies midway", async () => {
    const { bucket: name, credentials } = bucket.options;
    const Body = await readFile(
      await own.write("large.parquet", "select random() as value from range(1000000) as r (i)"),
    );
    await bucket.client.send(new PutObjectCommand({ Bucket: name, Key: keys.at(-1) ?? "", Body }));
    await proxy.down();
    await proxy.up();
    const engine = own.open(
      settingsAt(`http://127.0.0.1:${proxy.port}`),
      credentialsOf(credentials.accessKeyId, credentials.secretAccessKey),
    );
    let chunks = 0;
    const read = withDuckdb(engine, {}, async (session) => {
      for await (const _ of session.stream(`from 's3://${name}/${keys.at(-1)}'`, "csv"))
        if (chunks++ === 0) await proxy.down();
    });
    await expect(read).rejects.toMatchObject({ code: expect.stringMatching(/^engine_(unavailable|source_failed)$/) });
    expect(chunks).toBeGreaterThan(0);
    await proxy.up();
  });

  test("doctor's checks find the extension and the bucket, or what is missing", async () => {
    expect(await checkEngine(lake)).toMatchObject([
      { part: "staging", isOk: true },
      { part: "package", isOk: true, found: expect.stringContaining("v1.5.5") },
      { part: "settings", isOk: true, found: expect.stringContaining("httpfs") },
      { part: "root", isOk: true },
    ]);
    const none = own.open({ ...settingsAt(bucket.options.endpoint), extensions: own.folder }, credentialsOf("a", "b"));
    expect((await checkEngine(none)).slice(2)).toMatchObject([
      { part: "settings", isOk: false, found: expect.stringContaining(join(own.folder, "httpfs.duckdb_extension")) },
    ]);
    const wrong = own.open(settingsAt(bucket.options.endpoint), credentialsOf("nobody", "geheim-4711"));
    expect((await checkEngine(wrong)).slice(2)).toMatchObject([{ isOk: true }, { part: "root", isOk: false }]);
  });
});
