import type { Database } from "../../../src/database/database";
import { handWritten } from "./hand-written-sql";

type Values = Readonly<Record<string, unknown>>;

/** The expected row of a view for an id. */
export interface ExpectedRow {
  readonly values: Values;
  readonly status: "complete" | "missing" | "unknown_entity";
}

/** By view, then in the order of the ids. */
export type ExpectedRows = Readonly<Record<string, readonly ExpectedRow[]>>;

/** Runs the hand-written SQL of the views for one tenant. */
export async function expectedRows(
  database: Database,
  views: readonly string[],
  tenant: string,
  ids: readonly number[],
): Promise<ExpectedRows> {
  const rows: Record<string, readonly ExpectedRow[]> = {};
  for (const view of views) {
    const found = await database.query<{ id: string; has_facts: boolean; features: string }>({
      text: handWritten[view] ?? "",
      parameters: [tenant, `{${ids.join(",")}}`],
    });
    const byId = new Map(found.map((row) => [Number(row.id), row]));
    const nulls = Object.fromEntries(featureNames(view).map((name) => [name, null]));
    rows[view] = ids.map((id) => {
      const row = byId.get(id);
      if (row === undefined) return { values: nulls, status: "unknown_entity" };
      return { values: JSON.parse(row.features) as Values, status: row.has_facts ? "complete" : "missing" };
    });
  }
  return rows;
}

/** The features' names in the SQL. */
function featureNames(view: string): string[] {
  const [, members = ""] = (handWritten[view] ?? "").split("json_build_object(");
  return [...members.matchAll(/'(\w+)', /g)].map(([, name]) => name ?? "");
}

/** The status of all views if they agree, else `partial`. */
export function rowStatusOf(rows: readonly ExpectedRow[]): string {
  const statuses = new Set(rows.map(({ status }) => status));
  return statuses.size === 1 ? ([...statuses][0] ?? "") : "partial";
}
