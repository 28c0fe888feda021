import { InvalidCallError } from "../errors";
import type { CallOptions } from "../transport";

/** The state of one file's download. */
export interface DownloadProgress {
  /** The name of the file, `train-00000-of-00001.parquet`. */
  readonly file: string;
  /** Includes what an earlier download had received. */
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

/** Options of everything that receives a file. */
export interface TransferOptions extends Omit<CallOptions, "deadlineMs" | "idempotencyKey"> {
  /** Number of ranges received at once. 4 by default. */
  readonly parallel?: number;
  /** Bytes of a range. 8 MiB by default. */
  readonly partBytes?: number;
  /**
   * Failures in a row, without a byte received, after which a range gives up. 5 by default; the same failures and pauses as
   * for every call.
   */
  readonly retries?: number;
  /** Called before the first byte, and with the number of bytes after each piece. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** The options of a transfer with their defaults. */
export interface CheckedTransfer
  extends Required<Pick<TransferOptions, "parallel" | "partBytes" | "retries" | "timeoutMs">> {
  readonly headers: NonNullable<TransferOptions["headers"]>;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: TransferOptions["onProgress"] | undefined;
}

type Numbers = Required<Pick<TransferOptions, "parallel" | "partBytes" | "retries">>;

const MAX_PARALLEL = 32;

/** Fills in and checks the numbers. Errors: `InvalidCallError`. */
export function transferNumbers({ parallel = 4, partBytes = 8 << 20, retries = 5 }: TransferOptions): Numbers {
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > MAX_PARALLEL)
    throw new InvalidCallError(`parallel must be a whole number from 1 to ${MAX_PARALLEL}, got ${parallel}`);
  if (!Number.isSafeInteger(partBytes) || partBytes < 1)
    throw new InvalidCallError(`partBytes must be a whole number from 1, got ${partBytes}`);
  if (!Number.isInteger(retries) || retries < 0)
    throw new InvalidCallError(`retries must be a whole number from 0, got ${retries}`);
  return { parallel, partBytes, retries };
}
