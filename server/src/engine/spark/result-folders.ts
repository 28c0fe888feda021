import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { type CallOptions, type Database, RegistryError } from "../../database/index";
import { EngineError } from "../engine-error";
import { runFolderName, runsFolderName, runTokenIn } from "../run-folder-names";
import type { Run } from "../view-fills";
import type { OpenSpark } from "./open-spark";

/** The folders of runs in the bucket of a Spark engine. */
export interface ResultFolders {
  /**
   * Returns the path of a run's folder, `s3://…`, and how to remove it. Errors: `engine_unavailable`, `engine_staging_unusable`.
   *
   * @throws RegistryError `run_already_loads` if it has files: another process has the same token
   */
  create(run: Run, options?: CallOptions): Promise<{ readonly path: string; remove(): Promise<void> }>;
  /** Removes the folders of runs whose tokens are not among the live ones; returns their paths. */
  sweep(liveTokens: () => Promise<readonly string[]>): Promise<readonly string[]>;
}

const KEYS_AT_ONCE = 1000;

export function createResultFolders(database: Database, engine: OpenSpark): ResultFolders {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(engine.results) ?? [];
  const root = async (options?: CallOptions): Promise<string> =>
    `${prefix === "" ? "" : `${prefix}/`}${await runsFolderName(database, options)}/`;

  async function* keysBelow(client: S3Client, below: string): AsyncGenerator<string> {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: below }))
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }

  async function removeBelow(client: S3Client, below: string): Promise<void> {
    let keys: string[] = [];
    const remove = async () => {
      if (keys.length === 0) return;
      const Objects = keys.map((Key) => ({ Key }));
      await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
      keys = [];
    };
    for await (const key of keysBelow(client, below)) {
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
    async create(run, options) {
      const folder = `${await root(options)}${runFolderName(run)}/`;
      const isUsed = await inBucket(async (client) => (await keysBelow(client, folder).next()).done !== true);
      if (isUsed) throw new RegistryError("run_already_loads", { runId: run.runId });
      return {
        path: `s3://${bucket}/${folder.slice(0, -1)}`,
        remove: () => inBucket((client) => removeBelow(client, folder)),
      };
    },

    async sweep(liveTokens) {
      const below = await root();
      const folders = new Map<string, string>();
      await inBucket(async (client) => {
        for await (const key of keysBelow(client, below)) {
          const name = key.slice(below.length).split("/", 1)[0] ?? "";
          const token = runTokenIn(name);
          if (token !== undefined) folders.set(name, token);
        }
      });
      if (folders.size === 0) return [];
      const live = new Set(await liveTokens());
      const ended = [...folders].flatMap(([name, token]) => (live.has(token) ? [] : [`${below}${name}/`]));
      await inBucket(async (client) => {
        for (const folder of ended) await removeBelow(client, folder);
      });
      return ended.map((folder) => `s3://${bucket}/${folder}`);
    },
  };
}
