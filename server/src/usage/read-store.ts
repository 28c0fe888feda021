import type { CallOptions, Database } from "../database/index";

/** A key that recently read a view version. */
export interface KeyReader {
  readonly keyId: string;
  readonly view: string;
  readonly version: number;
  readonly keyName: string;
  /** The day in UTC, `2026-01-31`. */
  readonly lastReadOn: string;
}

/** Tells which API keys read which view versions. */
export interface ReadStore {
  /** Lists the readers of the last 30 days, newest first, without revoked keys. */
  readers(options?: CallOptions): Promise<readonly KeyReader[]>;
}

const SHORT_MS = 15_000;

const READERS = `
select r.key_id, k.name as key_name, r.view, r.version, r.last_read_on::text as last_read_on
from featstore.view_reads as r
join featstore.api_keys as k on k.id = r.key_id
where k.revoked_at is null and r.last_read_on >= (clock_timestamp() at time zone 'UTC')::date - 30
order by r.last_read_on desc, k.name, r.key_id, r.view, r.version`;

interface ReaderRow {
  readonly key_id: string;
  readonly key_name: string;
  readonly view: string;
  readonly version: number;
  readonly last_read_on: string;
}

/** Reads `featstore.view_reads`, which every flush of usage updates. */
export function createReadStore(database: Database): ReadStore {
  return {
    async readers(options) {
      const rows = await database.query<ReaderRow>({ text: READERS }, { deadlineMs: SHORT_MS, ...options });
      return rows.map((row) => ({
        keyId: row.key_id,
        keyName: row.key_name,
        view: row.view,
        version: row.version,
        lastReadOn: row.last_read_on,
      }));
    },
  };
}
