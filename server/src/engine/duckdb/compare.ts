import {
  compileView,
  dialects,
  type FeatureView,
  instantText,
  type Statement,
  vectorDimensions,
} from "@featstore/definitions/compiler";
import { quoteName } from "../../database/index";
import type { ComparedEntity, ViewPlans } from "../view-plans";
import type { OpenEngine } from "./process/index";
import { duckdbTexts } from "./row-texts";
import { readsOf, withSources } from "./with-sources";

const COMPARE_MS = 1_800_000;

interface Row {
  readonly hash: string;
  /** JSON arrays of texts. */
  readonly key: string;
  readonly values: string;
}

/** Compares two versions of a view of the engine: see `ViewPlans.compare`. */
export function createCompare(engine: OpenEngine): ViewPlans["compare"] {
  return ({ view, sql, parameters }, changed, { size }, options) => {
    const reads = { ...readsOf([view, changed]), stored: [sql] };
    return withSources(engine, reads, { deadlineMs: COMPARE_MS, ...options }, async (duckdb) => {
      const [clock] = await duckdb.rows<{ now: string }>("select epoch_us(now()) as now");
      const asOf = BigInt(clock?.now ?? 0);
      const rowsOf = async (of: FeatureView, statement: Statement) =>
        duckdb.rows<Row>(sampleQuery(of, statement.text, size), {
          parameters: [instantText(asOf), ...statement.parameters],
        });
      const before = await rowsOf(view, { text: sql, parameters });
      const after = await rowsOf(changed, compileView(dialects.duckdb, changed));
      return { asOf, entities: compared(before, after).slice(0, size) };
    });
  };
}

/** Selects the entities with the smallest hashes of their keys. */
function sampleQuery(view: FeatureView, text: string, size: number): string {
  const keys = ["_tenant", ...view.entity.key.map(({ name }) => name)].map(
    (name) => `cast("row".${quoteName(name)} as varchar)`,
  );
  const values = view.features.map(({ name, type }) => {
    const value = `"row".${quoteName(name)}`;
    if (vectorDimensions(type) === undefined) return duckdbTexts.texts.json(value, type);
    return `coalesce('"' || md5(cast(${value} as varchar)) || '"', 'null')`;
  });
  return `select md5(concat_ws(chr(31), ${keys.join(", ")})) as "hash", ${listText(keys)} as "key", ${listText(values)} as "values"
from (
${text}
) as "row" order by "hash", "key" limit ${size}`;
}

function listText(texts: readonly string[]): string {
  return `cast(json_array(${texts.join(", ")}) as varchar)`;
}

/**
 * Puts the rows of both versions together, by hash and key. Of the entities with the smallest hashes in either version, none is
 * missing in the sample of the other one only because that is too short.
 */
function compared(before: readonly Row[], after: readonly Row[]): readonly ComparedEntity[] {
  const entities = new Map<
    string,
    { readonly key: readonly string[]; before: readonly string[] | null; after: readonly string[] | null }
  >();
  for (const [version, rows] of [
    ["before", before],
    ["after", after],
  ] as const)
    for (const { hash, key, values } of rows) {
      const name = `${hash} ${key}`;
      const entity = entities.get(name) ?? { key: textsOf(key), before: null, after: null };
      entity[version] = textsOf(values);
      entities.set(name, entity);
    }
  const names = [...entities.keys()].sort();
  return names.flatMap((name) => entities.get(name) ?? []);
}

/** Parses a JSON array of texts. */
function textsOf(json: string): readonly string[] {
  return JSON.parse(json) as readonly string[];
}
