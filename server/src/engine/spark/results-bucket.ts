import { DeleteObjectsCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { EngineError } from "../engine-error";
import type { OpenSpark } from "./open-spark";

/**
 * The bucket in which a Spark engine puts results. Keys are below `OpenSpark.results`, and those of folders end with a slash.
 * Errors: `engine_unavailable`, `engine_staging_unusable`.
 */
export interface ResultsBucket {
  /** The path of a key, `s3://…`. */
  pathOf(key: string): string;
  /** Returns whether an object's key begins with this. */
  has(begin: string): Promise<boolean>;
  /** Creates an empty object. */
  mark(key: string): Promise<void>;
  /** The names of the folders in a folder. */
  namesIn(folder: string): Promise<readonly string[]>;
  /** Removes folders with all that is in them. */
  remove(folders: readonly string[]): Promise<void>;
}

const KEYS_AT_ONCE = 1000;

export function openResultsBucket(engine: OpenSpark): ResultsBucket {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(engine.results) ?? [];
  const keyOf = (key: string) => (prefix === "" ? key : `${prefix}/${key}`);

  async function* keysBelow(client: S3Client, begin: string): AsyncGenerator<string> {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: keyOf(begin) }))
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }

  async function removeBelow(client: S3Client, folder: string): Promise<void> {
    let keys: string[] = [];
    const remove = async () => {
      if (keys.length === 0) return;
      const Objects = keys.map((Key) => ({ Key }));
      await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
      keys = [];
    };
    for await (const key of keysBelow(client, folder)) {
      keys.push(key);
      if (keys.length === KEYS_AT_ONCE) await remove();
    }
    await remove();
  }

  /** Runs a step with a client of the bucket, which has the engine's credentials. */
  async function inBucket<Result>(step: (client: S3Client) => Promise<Result>): Promise<Result> {
    const { endpoint } = engine.settings.s3;
    const { keyId, secret, sessionToken, region } = await engine.files.credentials();
    const client = new S3Client({
      ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
      region,
      credentials: {
        accessKeyId: keyId,
        secretAccessKey: secret,
        ...(sessionToken === null ? {} : { sessionToken }),
      },
    });
    try {
      return await step(client);
    } catch (error) {
      const cause = error instanceof Error && /^[A-Z]\w*$/.test(error.name) ? error.name : "unknown";
      throw new EngineError(
        "engine_staging_unusable",
        `The bucket in which engine "${engine.name}" puts results cannot be used (${cause}): check engines.${engine.name}.staging, the credentials, and their right to list, write and delete there.`,
        { cause: error },
      );
    } finally {
      client.destroy();
    }
  }

  return {
    pathOf: (key) => `s3://${bucket}/${keyOf(key)}`,
    has: (begin) => inBucket(async (client) => (await keysBelow(client, begin).next()).done !== true),
    mark: (key) =>
      inBucket(async (client) => {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(key), Body: "" }));
      }),
    namesIn: (folder) =>
      inBucket(async (client) => {
        const names = new Set<string>();
        for await (const key of keysBelow(client, folder)) {
          const [name, ...rest] = key.slice(keyOf(folder).length).split("/");
          if (name !== undefined && rest.length > 0) names.add(name);
        }
        return [...names];
      }),
    remove: (folders) =>
      inBucket(async (client) => {
        for (const folder of folders) await removeBelow(client, folder);
      }),
  };
}
