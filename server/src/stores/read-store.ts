import type { CallOptions } from "../database/database";

/** A key that read a view version. */
export interface ViewRead {
  readonly keyId: string;
  readonly view: string;
  readonly version: number;
}

/** A key that read a view version lately. */
export interface KeyReader extends ViewRead {
  readonly keyName: string;
  /** The day in UTC, `2026-01-31`. */
  readonly lastReadOn: string;
}

/** Which API keys read which view versions, by the day. */
export interface ReadStore {
  /** Notes reads of today, in one statement; those of keys and versions that are gone are left out. */
  note(reads: readonly ViewRead[], options?: CallOptions): Promise<void>;
  /** Who read what within 30 days, the newest first. Revoked keys are left out. */
  readers(options?: CallOptions): Promise<readonly KeyReader[]>;
}
