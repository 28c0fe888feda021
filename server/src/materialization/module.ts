import { isSurelyDead } from "../database/index";
import type { ViewFills } from "../engine/index";
import type { Platform } from "../platform/index";
import type { ServedRegistry } from "../registry/index";
import { startJanitor } from "./janitor";
import { createRunLog } from "./run-log";
import { createRunReader, type RunReader } from "./runs/run-reader";
import { createRunStore } from "./runs/run-store";

/** Creates the reader of runs, and removes what dead runs left behind. */
export function createMaterialization(
  { database, logger, materializes, onClose }: Platform,
  { engine, registry }: { readonly engine: Pick<ViewFills, "sweepStaging">; readonly registry: ServedRegistry },
): RunReader {
  if (materializes)
    onClose(
      startJanitor(
        { offline: createRunLog(database), engine, isDead: isSurelyDead },
        {
          onSwept: (report) => {
            const { droppedTables, abandonedRuns, givenUp = [], removedFolders = [] } = report;
            if (droppedTables.length + abandonedRuns.length + givenUp.length + removedFolders.length > 0)
              logger.info(report, "swept");
          },
          onError: (error) => logger.warn({ err: error }, "leftovers of dead runs could not be removed"),
        },
      ),
    );
  return createRunReader(registry, createRunStore(database));
}
