import { type ComparisonRow, duckdbDialect } from "@featstore/definitions/compiler";
import { compareVersions } from "../compare-versions";
import type { ViewPlans } from "../view-plans";
import { type OpenEngine, withDuckdb } from "./process/index";

const COMPARE_MS = 1_800_000;

/** Compares two versions of a view of the engine: see `ViewPlans.compare`. */
export function createCompare(engine: OpenEngine): ViewPlans["compare"] {
  return (before, changed, sample, options) =>
    withDuckdb(engine, { deadlineMs: COMPARE_MS, ...options }, (duckdb) =>
      compareVersions(
        {
          dialect: duckdbDialect,
          async now() {
            const [row] = await duckdb.rows<{ now: string }>("select epoch_us(now()) as now");
            return BigInt(row?.now ?? 0);
          },
          rows: ({ text, parameters = [] }) => duckdb.rows<ComparisonRow>(text, { parameters }),
        },
        before,
        changed,
        sample,
      ),
    );
}
