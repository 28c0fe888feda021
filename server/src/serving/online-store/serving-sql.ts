import { changesQueries, type FeatureView, servedFeatures, servingQueries } from "@featstore/definitions/compiler";
import type { Statement } from "../../database/index";
import { type EntityKey, KEY_SEPARATOR } from "./online-store";

/** Statements that read one generation. Result columns are named by position, since a feature may have any name. */
export interface ServingSql {
  /** Selects `position` (of the key, from 1), `event_time` (microseconds as text), `v0`, `v1`, … (JSON texts). */
  rows(scope: string, keys: readonly EntityKey[]): Statement;
  /** As `rows`, with the vector's text or null in `v0`. */
  vectors(scope: string, keys: readonly EntityKey[], feature: string): Statement;
  /** Selects every row: `scope`, `k0`, … (the key parts), `event_time`, `v0`, …. */
  readonly all: Statement;
  readonly valueNames: readonly string[];
  readonly keyNames: readonly string[];
}

export function createServingSql(view: FeatureView, table: string): ServingSql {
  const queries = servingQueries(view, table);
  const { valueNames, keyNames } = namesOf(view);
  const byKeys = named(queries.byKeys, ["position", "event_time", ...valueNames]);
  const parameters = (scope: string, keys: readonly EntityKey[]) => [
    scope,
    JSON.stringify(keys.map((key) => (keyNames.length === 1 ? [key] : key.split(KEY_SEPARATOR)))),
  ];
  return {
    rows: (scope, keys) => ({ text: byKeys, parameters: parameters(scope, keys) }),
    vectors(scope, keys, feature) {
      const query = queries.vectorsByKeys[feature];
      if (query === undefined) throw new RangeError(`${table} has no vector ${feature}`);
      return { text: named(query, ["position", "event_time", "v0"]), parameters: parameters(scope, keys) };
    },
    all: { text: named(queries.all, ["scope", ...keyNames, "event_time", ...valueNames]) },
    valueNames,
    keyNames,
  };
}

/** Statements that read the differences between two generations in the same rows table. */
export interface ChangesSql {
  /** Has the columns of `ServingSql.all`. */
  readonly changed: Statement;
  /** Has the columns `scope`, `k0`, …. */
  readonly removed: Statement;
  readonly valueNames: readonly string[];
  readonly keyNames: readonly string[];
}

export function createChangesSql(
  view: FeatureView,
  rowsTable: string,
  range: { readonly after: number; readonly upTo: number },
): ChangesSql {
  const { changed, removed } = changesQueries(view, rowsTable, range);
  const { valueNames, keyNames } = namesOf(view);
  return {
    changed: { text: named(changed, ["scope", ...keyNames, "event_time", ...valueNames]) },
    removed: { text: named(removed, ["scope", ...keyNames]) },
    valueNames,
    keyNames,
  };
}

function namesOf(view: FeatureView): { readonly valueNames: readonly string[]; readonly keyNames: readonly string[] } {
  return {
    valueNames: servedFeatures(view).map((_, index) => `v${index}`),
    keyNames: view.entity.key.map((_, index) => `k${index}`),
  };
}

/** Renames the query's columns by position; parameters are sent as text. */
function named(query: string, names: readonly string[]): string {
  return `select * from (\n${query.replace("$2::jsonb", "$2::text::jsonb")}\n) as r (${names.join(", ")})`;
}
