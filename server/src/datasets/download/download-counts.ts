import { writeInBackground } from "../../core/index";
import type { DatasetDownload, DatasetStore } from "../dataset-store";

/** Counts downloads of data files, and stores the counts in the background. */
export interface DownloadCounts {
  /** Counts a download that begins, or with 0 the bytes of one that goes on. */
  add(dataset: string, snapshot: string, downloads: number, bytes: number): void;
  /** Stores what was counted. Resolves even if that failed. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface DownloadCountsOptions {
  readonly store: Pick<DatasetStore, "countDownloads">;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
}

const FLUSH_MS = 5_000;

export function createDownloadCounts({ store, clock, onFault }: DownloadCountsOptions): DownloadCounts {
  let pending = new Map<string, DatasetDownload>();
  const add: DownloadCounts["add"] = (dataset, snapshot, downloads, bytes) => {
    const day = new Date(clock() / 1000).toISOString().slice(0, 10);
    const key = `${snapshot} ${day}`;
    const known = pending.get(key);
    pending.set(key, {
      ...{ dataset, snapshot, day },
      downloads: (known?.downloads ?? 0) + downloads,
      bytes: (known?.bytes ?? 0) + bytes,
    });
  };
  const background = writeInBackground(async () => {
    const counts = [...pending.values()];
    if (counts.length === 0) return;
    pending = new Map();
    try {
      await store.countDownloads(counts);
    } catch (error) {
      for (const { dataset, snapshot, downloads, bytes } of counts) add(dataset, snapshot, downloads, bytes);
      onFault(error);
    }
  }, FLUSH_MS);
  return { add, ...background };
}
