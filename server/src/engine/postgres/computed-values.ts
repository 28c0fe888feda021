import { compileComputedRows } from "@featstore/definitions/compiler";
import type { Replay } from "../replayed-rows";
import type { Replays } from "../replays";

/** Computes features of a service by SQL: see `Replays.computeFeatures`. */
export function createComputeFeatures(replay: Replay): Replays["computeFeatures"] {
  return async (computed, columns, rows, options) => {
    if (rows.length === 0) return [];
    const values = rows.map((row) => row.values);
    const spine = rows.map(({ asOf }, index) => ({ tenant: "", key: [String(index)], asOf }));
    const found = await replay(
      [{ name: "answer", databaseType: "bigint" }],
      spine,
      (table) => compileComputedRows({ computed, columns, values, spine: { schema: "featstore", table } }),
      options,
    );
    return found.map((row) => new Map(computed.map(({ name }, index) => [name, String(row[`v${index}`])])));
  };
}
