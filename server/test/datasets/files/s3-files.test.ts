import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { createS3Files } from "../../../src/datasets/files/s3-files";
import { s3Part } from "../../../src/datasets/files/s3-part";
import type { SnapshotFiles } from "../../../src/datasets/files/snapshot-files";
import { sampleBytes, sha256 } from "../support/sample-snapshot";
import { createTestBucket } from "../support/storages";

const url = process.env.TEST_S3_URL;

async function folderWith(content: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-publish-"));
  await writeFile(join(folder, "a.csv"), content);
  return folder;
}

describe.skipIf(url === undefined)("S3", () => {
  const large = sampleBytes(20_000_000);
  let bucket: Awaited<ReturnType<typeof createTestBucket>>;
  let files: SnapshotFiles;
  beforeAll(async () => {
    bucket = await createTestBucket(url ?? "");
    files = await createS3Files(bucket.options);
  });
  const uploads = async () => {
    const page = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.options.bucket }));
    return page.Uploads ?? [];
  };

  test("uploads large files in parts with SHA-256 checksums", async () => {
    await files.publish(await folderWith(large), "songs/large");
    const at = { Bucket: bucket.options.bucket, Key: `${bucket.options.prefix}songs/large/a.csv` };
    const head = await bucket.client.send(new HeadObjectCommand({ ...at, ChecksumMode: "ENABLED" }));
    expect([head.ContentLength, head.ChecksumSHA256]).toEqual([20_000_000, expect.stringMatching(/-3$/)]);
    const read = await new Response(files.read("songs/large/a.csv", 0, 19_999_999)).arrayBuffer();
    expect(sha256(Buffer.from(read))).toBe(sha256(large));
    expect(await uploads()).toEqual([]);
  });

  test("a publication that is cancelled leaves no upload", async () => {
    const leaving = new AbortController();
    const publishing = files.publish(await folderWith(large), "songs/cancelled", leaving.signal);
    await expect.poll(async () => (await uploads()).length).toBe(1);
    leaving.abort();
    await expect(publishing).rejects.toThrow();
    await expect.poll(uploads).toEqual([]);
    expect(await files.size("songs/cancelled/a.csv")).toBeUndefined();
  });

  test("an upload that a dead process left is listed, and removed with its folder", async () => {
    const at = { Bucket: bucket.options.bucket, Key: `${bucket.options.prefix}songs/dead/a.csv` };
    const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand(at));
    await bucket.client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: Buffer.from("abc") }));
    expect((await files.folders("songs")).map(({ folder }) => folder)).toContain("songs/dead");
    await files.remove("songs/dead");
    expect((await files.folders("songs")).map(({ folder }) => folder)).not.toContain("songs/dead");
    expect(await uploads()).toEqual([]);
  });

  test("a signed URL serves the file and its ranges to anybody, and nothing else", async () => {
    await files.publish(await folderWith(Buffer.from("abcdef")), "songs/signed");
    const signed = (await files.signedUrl("songs/signed/a.csv", 60, "a.csv")) ?? "";
    const whole = await fetch(signed);
    expect([whole.status, await whole.text()]).toEqual([200, "abcdef"]);
    expect(whole.headers.get("content-disposition")).toBe('attachment; filename="a.csv"');
    const part = await fetch(signed, { headers: { range: "bytes=2-3" } });
    expect([part.status, await part.text()]).toEqual([206, "cd"]);
    expect((await fetch(signed.replace("a.csv", "b.csv"))).status).toBe(403);
    expect((await fetch(signed.split("?")[0] ?? "")).status).toBe(403);
  });

  test("a bucket that does not exist, and a server that does not answer, are storage_unavailable", async () => {
    const nothing = await createS3Files({ ...bucket.options, bucket: "test-none" });
    const silent = await createS3Files({ ...bucket.options, endpoint: "http://127.0.0.1:1" });
    for (const storage of [nothing, silent]) {
      const unavailable = { code: "storage_unavailable", headers: { "retry-after": "5" } };
      await expect(storage.folders("songs")).rejects.toMatchObject(unavailable);
      await expect(storage.publish(await folderWith(large), "songs/none")).rejects.toMatchObject(unavailable);
      await expect(new Response(storage.read("songs/none/a.csv", 0, 1)).text()).rejects.toMatchObject(unavailable);
    }
    await expect(silent.size("songs/none/a.csv")).rejects.toMatchObject({ code: "storage_unavailable" });
  });

  test("is an outside part that says why it cannot be used", async () => {
    const check = (changes: object) => s3Part({ ...bucket.options, ...changes }).check();
    const { accessKeyId } = bucket.options.credentials;
    expect(await check({})).toBeUndefined();
    expect(await check({ bucket: "not-there" })).toEqual({ code: "not_found", cause: "NoSuchBucket" });
    expect(await check({ credentials: { accessKeyId, secretAccessKey: "wrong" } })).toMatchObject({
      code: "login_failed",
      cause: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
    });
    expect(await check({ endpoint: "http://127.0.0.1:1" })).toEqual({ code: "unreachable", cause: "ECONNREFUSED" });
  });
});
