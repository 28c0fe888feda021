import type { Platform } from "../../platform/index";
import type { Serving } from "../module";
import { createReadBack, type ReadBack } from "./read-back";

/** The most time that a run waits for the online store of its server, milliseconds. */
const MAX_WAIT_MS = 30_000;

/** Reads rows back through the server's own online store, after it has loaded the generation. */
export function createServerReadBack(
  { config, database, logger }: Pick<Platform, "config" | "database" | "logger">,
  { registry, onlineStore }: Pick<Serving, "registry" | "onlineStore">,
): ReadBack {
  const { kind } = config.onlineStore;
  return createReadBack(database, {
    onlineStore,
    async loads({ view, served }, signal) {
      if (kind === "postgres" || served === null) return true;
      const limit = AbortSignal.any([AbortSignal.timeout(MAX_WAIT_MS), ...(signal === undefined ? [] : [signal])]);
      await Promise.race([registry.refresh(), aborted(limit)]);
      const follows = registry.revision() !== null;
      const current = follows
        ? registry.current().snapshot.featureViews.get(view.name)?.versions.get(view.version)
        : undefined;
      // Memory never loads rows that do not fit; Redis lacks rows only for a while.
      const isLoaded =
        (current?.served?.generation ?? 0) >= served.generation &&
        (kind === "memory" || onlineStore.holds?.(served.table) === true);
      if (!isLoaded)
        logger.warn(
          { view: view.name, version: view.version, table: served.table },
          "the online store has not loaded the generation: rows are read back from PostgreSQL",
        );
      return isLoaded;
    },
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
