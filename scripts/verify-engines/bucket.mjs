import { createReadStream, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { root } from "../toolchain.mjs";

const s3 = createRequire(join(root, "server/package.json"))("@aws-sdk/client-s3");

/** Creates a bucket on the S3 server at `url`, which has the access key and the secret key. */
export async function createBucket(url, name) {
  const { username, password, origin } = new URL(url);
  const credentials = { accessKeyId: username, secretAccessKey: password };
  const client = new s3.S3Client({
    endpoint: origin,
    region: "us-east-1",
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  await client.send(new s3.CreateBucketCommand({ Bucket: name }));
  return {
    endpoint: origin,
    environment: { AWS_ACCESS_KEY_ID: username, AWS_SECRET_ACCESS_KEY: password },
    /** Copies the files below a folder: `put("/tmp/lake", "lake/")`. */
    async put(folder, prefix) {
      for (const path of readdirSync(folder, { recursive: true })) {
        const file = join(folder, path);
        if (!statSync(file).isFile()) continue;
        const Key = `${prefix}${relative(folder, file).split(sep).join("/")}`;
        await client.send(
          new s3.PutObjectCommand({
            ...{ Bucket: name, Key, Body: createReadStream(file), ContentLength: statSync(file).size },
          }),
        );
      }
    },
    async remove() {
      for await (const { Contents = [] } of s3.paginateListObjectsV2({ client }, { Bucket: name }))
        for (const { Key } of Contents) await client.send(new s3.DeleteObjectCommand({ Bucket: name, Key }));
      await client.send(new s3.DeleteBucketCommand({ Bucket: name }));
      client.destroy();
    },
  };
}
