import type { Database } from "../../database/index";
import { magnitudesAsOf, rowsAsOf } from "../replayed-rows";
import type { Replays } from "../replays";
import { postgresTexts } from "../result-texts";
import { createComputeFeatures } from "./computed-values";
import { createReplay } from "./replay";
import { writtenBefore } from "./written-before";

/** Computes rows over temporary spines. */
export function createReplays(database: Database): Replays {
  const replay = createReplay(database);
  const replayer = { replay, dialect: postgresTexts };
  return {
    rowsAsOf: (view, rows, options, storedRows) => rowsAsOf(replayer, view, rows, options, storedRows),
    magnitudesAsOf: (view, rows, options) => magnitudesAsOf(replayer, view, rows, options),
    writtenBefore: (view, rows, watermark, options) =>
      writtenBefore({ database, replayer }, view, rows, watermark, options),
    computeFeatures: createComputeFeatures(replay),
  };
}
