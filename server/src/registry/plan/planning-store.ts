import {
  type ComparedView,
  type ComparisonRow,
  comparisonQuery,
  instantText,
  type Statement,
} from "@featstore/definitions/compiler";
import { type CallOptions, type Database, DatabaseError } from "../../database/index";

/** An estimate of PostgreSQL's planner for a query. */
export interface Estimate {
  readonly rows: number;
  /** In planner units; one is the cost of a sequential page read. */
  readonly totalCost: number;
}

/** The planner's result for a query: its estimate, or PostgreSQL's message if it cannot be planned. */
export type Planned =
  | { readonly state: "estimated"; readonly estimate: Estimate }
  | { readonly state: "refused"; readonly reason: string }
  /** Before the first apply, which creates the functions that compiled SQL calls. */
  | { readonly state: "not_yet" };

/** One entity's values in two versions of a view. */
export interface ComparedEntity {
  /** The tenant scope, then the key's parts as texts. */
  readonly key: readonly string[];
  /** The values as JSON texts in the order of feature names, vectors as digests; null if the version has no row. */
  readonly before: readonly string[] | null;
  readonly after: readonly string[] | null;
}

export interface ComparedSample {
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  readonly entities: readonly ComparedEntity[];
}

/** Read-only queries of the database for plans. */
export interface PlanningStore {
  estimate(statement: Statement, options?: CallOptions): Promise<Planned>;

  /** Returns the bytes of a table in schema `features` with its indexes; null if it is gone. */
  tableBytes(table: string, options?: CallOptions): Promise<number | null>;

  /**
   * Computes two views with the same entity key over the same entities, as of now, and stores nothing. It takes the entities
   * with the smallest key hashes, hence the same ones each time. `known` is the approximate number of entities.
   */
  compare(
    before: ComparedView,
    after: ComparedView,
    sample: { readonly size: number; readonly known: number | null },
    options?: CallOptions,
  ): Promise<ComparedSample>;
}

const SHORT_MS = 30_000;
const COMPARE_MS = 1_800_000;

/** Queries the planner with read-only statements. */
export function createPlanningStore(database: Database): PlanningStore {
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
    async estimate({ text, parameters }, callOptions) {
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

    async tableBytes(table, options) {
      const [row] = await database.query<{ bytes: string | null }>(
        {
          text: `select coalesce(pg_total_relation_size(to_regclass(format('features.%I', (
              select featstore.rows_table(view, version, base_generation) from featstore.generations where table_name = $1::text)))),
            pg_total_relation_size(to_regclass(format('features.%I', $1::text))))::text as bytes`,
          parameters: [table],
        },
        { deadlineMs: SHORT_MS, ...options },
      );
      return row?.bytes == null ? null : Number(row.bytes);
    },

    async compare(before, after, { size, known }, callOptions) {
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
