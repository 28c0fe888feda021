import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { connectionFault, type OutsideFault } from "../../core/index";
import { connectS3, type S3FilesOptions } from "./s3-files";

const TIMEOUT_MS = 2000;

/** Lists one object, as the server does. Returns undefined if the bucket can be used. */
export async function checkBucket({ bucket, prefix, ...where }: S3FilesOptions): Promise<OutsideFault | undefined> {
  const client = await connectS3(where, {
    maxAttempts: 1,
    requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  });
  try {
    await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
    return undefined;
  } catch (error) {
    return bucketFault(error);
  } finally {
    client.destroy();
  }
}

const LOGIN =
  /^(InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|Forbidden|ExpiredToken|InvalidToken|Credentials\w+)$/;
const NAME = /^[A-Z]\w*$/;

function bucketFault(error: unknown): OutsideFault {
  const { name, $metadata } = error as { readonly name?: string; readonly $metadata?: { httpStatusCode?: number } };
  const cause = name !== undefined && NAME.test(name) ? name : "unknown";
  if (LOGIN.test(cause)) return { code: "login_failed", cause };
  if (cause === "NoSuchBucket") return { code: "not_found", cause };
  // A response has a status; without one nothing answered.
  return $metadata?.httpStatusCode === undefined ? connectionFault(error) : { code: "refused", cause };
}
