import type { CallOptions } from "../database/index";

/** A key that read a view version. */
export interface ViewRead {
  readonly keyId: string;
  readonly view: string;
  readonly version: number;
}

/** A key that recently read a view version. */
export interface KeyReader extends ViewRead {
  readonly keyName: string;
  /** The day in UTC, `2026-01-31`. */
  readonly lastReadOn: string;
}

/** Records which API keys read which view versions on which day. */
export interface ReadStore {
  /** Records today's reads in one statement; reads of deleted keys and versions are skipped. */
  note(reads: readonly ViewRead[], options?: CallOptions): Promise<void>;
  /** Lists the readers of the last 30 days, newest first, without revoked keys. */
  readers(options?: CallOptions): Promise<readonly KeyReader[]>;
}
