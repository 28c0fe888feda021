import { type ApiRequest, fileReply, type Reply, requestedPart, type ServedFile } from "../../http/index";
import type { Snapshot } from "../dataset-types";
import { readableDataset } from "../readable-dataset";
import { requireAcceptedTerms } from "./acceptances";
import type { Downloads } from "./downloads";
import { requestedSnapshot } from "./requested-snapshot";
import { fileOfSnapshot, storedFile } from "./stored-file";

const SIGNED_SECONDS = 3600;
/** Headers that S3 would compare with an entity tag of its own. */
const CONDITIONS = ["if-match", "if-none-match", "if-range"] as const;

/** A file of a snapshot that a request names. */
export interface NamedFile {
  /** For usage. */
  readonly operation: string;
  /** The dataset. */
  readonly name: string;
  readonly snapshot: string;
  readonly file: string;
}

/** Answers a request for a file of a snapshot. */
export async function datasetFile(
  downloads: Downloads,
  request: ApiRequest,
  { operation, name, snapshot: reference, file: fileName }: NamedFile,
): Promise<Reply> {
  const { reader, files, acceptances, onFault } = downloads;
  const dataset = await readableDataset(reader, request, name);
  await requireAcceptedTerms(acceptances, dataset, request.principal);
  const snapshot = await requestedSnapshot(reader, name, reference);
  const file = fileOfSnapshot(snapshot, fileName);
  if (reference !== snapshot.id) return redirectTo(fileAddress(name, snapshot.id, file.name));
  const isPublic = downloads.anonymous && dataset.definition.access === "public";
  const stored = await storedFile(files, file, {
    cacheControl: `${isPublic ? "public" : "private"}, max-age=31536000, immutable`,
    onFault: (error) => onFault?.(error, file.path),
    signal: request.gone,
  });
  return sendFile(downloads, request, operation, { stored, path: file.path, isData: file.isData, snapshot });
}

/** A file of a snapshot or of an export that is about to be sent. */
export interface SentFile {
  readonly stored: ServedFile;
  /** Within the storage. */
  readonly path: string;
  /** True if it counts as a download of the dataset. */
  readonly isData: boolean;
  readonly snapshot: Snapshot;
}

/** Sends the requested part of a file, or redirects to it, and counts it. */
export async function sendFile(
  downloads: Downloads,
  request: ApiRequest,
  operation: string,
  { stored, path, isData, snapshot }: SentFile,
): Promise<Reply> {
  const part = requestedPart(request, stored);
  const count = (bytes: number) => countSent(downloads, request, operation, { snapshot, bytes, isData });
  // The bytes of a whole file are checked while they are sent.
  if (part.status === 206) await downloads.unchanged?.require(path, stored, snapshot.createdAt);
  if (request.method === "GET" && part.status !== 304) {
    // The further parts of a download that was interrupted are no downloads of their own.
    if (isData && part.first === 0) downloads.counts.add(snapshot.dataset, snapshot.id, 1, 0);
    const url = await signedUrl(downloads, request, path, stored.name);
    if (url !== null) {
      count(part.last - part.first + 1);
      return redirectTo(url);
    }
  }
  return fileReply(stored, part, count);
}

/** Counts bytes that were sent, for the caller's quota and for the dataset. */
export function countSent(
  { counts, onSent }: Pick<Downloads, "counts" | "onSent">,
  { principal }: Pick<ApiRequest, "principal">,
  operation: string,
  { snapshot, bytes, isData }: { readonly snapshot: Snapshot; readonly bytes: number; readonly isData: boolean },
): void {
  if (principal !== null) onSent?.(principal, operation, bytes);
  if (isData) counts.add(snapshot.dataset, snapshot.id, 0, bytes);
}

/** The address of a file that never changes. */
export function fileAddress(dataset: string, snapshot: string, file: string): string {
  return `/api/datasets/${dataset}/snapshots/${snapshot}/files/${encodeURIComponent(file)}`;
}

/** A redirection that clients repeat next time. */
export function redirectTo(location: string): Reply {
  const headers = { location, "cache-control": "no-cache" };
  return { status: 302, contentType: "text/plain; charset=utf-8", body: null, headers };
}

async function signedUrl(
  { redirects, files }: Downloads,
  request: ApiRequest,
  path: string,
  name: string,
): Promise<string | null> {
  if (!redirects || CONDITIONS.some((header) => request.header(header) !== undefined)) return null;
  return files.signedUrl(path, SIGNED_SECONDS, name);
}
