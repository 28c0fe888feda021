import { type ComparisonRow, instantText, postgresDialect } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, DatabaseError } from "../../database/index";
import { viewQuery } from "../applied-view";
import { compareVersions } from "../compare-versions";
import type { Estimate, ViewPlans } from "../view-plans";

const SHORT_MS = 30_000;
const COMPARE_MS = 1_800_000;

/** Asks the planner, and computes samples, with read-only statements. */
export function createViewPlans(database: Database): ViewPlans {
  async function now(options: CallOptions): Promise<bigint> {
    const [row] = await database.query<{ now: string }>(
      { text: "select (extract(epoch from clock_timestamp()) * 1000000)::bigint::text as now" },
      options,
    );
    return BigInt(row?.now ?? 0);
  }

  return {
    async estimate(view, callOptions) {
      const { text, parameters } = viewQuery(view);
      const options = { deadlineMs: SHORT_MS, ...callOptions };
      try {
        const [row] = await database.query<{ "QUERY PLAN": string }>(
          { text: `explain (format json) ${text}`, parameters: [instantText(await now(options)), ...parameters] },
          options,
        );
        return { state: "estimated", estimate: estimateOf(JSON.parse(row?.["QUERY PLAN"] ?? "")) };
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.code !== "statement_failed") throw error;
        const [schema] = await database.query<{ is_absent: boolean }>(
          { text: "select to_regnamespace('featstore') is null as is_absent" },
          options,
        );
        return schema?.is_absent === true ? { state: "not_yet" } : { state: "refused", reason: error.message };
      }
    },

    async compare(before, changed, sample, callOptions) {
      const options = { deadlineMs: COMPARE_MS, ...callOptions };
      return compareVersions(
        {
          dialect: postgresDialect,
          now: () => now(options),
          rows: (statement) => database.query<ComparisonRow>(statement, options),
        },
        before,
        changed,
        sample,
      );
    },
  };
}

// The documented format of `explain (format json)`.
function estimateOf(explained: unknown): Estimate {
  const [top] = explained as readonly { readonly Plan: { "Plan Rows": number; "Total Cost": number } }[];
  if (top === undefined) throw new TypeError("explain returned no plan");
  return { rows: top.Plan["Plan Rows"], totalCost: top.Plan["Total Cost"] };
}
