import { type FeatureView, servedFeatures, type ValueType, vectorFeatures } from "@featstore/definitions/compiler";
import { type Database, quoteIdentifier } from "../database/index";
import type { RegisteredView } from "../registry/index";
import { KEY_SEPARATOR, type OnlineStore } from "./online-store/online-store";
import { sliceOf } from "./online-store/packed-row";
import { createPostgresOnlineStore } from "./online-store/postgres-online-store";

/** Features that are served with other values than their table has. */
export interface ServedDifferences {
  readonly rows: number;
  readonly features: readonly string[];
}

/** Reads rows of a published view as a request does, and compares them with the view's table. */
export type ReadBack = (registered: RegisteredView, options?: { readonly rows?: number }) => Promise<ServedDifferences>;

const MAX_ROWS = 20;
/** So that finding the rows never takes long, however large the table is. */
const MAX_OFFSET = 10_000;
const DEADLINE_MS = 5_000;

/**
 * Takes `rows` rows, by default 20, that follow each other from a random place in the table. Their columns are read as plain texts,
 * without the statements that serve them. Errors: `DatabaseError`, `OnlineStoreError`.
 */
export function createReadBack(database: Database): ReadBack {
  const store = createPostgresOnlineStore(database);
  const compare: ReadBack = async (registered, { rows = MAX_ROWS } = {}) => {
    const { view, served } = registered;
    if (served === null) return { rows: 0, features: [] };
    const offset = Math.floor(Math.random() * Math.min(Math.max(served.rows - rows + 1, 1), MAX_OFFSET));
    const expected = await tableRows(database, view, served.table, { rows, offset });
    const features = new Set<string>();
    for (const scope of new Set(expected.map(({ scope }) => scope))) {
      const own = expected.filter((row) => row.scope === scope);
      const actual = await servedRows(store, registered, served.table, { scope, keys: own.map(({ key }) => key) });
      for (const [index, { values }] of own.entries())
        for (const { name, type } of view.features)
          if (!isServedAs(type, actual[index]?.get(name), values.get(name) ?? null)) features.add(name);
    }
    return { rows: expected.length, features: [...features] };
  };
  return async (registered, options) => {
    const first = await compare(registered, options);
    // A run that publishes meanwhile may change the rows between the two reads.
    return first.features.length === 0 ? first : compare(registered, options);
  };
}

interface TableRow {
  readonly scope: string;
  readonly key: string;
  readonly values: ReadonlyMap<string, string | null>;
}

async function tableRows(
  database: Database,
  view: FeatureView,
  table: string,
  { rows, offset }: { readonly rows: number; readonly offset: number },
): Promise<readonly TableRow[]> {
  const keys = view.entity.key.map(({ name }, index) => `${quoteIdentifier(name)}::text as k${index}`);
  const values = view.features.map(({ name, type }, index) => `${plainText(quoteIdentifier(name), type)} as v${index}`);
  const found = await database.query<Readonly<Record<string, string | null>>>(
    {
      text: `select ${['"_tenant" as scope', ...keys, ...values].join(", ")} from features.${quoteIdentifier(table)}
order by "_tenant", ${view.entity.key.map(({ name }) => quoteIdentifier(name)).join(", ")} limit ${rows} offset ${offset}`,
    },
    { deadlineMs: DEADLINE_MS },
  );
  return found.map((row) => ({
    scope: row.scope ?? "",
    key: view.entity.key.map((_, index) => row[`k${index}`] ?? "").join(KEY_SEPARATOR),
    values: new Map(view.features.map(({ name }, index) => [name, row[`v${index}`] ?? null])),
  }));
}

/** Before texts, because PGlite removes a byte order mark from the beginning of a value. */
const PREFIX = "=";

/** SQL of a column's text, in UTC for a time and as JSON for an array. */
function plainText(column: string, type: ValueType): string {
  if (type === "string") return `'${PREFIX}' || ${column}`;
  if (type === "timestamp") return `(${column} at time zone 'UTC')::text`;
  return type.endsWith("[]") ? `pg_catalog.array_to_json(${column})::text` : `${column}::text`;
}

async function servedRows(
  store: OnlineStore,
  registered: RegisteredView,
  table: string,
  { scope, keys }: { readonly scope: string; readonly keys: readonly string[] },
): Promise<readonly ReadonlyMap<string, string>[]> {
  const request = { registered, table, scope, keys, deadlineMs: DEADLINE_MS };
  const rows = (await store.read(request)) ?? [];
  const values = keys.map((_, index) => {
    const row = rows[index];
    if (row === undefined) return new Map<string, string>();
    return new Map(servedFeatures(registered.view).map(({ name }, at) => [name, sliceOf(row, at, at)]));
  });
  for (const { name } of vectorFeatures(registered.view)) {
    const vectors = (await store.readVectors({ ...request, feature: name })) ?? [];
    for (const [index, own] of values.entries()) own.set(name, vectors[index]?.text ?? "null");
  }
  return values;
}

/** Whether the JSON text that is served says the same as the plain text of the column. */
function isServedAs(type: ValueType, served: string | undefined, plain: string | null): boolean {
  if (served === undefined) return false;
  if (plain === null || served === "null") return plain === null && served === "null";
  switch (type) {
    case "string":
      return PREFIX + JSON.parse(served) === plain;
    case "int64":
    case "decimal":
    case "uuid":
      return JSON.parse(served) === plain;
    case "float32":
    case "float64":
      return Object.is(Number(JSON.parse(served)), Number(plain));
    case "date":
    case "timestamp": {
      // Outside these years, and for the infinities, both have forms of their own.
      if (!/^\d{4}-\d\d-\d\d( |$)/.test(plain) || plain.endsWith("BC")) return true;
      const text = String(JSON.parse(served));
      return type === "date" ? text === plain : instantOf(text) === instantOf(plain);
    }
    case "bool":
    case "int32":
    case "json":
      return served === plain;
    default:
      return JSON.stringify(JSON.parse(served)) === JSON.stringify(JSON.parse(plain));
  }
}

/** `2026-01-01T00:00:00.500000`, whether it was written with `T`, `Z` and all six digits or not. */
function instantOf(text: string): string {
  const [seconds = "", digits = ""] = text.replace(" ", "T").replace(/Z$/, "").split(".");
  return `${seconds}.${digits.padEnd(6, "0")}`;
}
