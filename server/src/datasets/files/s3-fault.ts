import { FeatstoreError } from "../../core/index";
import { RETRY_LATER, storageFault } from "./storage-fault";

const FULL: ReadonlySet<string> = new Set(["QuotaExceeded", "StorageFull", "InsufficientStorage"]);

interface S3Error {
  readonly name: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const detailsOf = (error: unknown): S3Error => (error instanceof Error ? (error as S3Error) : { name: "" });

/** Returns whether the bucket has no such object. */
export function isMissing(error: unknown): boolean {
  const { name, $metadata } = detailsOf(error);
  return name === "NotFound" || name === "NoSuchKey" || (name === "" && $metadata?.httpStatusCode === 404);
}

/** Converts an error of the S3 client: `storage_full` or `storage_unavailable`. */
export function s3Fault(error: unknown): unknown {
  const { name, $metadata } = detailsOf(error);
  if (error instanceof FeatstoreError || error instanceof TypeError || name === "AbortError") return error;
  if (FULL.has(name) || $metadata?.httpStatusCode === 507)
    return new FeatstoreError("storage_full", "The bucket of datasets has no room left.", { cause: error });
  // A fault of the local file system has a code of its own.
  if ($metadata === undefined && error instanceof Error && "syscall" in error && "path" in error)
    return storageFault(error);
  const detail = `The bucket of datasets does not respond as expected (${name || "unknown"}).`;
  return new FeatstoreError("storage_unavailable", detail, { cause: error, headers: RETRY_LATER });
}
