import { S3Client } from "@aws-sdk/client-s3";
import type { EngineSettings } from "../../../core/index";
import { EngineError } from "../../engine-error";

export interface S3Credentials {
  readonly keyId: string;
  readonly secret: string;
  readonly sessionToken: string | null;
  readonly region: string;
}

/** Reads the credentials and the region as datasets do: from the usual variables and files of the AWS SDK. */
export async function s3Credentials(
  engine: string,
  { endpoint, region }: EngineSettings["s3"],
): Promise<S3Credentials> {
  const client = new S3Client(region === null ? {} : { region });
  try {
    const found = await client.config.credentials();
    return {
      keyId: found.accessKeyId,
      secret: found.secretAccessKey,
      sessionToken: found.sessionToken ?? null,
      // An S3 server other than AWS takes any region.
      region: region ?? (await client.config.region().catch(() => (endpoint === null ? "" : "us-east-1"))),
    };
  } catch (error) {
    throw new EngineError(
      "engine_unavailable",
      `There are no S3 credentials for engine "${engine}": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another source of the AWS SDK.`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
