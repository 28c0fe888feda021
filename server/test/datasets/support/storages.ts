import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createLocalFiles } from "../../../src/datasets/files/local-files";
import { createS3Files } from "../../../src/datasets/files/s3-files";
import type { SnapshotFiles } from "../../../src/datasets/files/snapshot-files";

export interface OpenStorage {
  readonly files: SnapshotFiles;
  /** Overwrites or, with null, deletes a stored file behind the storage's back. */
  tamper(path: string, content: Uint8Array | null): Promise<void>;
  close(): Promise<void>;
}

export interface TestStorage {
  readonly name: string;
  readonly skip: boolean;
  open(): Promise<OpenStorage>;
}

/** Every storage on which tests run. */
export function testStorages(): readonly TestStorage[] {
  const url = process.env.TEST_S3_URL;
  if (url === undefined && process.env.REQUIRE_SERVICES === "1")
    throw new Error("TEST_S3_URL is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
  return [
    { name: "a local folder", skip: false, open: openLocal },
    { name: "an S3 bucket", skip: url === undefined, open: () => openS3(url ?? "") },
  ];
}

/** Opens a bucket of its own; `url` has the access key and the secret key. */
export async function createTestBucket(url: string) {
  const { username, password, origin } = new URL(url);
  const credentials = { accessKeyId: username, secretAccessKey: password };
  const client = new S3Client({ endpoint: origin, region: "us-east-1", forcePathStyle: true, credentials });
  const bucket = `test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { client, options: { bucket, prefix: "some/prefix/", endpoint: origin, credentials } };
}

async function openS3(url: string): Promise<OpenStorage> {
  const { client, options } = await createTestBucket(url);
  const files = await createS3Files(options);
  return {
    files,
    async tamper(path, content) {
      const at = { Bucket: options.bucket, Key: `${options.prefix}${path}` };
      await (content === null
        ? client.send(new DeleteObjectCommand(at))
        : client.send(new PutObjectCommand({ ...at, Body: content })));
    },
    async close() {
      for (const { folder } of await files.folders("")) await files.remove(folder);
      await client.send(new DeleteBucketCommand({ Bucket: options.bucket }));
    },
  };
}

async function openLocal(): Promise<OpenStorage> {
  const root = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
  return {
    files: createLocalFiles(root),
    async tamper(path, content) {
      if (content === null) await rm(join(root, path));
      else await writeFile(join(root, path), content);
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}
