import {
  type ComparedView,
  type ComparisonRow,
  comparisonQuery,
  compileView,
  instantText,
  postgresDialect,
} from "@featstore/definitions/compiler";
import { type CallOptions, type Database, DatabaseError } from "../../database/index";
import type { ComparedEntity, Estimate, ViewPlans } from "../view-plans";

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

  async function entitiesOf(
    before: ComparedView,
    after: ComparedView,
    asOf: bigint,
    sample: { readonly size: number; readonly fraction: number },
    options: CallOptions,
  ): Promise<readonly ComparedEntity[]> {
    const { text, parameters } = comparisonQuery(before, after, sample);
    const rows = await database.query<ComparisonRow>({ text, parameters: [instantText(asOf), ...parameters] }, options);
    return rows.map((row) => ({
      key: textsOf(row.key) ?? [],
      before: textsOf(row.values_before),
      after: textsOf(row.values_after),
    }));
  }

  return {
    async estimate(view, callOptions) {
      const { text, parameters } = compileView(postgresDialect, view);
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

    async compare({ view, sql, parameters }, changed, { size, known }, callOptions) {
      const before = { view, text: sql, parameters };
      const { text, parameters: own } = compileView(postgresDialect, changed);
      const after = { view: changed, text, parameters: own };
      const options = { deadlineMs: COMPARE_MS, ...callOptions };
      const asOf = await now(options);
      // Takes a few more than needed, since hashes are random; if they are too few, all entities are used.
      const fraction = known === null || known === 0 ? 1 : Math.min(1, (2 * size + 50) / known);
      const found = await entitiesOf(before, after, asOf, { size, fraction }, options);
      const isEnough = found.length === size || fraction === 1;
      return {
        asOf,
        entities: isEnough ? found : await entitiesOf(before, after, asOf, { size, fraction: 1 }, options),
      };
    },
  };
}

/** Parses a JSON array of texts. */
function textsOf(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as readonly string[]);
}

// The documented format of `explain (format json)`.
function estimateOf(explained: unknown): Estimate {
  const [top] = explained as readonly { readonly Plan: { "Plan Rows": number; "Total Cost": number } }[];
  if (top === undefined) throw new TypeError("explain returned no plan");
  return { rows: top.Plan["Plan Rows"], totalCost: top.Plan["Total Cost"] };
}
