import {
  compileChangedEntities,
  entityKeysQuery,
  MAX_KEY_BYTES,
  postgresDialect,
} from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../../database/index";
import { hasOwnQuery, keyColumns } from "../applied-view";
import { callFunction, HOUR_MS } from "../call-function";
import type { ChunkProgress, FilledTable, Run, ViewFills } from "../view-fills";
import { createFindChanges } from "./find-changes";

/**
 * Fills the tables of runs with the functions of the migrations. The rows never leave the database: it creates a table from the
 * view's query, which it reads from the registry by the run's number.
 */
export function createViewFills(database: Database): ViewFills {
  // Each of these functions checks the run's lease first, and returns JSON.
  async function step<Result>(
    run: Run,
    call: string,
    parameters: readonly string[],
    options: CallOptions | undefined,
  ): Promise<Result> {
    const text = `(featstore.${call})::text`;
    const held = [run.runId, run.token, ...parameters];
    return JSON.parse(await callFunction<string>(database, text, held, { deadlineMs: HOUR_MS, ...options })) as Result; // the function's documented result
  }

  return {
    fill: (run, _view, options) =>
      step<FilledTable>(
        run,
        "fill($1::text::bigint, $2::text::bigint, $3::text::integer)",
        [String(MAX_KEY_BYTES)],
        options,
      ),

    findChanges: createFindChanges(database),

    planChunks(applied) {
      if (!hasOwnQuery(applied, "postgres")) return null;
      const { view } = applied;
      const { text, parameters } = compileChangedEntities(postgresDialect, view);
      return {
        keysColumns: keyColumns(view),
        keysText: entityKeysQuery(postgresDialect, view),
        sql: text,
        parameters,
      };
    },

    beginChunks(run, plan, chunkEntities, options) {
      const call = "begin_chunks($1::text::bigint, $2::text::bigint, $3::text::jsonb)";
      return step<number>(run, call, [JSON.stringify({ ...plan, chunkEntities })], options);
    },

    fillChunk: (run, options) =>
      step<ChunkProgress>(run, "fill_chunk($1::text::bigint, $2::text::bigint)", [], options),

    sweepStaging: async () => [],

    endChunks(run, options) {
      const call = "end_chunks($1::text::bigint, $2::text::bigint, $3::text::integer)";
      return step<FilledTable>(run, call, [String(MAX_KEY_BYTES)], options);
    },
  };
}
