import { engineOf } from "@featstore/definitions/compiler";
import { FeatstoreError } from "../core/index";
import { type AppliedView, engineOfPast, storedRowsOf } from "./applied-view";
import type { EngineJoin, JoinedFeature, JoinedFeatures, JoinedRow, JoinPart, MixedJoin, PlannedJoin } from "./spines";

/**
 * Plans a join whose features may belong to several engines, each with `plan`. Errors: those of `plan`;
 * `training_set_mixes_engines` if computed features or features of other entities need several.
 */
export async function planByEngine(
  request: JoinedFeatures,
  plan: (engine: string, features: JoinedFeatures) => Promise<EngineJoin>,
): Promise<PlannedJoin> {
  const { features, needed, computed } = request;
  const engines = [...new Set([...features, ...needed].map(engineOfFeature))];
  const [only] = engines;
  if (only === undefined) throw new Error("A join has features");
  if (engines.length === 1) return plan(only, request);
  if (needed.length > 0 || computed.length > 0 || features.some(({ through }) => through !== undefined))
    throw new FeatstoreError(
      "training_set_mixes_engines",
      `The views belong to the engines ${engines.join(", ")}, and computed features or features of other entities read several of them: request the features of each engine alone.`,
    );
  const views = [...new Set(features.map(({ registered }) => registered))];
  const parts: JoinPart[] = [];
  for (const engine of engines) {
    const own = features.filter((feature) => engineOfFeature(feature) === engine);
    const ownViews = [...new Set(own.map(({ registered }) => registered))];
    parts.push({
      join: await plan(engine, { features: own, needed: [], computed: [], inputs: [] }),
      columns: own.map((feature) => features.indexOf(feature)),
      views: ownViews.map((view) => ({ index: views.indexOf(view), isOwn: engineOfTimes(view, features) === engine })),
    });
  }
  return describeMixed(parts, features, views);
}

function engineOfFeature({ registered, feature }: JoinedFeature): string {
  return engineOfPast(registered.view, feature, storedRowsOf(registered));
}

/** The engine whose rows have the event times of a view: its own, unless all of its features are read from stored rows. */
function engineOfTimes(view: AppliedView, features: readonly JoinedFeature[]): string {
  const engines = features.filter(({ registered }) => registered === view).map(engineOfFeature);
  return engines.find((engine) => engine === engineOf(view.view.source)) ?? engines[0] ?? "";
}

function describeMixed(
  parts: readonly JoinPart[],
  features: readonly JoinedFeature[],
  views: readonly AppliedView[],
): MixedJoin {
  const strategies = views.map((): "join" | "running" => "join");
  const joinedRows = views.map(() => 0);
  const beforeHistory = views.map(() => 0);
  const withoutHistory = features.map(() => false);
  for (const { join, columns, views: own } of parts) {
    for (const [position, { index, isOwn }] of own.entries()) {
      beforeHistory[index] = Math.max(beforeHistory[index] ?? 0, join.beforeHistory[position] ?? 0);
      if (!isOwn) continue;
      strategies[index] = join.strategies[position] ?? "join";
      joinedRows[index] = join.joinedRows[position] ?? 0;
    }
    for (const [position, index] of columns.entries()) withoutHistory[index] = join.withoutHistory[position] === true;
  }
  const columns = features.map(({ registered, feature }, index) => ({
    name: `f${index + 1}`,
    type: feature.type,
    view: views.indexOf(registered),
  }));
  return { kind: "mixed", parts, strategies, columns, withoutHistory, joinedRows, beforeHistory };
}

/**
 * Puts the rows of all parts together, which are in spine order. `timesOf`: the rows have the event times of views, or those of
 * features.
 */
export async function* mixedRows(
  { parts }: MixedJoin,
  rowsOf: (join: EngineJoin) => AsyncIterable<readonly JoinedRow[]>,
  timesOf: "views" | "features",
): AsyncGenerator<readonly JoinedRow[]> {
  const [first, ...others] = parts.map((part) => ({ part, chunks: rowsOf(part.join) }));
  if (first === undefined) return;
  const readers = others.map(({ part, chunks }) => ({ part, rows: eachOf(chunks) }));
  try {
    for await (const chunk of first.chunks) {
      const rows: JoinedRow[] = [];
      for (const row of chunk) {
        const whole = renamed(first.part, row, timesOf);
        for (const { part, rows: reader } of readers) {
          const { done, value } = await reader.next();
          if (done === true) throw new Error(`The engine ${part.join.engine} returned fewer rows than the spine has`);
          Object.assign(whole, renamed(part, value, timesOf));
        }
        rows.push(whole);
      }
      yield rows;
    }
  } finally {
    for (const { rows } of readers) await rows.return(undefined);
  }
}

async function* eachOf<Item>(chunks: AsyncIterable<readonly Item[]>): AsyncGenerator<Item, undefined, undefined> {
  for await (const chunk of chunks) yield* chunk;
  return undefined;
}

/** Renames the values of a part's row to those of the whole join; the spine's columns keep their names. */
function renamed(
  { columns, views }: JoinPart,
  row: JoinedRow,
  timesOf: "views" | "features",
): Record<string, string | null> {
  const whole: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(row)) {
    const [, kind, number] = /^([efl])(\d+)$/.exec(name) ?? [];
    if (kind === undefined) {
      whole[name] = value;
      continue;
    }
    const position = Number(number) - 1;
    const isOfView = kind === "l" || (kind === "e" && timesOf === "views");
    const view = views[position];
    if (!isOfView) whole[`${kind}${(columns[position] ?? 0) + 1}`] = value;
    else if (view !== undefined && (kind === "l" || view.isOwn)) whole[`${kind}${view.index + 1}`] = value;
  }
  return whole;
}
