import { FeatstoreError, fullDisk } from "../../core/index";

/** The code of a fault of the file system; empty if it has none. */
export function faultCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The storage is another service, which takes a while to come back. */
export const RETRY_LATER = { "retry-after": "5" };

/** Converts a fault of the file system: `storage_full` or `storage_unavailable`. The detail names no path. */
export function storageFault(error: unknown): unknown {
  const code = faultCode(error);
  if (error instanceof FeatstoreError || code === "" || (error as Error).name === "AbortError") return error;
  return fullDisk(error) !== undefined
    ? new FeatstoreError("storage_full", "There is no room left in the folder of datasets.", { cause: error })
    : new FeatstoreError("storage_unavailable", `The folder of datasets fails with ${code}.`, {
        cause: error,
        headers: RETRY_LATER,
      });
}
