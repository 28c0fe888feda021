import { createReadStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { isMissing, s3Fault } from "./s3-fault";
import type { SnapshotFiles, StoredFolder } from "./snapshot-files";
import { isStoragePath, requireStoragePath } from "./storage-path";

export interface S3FilesOptions {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** Null: AWS. */
  readonly endpoint: string | null;
  /** By default the SDK's usual variables and files. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const PART_BYTES = 8_388_608;
/** S3 allows 10,000. */
const MAX_PARTS = 9_000;
const PARTS_AT_ONCE = 2;
const KEYS_AT_ONCE = 1000;

/** Keeps the files as objects of a bucket. A folder appears file by file, its manifest last. */
export async function createS3Files({ bucket, prefix, ...where }: S3FilesOptions): Promise<SnapshotFiles> {
  const client = await connectS3(where, {
    // Responses are checked against the manifest.
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
  });
  const objectAt = (path: string) => ({ Bucket: bucket, Key: prefix + requireStoragePath(path) });
  const below = (folder: string) => (folder === "" ? prefix : `${prefix}${requireStoragePath(folder)}/`);

  async function upload(local: string, path: string, signal: AbortSignal | undefined): Promise<void> {
    const { size } = await stat(local);
    const task = new Upload({
      client,
      params: { ...objectAt(path), Body: createReadStream(local), ChecksumAlgorithm: "SHA256" },
      partSize: Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS)),
      queueSize: PARTS_AT_ONCE,
    });
    const abort = () => void task.abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      signal?.throwIfAborted();
      await task.done();
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async function* objectsBelow(start: string) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: start }))
      for (const { Key = "", Size = 0, LastModified } of Contents) yield { key: Key, bytes: Size, at: LastModified };
  }
  /** Uploads that were not completed, for example because a process was killed. */
  async function* uploadsBelow(start: string) {
    let next: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | null = {};
    while (next !== null) {
      const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: start,
        ...next,
      });
      const page = await client.send(command);
      for (const { Key = "", UploadId, Initiated } of page.Uploads ?? [])
        yield { key: Key, upload: UploadId, at: Initiated };
      const { NextKeyMarker = "", NextUploadIdMarker = "" } = page;
      next = page.IsTruncated === true ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : null;
    }
  }

  return {
    kind: "s3",
    publish: (localFolder, folder, signal) =>
      orFault(async () => {
        requireStoragePath(folder);
        const files = await filesOf(localFolder);
        for (const file of files) await upload(join(localFolder, file), `${folder}/${file}`, signal);
        await rm(localFolder, { recursive: true, force: true });
      }),
    size: (path, signal) =>
      orFault(async () => {
        if (!isStoragePath(path)) return undefined;
        const options = signal === undefined ? {} : { abortSignal: signal };
        try {
          return (await client.send(new HeadObjectCommand(objectAt(path)), options)).ContentLength;
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    read: (path, first, last) =>
      readFrom(async (signal) => {
        const command = new GetObjectCommand({ ...objectAt(path), Range: `bytes=${first}-${last}` });
        const { Body } = await client.send(command, { abortSignal: signal });
        return Body as AsyncIterable<Uint8Array>; // a Node stream in Node
      }, last < first),
    remove: (folder) =>
      orFault(async () => {
        const start = `${prefix}${requireStoragePath(folder)}/`;
        for await (const { key, upload: id } of uploadsBelow(start))
          await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id }));
        const keys: { readonly Key: string }[] = [];
        for await (const { key } of objectsBelow(start)) keys.push({ Key: key });
        for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
          const Objects = keys.slice(at, at + KEYS_AT_ONCE);
          const { Errors = [] } = await client.send(
            new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
          );
          if (Errors.length > 0) throw Object.assign(new Error(Errors[0]?.Message), { name: Errors[0]?.Code });
        }
      }),
    folders: (parent) =>
      orFault(async () => {
        const start = below(parent);
        const found = new Map<string, { bytes: number; changedAt: bigint }>();
        const add = (key: string, bytes: number, at: Date | undefined) => {
          const [name = "", ...rest] = key.slice(start.length).split("/");
          if (rest.length === 0) return;
          const known = found.get(name) ?? { bytes: 0, changedAt: 0n };
          const changedAt = BigInt(at?.getTime() ?? 0) * 1000n;
          found.set(name, {
            bytes: known.bytes + bytes,
            changedAt: changedAt > known.changedAt ? changedAt : known.changedAt,
          });
        };
        for await (const { key, bytes, at } of objectsBelow(start)) add(key, bytes, at);
        for await (const { key, at } of uploadsBelow(start)) add(key, 0, at);
        return [...found]
          .map(([name, total]): StoredFolder => ({ folder: parent === "" ? name : `${parent}/${name}`, ...total }))
          .sort((left, right) => (left.folder < right.folder ? -1 : 1));
      }),
    signedUrl: (path, seconds, name) =>
      orFault(() => {
        const saved = name === undefined ? {} : { ResponseContentDisposition: `attachment; filename="${name}"` };
        return getSignedUrl(client, new GetObjectCommand({ ...objectAt(path), ...saved }), { expiresIn: seconds });
      }),
  };
}

/** Creates a client. Servers other than AWS often have no regions, but the SDK needs one to sign. */
export async function connectS3(
  { endpoint, credentials }: Pick<S3FilesOptions, "endpoint" | "credentials">,
  settings: S3ClientConfig,
): Promise<S3Client> {
  const options: S3ClientConfig = {
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
    ...settings,
  };
  const client = new S3Client(options);
  if (options.endpoint === undefined) return client;
  return client.config.region().then(
    () => client,
    () => new S3Client({ ...options, region: "us-east-1" }),
  );
}

/** Lists the files below a folder by their paths, the manifest last. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const isManifest = (path: string) => Number(path === "manifest.json");
  return paths.map((path) => relative(folder, path)).sort((left, right) => isManifest(left) - isManifest(right));
}

function readFrom(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
  isEmpty: boolean,
): ReadableStream<Uint8Array> {
  const stopped = new AbortController();
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (isEmpty) {
          controller.close();
          return;
        }
        await orFault(async () => {
          chunks ??= (await open(stopped.signal))[Symbol.asyncIterator]();
          const { done, value } = await chunks.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        });
      },
      async cancel() {
        stopped.abort();
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function orFault<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw s3Fault(error);
  }
}
