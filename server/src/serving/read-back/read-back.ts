import type { Database } from "../../database/index";
import { type RegisteredView, readServedGeneration } from "../../registry/index";
import type { OnlineStore } from "../online-store/online-store";
import { compareRows, type ServedDifferences } from "./compare-rows";

export interface ReadBackReport extends ServedDifferences {
  /** True if the rows were read as servers read them; false if only the statements of PostgreSQL were compared. */
  readonly throughStore: boolean;
  /** Milliseconds, without the wait for the store. */
  readonly durationMs: number;
}

/**
 * Reads rows of a view's generation back after its publication, and compares them with the table. Null if another generation is
 * served by now. After the signal it waits for nothing. Errors: `DatabaseError`, `FeatstoreError`.
 */
export type ReadBack = (
  registered: RegisteredView,
  generation: number,
  signal?: AbortSignal,
) => Promise<ReadBackReport | null>;

/** The store of a process that publishes. */
export interface ReadBackStore {
  readonly onlineStore: OnlineStore;
  /** Waits until the store has loaded the generation. Resolves to whether requests are served in the way that is compared. */
  loads(registered: RegisteredView, signal: AbortSignal | undefined): Promise<boolean>;
}

export function createReadBack(database: Database, { onlineStore, loads }: ReadBackStore): ReadBack {
  return async (registered, generation, signal) => {
    const { name, version } = registered.view;
    const served = async (): Promise<RegisteredView | null> => {
      const found = await readServedGeneration(database, name, version);
      return found?.served?.generation === generation ? { ...registered, ...found } : null;
    };
    const begun = performance.now();
    const published = await served();
    if (published === null) return null;
    const waiting = performance.now();
    const throughStore = await loads(published, signal);
    const waitedMs = performance.now() - waiting;
    try {
      const differences = await compareRows(database, published, { store: onlineStore });
      // A generation that was replaced meanwhile may be gone.
      if (differences.features.length > 0 && (await served()) === null) return null;
      return { ...differences, throughStore, durationMs: performance.now() - begun - waitedMs };
    } catch (error) {
      if ((await served()) === null) return null;
      throw error;
    }
  };
}
