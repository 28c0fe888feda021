import { servedFeatures, type ValueType, vectorFeatures } from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import type { Generation, RegisteredView } from "../../registry/index";
import type { OnlineStore } from "../online-store/online-store";
import { sliceOf } from "../online-store/packed-row";
import { createPostgresOnlineStore } from "../online-store/postgres-online-store";
import { readRows } from "../read/read-rows";
import { createSelection } from "../selection/selection";
import { DEADLINE_MS, PREFIX, randomSample, type Sample, sampledRows, type TableRow } from "./sampled-rows";

/** Features that are served with other values than their table has. */
export interface ServedDifferences {
  readonly rows: number;
  readonly features: readonly string[];
}

export interface CompareOptions {
  /** How many rows. Default: 20. */
  readonly rows?: number;
  /** Default: the statements that serve rows from PostgreSQL. */
  readonly store?: OnlineStore;
}

const MAX_ROWS = 20;

/**
 * Reads rows of a served view from the store as a request does, and compares them with the plain texts of the table's columns.
 * Errors: `DatabaseError`, `FeatstoreError`.
 */
export async function compareRows(
  database: Database,
  registered: RegisteredView,
  { rows = MAX_ROWS, store = createPostgresOnlineStore(database) }: CompareOptions = {},
): Promise<ServedDifferences> {
  const { served } = registered;
  if (served === null) return { rows: 0, features: [] };
  const sample = randomSample(rows, served.rows);
  const first = await compareSample(database, store, registered, sample);
  // An erasure may remove rows between the two reads.
  return first.features.length === 0 ? first : compareSample(database, store, registered, sample);
}

async function compareSample(
  database: Database,
  store: OnlineStore,
  registered: RegisteredView,
  sample: Sample,
): Promise<ServedDifferences> {
  const { view } = registered;
  const expected = await sampledRows(database, view, servedOf(registered).table, sample);
  const features = new Set<string>();
  for (const scope of new Set(expected.map(({ scope }) => scope))) {
    const own = expected.filter((row) => row.scope === scope);
    const actual = await servedRows(store, registered, scope, own);
    for (const [index, { values }] of own.entries())
      for (const { name, type } of view.features)
        if (!isServedAs(type, actual[index]?.get(name), values.get(name) ?? null)) features.add(name);
  }
  return { rows: expected.length, features: [...features] };
}

/** Reads JSON texts by feature, in the order of the rows. */
async function servedRows(
  onlineStore: OnlineStore,
  registered: RegisteredView,
  scope: string,
  rows: readonly TableRow[],
): Promise<readonly ReadonlyMap<string, string>[]> {
  const vectors = vectorFeatures(registered.view).map(({ name }) => name);
  const keys = rows.map(({ key }) => key);
  const { entity, features } = registered.view;
  const choices = features.map((feature) => ({ label: registered.view.name, registered, feature }));
  const selection = createSelection(entity, choices, () => servedOf(registered));
  const [found] = await readRows({ onlineStore, deadlineMs: DEADLINE_MS }, selection, keys, scope);
  return keys.map((_, index) => {
    const row = found?.rows[index];
    if (row === undefined) return new Map<string, string>();
    return new Map([
      ...servedFeatures(registered.view).map(({ name }, at) => [name, sliceOf(row, at, at)] as const),
      ...vectors.map((name) => [name, found?.vectors?.get(name)?.[index]?.text ?? "null"] as const),
    ]);
  });
}

function servedOf({ view, served }: RegisteredView): Generation {
  if (served === null) throw new RangeError(`${view.name} is not served`);
  return served;
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
