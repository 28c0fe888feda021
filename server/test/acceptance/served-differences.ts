import { setTimeout as pause } from "node:timers/promises";
import { createPostgresDatabase } from "../../src/database/postgres-database";

interface Served {
  /** The address of the API. */
  readonly url: string;
  readonly key: string;
  readonly databaseUrl: string;
}

interface View {
  readonly name: string;
  readonly version: number;
  readonly entity: string;
  readonly ttl_seconds: number | null;
  readonly features: readonly string[];
}

export interface Comparison {
  readonly values: number;
  /** `view.feature of key: served …, the table has …` */
  readonly differences: readonly string[];
}

/**
 * Reads every feature of every row of every view over HTTP, in batches, and compares it with the view's table. Values without
 * an event time, or older than their view's time to live, are null.
 */
export async function compareWithTables({ url, key, databaseUrl }: Served): Promise<Comparison> {
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    if (answer.status === 429) {
      await pause(Number(answer.headers.get("retry-after")) * 1000);
      return ask(path, body);
    }
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { feature_views: views } = (await ask("/api/feature-views")) as { feature_views: readonly View[] };
  const database = createPostgresDatabase({ url: databaseUrl, poolSize: 1 });
  const differences: string[] = [];
  let values = 0;
  try {
    for (const view of views) {
      const rows = await tableRows(view, (text, parameters) => database.query({ text, parameters }));
      const features = view.features.map((name) => `${view.name}.${name}`);
      const ids = rows.map(({ id }) => id);
      const { rows: served } = (await ask("/api/features/batch", { entity: view.entity, ids, features })) as {
        rows: readonly (readonly unknown[])[];
      };
      for (const [index, { id, isCurrent, row }] of rows.entries())
        for (const [column, name] of view.features.entries()) {
          values++;
          const actual = JSON.stringify(served[index]?.[column]);
          const wanted = JSON.stringify(isCurrent ? row[name] : null);
          if (actual !== wanted) differences.push(`${view.name}.${name} of ${id}: ${actual}, the table has ${wanted}`);
        }
    }
  } finally {
    await database.close();
  }
  return { values, differences };
}

type Query = (text: string, parameters: readonly string[]) => Promise<readonly unknown[]>;

/** Each row in the form of the API, by its key, the first column: int64 and decimals as texts, times in UTC with microseconds, vectors as arrays. */
async function tableRows({ name, version, ttl_seconds }: View, query: Query) {
  const table = `${name}_v${version}`;
  const columns = (await query(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and attname not in ('_tenant', '_event_time') order by attnum`,
    [`features.${table}`],
  )) as readonly { readonly name: string; readonly type: string }[];
  const form = (column: string, type: string): string => {
    if (type === "bigint" || type.startsWith("numeric")) return `"${column}"::text`;
    if (type.startsWith("timestamp")) return `to_char("${column}" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
    return type.startsWith("vector") ? `"${column}"::text::json` : `"${column}"`;
  };
  const found = (await query(
    `select coalesce(_event_time > now() - make_interval(secs => $1::float8), false) as "isCurrent",
       json_build_object(${columns.map(({ name: column, type }) => `'${column}', ${form(column, type)}`).join(", ")})::text as row
     from features."${table}"`,
    [String(ttl_seconds ?? 1e10)],
  )) as readonly { readonly isCurrent: boolean; readonly row: string }[];
  return found.map(({ isCurrent, row }) => {
    const values = JSON.parse(row) as Readonly<Record<string, unknown>>;
    return { isCurrent, row: values, id: String(values[columns[0]?.name ?? ""]) };
  });
}
