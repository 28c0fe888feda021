import { FeatstoreError, mapMaybe } from "../../core/index";
import type { EntityKey } from "../online-store/online-store";
import { sliceOf } from "../online-store/packed-row";
import { isExpired, type ReadRowsOptions, readRows, type ViewRows } from "../read/read-rows";
import type { KeySource, SelectedView } from "../selection/selected-view";
import type { Selection } from "../selection/selection";

/**
 * Like `readRows`, for a selection in which views of other entities find their keys in the entity's own views. Reads
 * the own views first, then each of the others once for all rows. A key that is null, expired or absent finds no row;
 * `now` is in microseconds.
 * Errors: as for `readRows`; if a view of another entity does not answer in time, only that view is timed out.
 */
export function readChained(
  options: ReadRowsOptions,
  selection: Selection,
  keys: readonly EntityKey[],
  tenant: string | null,
  now: number,
): readonly ViewRows[] | Promise<readonly ViewRows[]> {
  const started = performance.now();
  const own = selection.views.filter((view) => view.through === null);
  const finish = (ownParts: readonly ViewRows[]): readonly ViewRows[] | Promise<readonly ViewRows[]> => {
    const deadlineMs = Math.max(1, options.deadlineMs - (performance.now() - started));
    const parts = selection.views.map((view) => {
      if (view.through === null) return ownParts[own.indexOf(view)] ?? timedOut(keys.length);
      const keyView = selection.views[view.through.view];
      const keyPart = keyView && ownParts[own.indexOf(keyView)];
      if (keyView === undefined || keyPart === undefined || keyPart.timedOut) return timedOut(keys.length);
      const source = view.through;
      const foreign = keys.map((_, position) => keyAt(source, keyView, keyPart, position, now));
      return readForeign({ ...options, deadlineMs }, view, foreign, tenant);
    });
    const settled = parts.filter((part): part is ViewRows => !(part instanceof Promise));
    return settled.length === parts.length ? settled : Promise.all(parts);
  };
  return mapMaybe(readRows(options, { views: own }, keys, tenant), finish);
}

function keyAt(
  { position: value, fallback }: KeySource,
  view: SelectedView,
  part: ViewRows,
  position: number,
  now: number,
): EntityKey | null {
  const row = part.rows[position];
  const isAbsent = row === undefined || isExpired(row, view, now);
  const stored = isAbsent ? "null" : sliceOf(row, value, value);
  const text = stored === "null" ? (fallback ?? stored) : stored;
  if (text === "null") return null;
  return text.startsWith('"') ? String(JSON.parse(text)) : text;
}

function readForeign(
  options: ReadRowsOptions,
  view: SelectedView,
  keys: readonly (EntityKey | null)[],
  tenant: string | null,
): ViewRows | Promise<ViewRows> {
  const positions = new Map<EntityKey, number>();
  for (const key of keys) if (key !== null && !positions.has(key)) positions.set(key, positions.size);
  const spread = <Row>(rows: readonly (Row | undefined)[]): readonly (Row | undefined)[] =>
    keys.map((key) => (key === null ? undefined : rows[positions.get(key) ?? -1]));
  const finish = ([part]: readonly ViewRows[]): ViewRows => ({
    keys,
    rows: spread(part?.rows ?? []),
    timedOut: part?.timedOut ?? false,
    vectors:
      part?.vectors == null ? null : new Map([...part.vectors].map(([name, vectors]) => [name, spread(vectors)])),
  });
  if (positions.size === 0) return finish([]);
  const parts = readRows(options, { views: [view] }, [...positions.keys()], tenant);
  if (!(parts instanceof Promise)) return finish(parts);
  return parts.then(finish, (error: unknown) => {
    if (error instanceof FeatstoreError && error.code === "store_timeout") return timedOut(keys.length);
    throw error;
  });
}

function timedOut(rows: number): ViewRows {
  return { rows: Array.from({ length: rows }, () => undefined), timedOut: true, vectors: null };
}
