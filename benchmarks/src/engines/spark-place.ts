import { randomUUID } from "node:crypto";
import { createReadStream, readdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Options } from "../options";

/** A bucket of a run that a Spark cluster reads and writes. */
export interface SparkPlace {
  /** Those of the engine "cluster". */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The folder of the lake's files, which definitions name `s3://lake`. */
  readonly root: string;
  /** The variables with the credentials of the bucket. */
  readonly environment: Readonly<Record<string, string>>;
  /** Copies the Parquet files of the folder `plays` below this one into the bucket. */
  upload(folder: string): Promise<void>;
  remove(): Promise<void>;
}

/** Creates a bucket for a cluster's files; null if the services are not there. */
export async function openSparkPlace({ spark, s3, extensions }: Options): Promise<SparkPlace | null> {
  if (spark === null || s3 === null || extensions === null) return null;
  const { username, password, origin } = new URL(s3);
  const credentials = { accessKeyId: username, secretAccessKey: password };
  const client = new S3Client({ endpoint: origin, region: "us-east-1", forcePathStyle: true, credentials });
  const Bucket = `benchmark-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  const root = `s3://${Bucket}/lake`;
  return {
    root,
    settings: {
      ...{ kind: "spark", url: spark, staging: `s3://${Bucket}/results`, roots: [root] },
      ...{ extensions, s3_endpoint: origin },
    },
    environment: { AWS_ACCESS_KEY_ID: username, AWS_SECRET_ACCESS_KEY: password },
    async upload(folder) {
      for (const name of readdirSync(join(folder, "plays"))) {
        const path = join(folder, "plays", name);
        const { size: ContentLength } = await stat(path);
        const Body = createReadStream(path);
        await client.send(new PutObjectCommand({ Bucket, Key: `lake/plays/${name}`, Body, ContentLength }));
      }
    },
    async remove() {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
        for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket, Key }));
      await client.send(new DeleteBucketCommand({ Bucket }));
      client.destroy();
    },
  };
}
