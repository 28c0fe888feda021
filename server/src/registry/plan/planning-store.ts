import type { CallOptions, Database } from "../../database/index";
import type { Engine } from "../../engine/index";

/** What a plan asks about views and generations. Stores nothing. */
export interface PlanningStore extends Pick<Engine, "estimate" | "compare"> {
  /** Returns the bytes of a table in schema `features` with its indexes; null if it is gone. */
  tableBytes(table: string, options?: CallOptions): Promise<number | null>;
}

const SHORT_MS = 30_000;

export function createPlanningStore(
  database: Database,
  { estimate, compare }: Pick<Engine, "estimate" | "compare">,
): PlanningStore {
  return {
    estimate,
    compare,
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
  };
}
