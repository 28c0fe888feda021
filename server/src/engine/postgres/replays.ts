import type { Database } from "../../database/index";
import type { Replays } from "../replays";
import { createComputeFeatures } from "./computed-values";
import { createReplay } from "./replay";
import { magnitudesAsOf, rowsAsOf } from "./replayed-rows";
import { writtenBefore } from "./written-before";

/** Computes rows over temporary spines. */
export function createReplays(database: Database): Replays {
  const replay = createReplay(database);
  return {
    rowsAsOf: (view, rows, options, storedRows) => rowsAsOf(replay, view, rows, options, storedRows),
    magnitudesAsOf: (view, rows, options) => magnitudesAsOf(replay, view, rows, options),
    writtenBefore: (view, rows, watermark, options) =>
      writtenBefore({ database, replay }, view, rows, watermark, options),
    computeFeatures: createComputeFeatures(replay),
  };
}
