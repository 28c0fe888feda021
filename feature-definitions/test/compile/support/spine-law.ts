import { compileTrainingSet } from "../../../src/compile/index";
import type { Strategy } from "../../../src/compile/source/entities";
import type { CompiledTrainingSet } from "../../../src/compile/training/point-in-time";
import { dialects } from "../../../src/compiler";
import type { Feature, FeatureView } from "../../../src/ir/nodes";
import { walk } from "../../../src/ir/visit";
import { type ReferenceRow, referenceRows } from "../reference/rows-as-of";
import { printInstant, SECOND } from "../reference/time";
import { withRows } from "./arbitrary-rows";
import { fillSpine, type SpineCase, type SpineRow, spineTables } from "./arbitrary-spines";
import type { SqlDatabase } from "./databases";
import { difference } from "./differences";
import { listText, microseconds, quoted, type ResultRow, runView, textOf } from "./result-text";

interface TrainingRow {
  readonly row: string | null;
  /** For each view. */
  readonly eventTimes: readonly (string | null)[];
  readonly features: readonly (readonly (string | null)[])[];
  /** The features that lost a value to a cast. */
  readonly lost: readonly (readonly string[])[];
}

type Engine = SqlDatabase["engine"];

export function compileSpineCase(
  views: readonly FeatureView[],
  strategy: Strategy,
  engine: Engine = "postgres",
): CompiledTrainingSet {
  const trained = views.map((view) => ({ view, features: view.features.map(({ name }) => name), strategy }));
  return compileTrainingSet(dialects[engine], { views: trained, spine: spineTables[engine], reportsLost: true });
}

/** The strategies with which the views are compiled. */
export function strategiesOf(views: readonly FeatureView[], engine: Engine = "postgres"): readonly Strategy[] {
  return compileSpineCase(views, "running", engine).strategies.includes("running") ? ["join", "running"] : ["join"];
}

async function runTrainingSet(
  database: SqlDatabase,
  views: readonly FeatureView[],
  strategy: Strategy,
): Promise<readonly TrainingRow[]> {
  const { engine } = database;
  const { statement, columns, lost } = compileSpineCase(views, strategy, engine);
  const times = views.map((_view, index) => `_event_time_${index + 1}`);
  const items = [
    ...times.map((name) => `${microseconds(quoted(name, engine), engine)} as ${name}`),
    ...lost.flatMap((name) => (name === null ? [] : [`${listText(quoted(name, engine), engine)} as ${name}`])),
    ...columns.map(({ name, type }) => `${textOf(quoted(name, engine), type, engine)} as ${name}`),
  ];
  const row = `${quoted("_row", engine)}::${engine === "spark" ? "string" : "text"}`;
  const text = `select ${row} as row, ${items.join(", ")}\nfrom (\n${statement.text}\n) as ${quoted("result", engine)}`;
  const rows = await database.query(text, [...statement.parameters]);
  return rows.map((row) => {
    const values = columns.map(({ name }) => row[name] ?? null);
    const starts = views.map((_view, index) =>
      views.slice(0, index).reduce((count, { features }) => count + features.length, 0),
    );
    return {
      row: row.row ?? null,
      eventTimes: times.map((name) => row[name] ?? null),
      features: views.map(({ features }, index) => values.slice(starts[index], (starts[index] ?? 0) + features.length)),
      lost: lost.map((name) => JSON.parse((name === null ? null : row[name]) ?? "[]") as readonly string[]),
    };
  });
}

/** Independent implementation of whether the value at a past time is known. */
function isKnown({ source, filter }: FeatureView, { expression }: Feature): boolean {
  if (source.history !== "current" && source.eventTime) return true;
  const read = new Set<string>();
  const note = (of: Feature["expression"] | null): void => {
    if (of) walk(of, (node) => void (node.kind === "column" && read.add(node.name)));
  };
  note(expression);
  if (read.size === 0) return false;
  note(source.filter);
  note(filter);
  return [...read].every((name) => source.columns.some((column) => column.name === name && column.static));
}

/** The row that a reader may request: the tenant's own, else the row with the empty tenant, which is shared. */
export function rowFor<R>(
  view: FeatureView,
  { tenant, key }: SpineRow,
  find: (identity: string) => R | undefined,
): R | null {
  const isScoped = view.source.tenant !== null || view.entity.population?.tenant != null;
  const identity = (scope: string): string => JSON.stringify([scope, ...key.map(String)]);
  return (isScoped ? find(identity(tenant)) : undefined) ?? find(identity("")) ?? null;
}

export function byIdentity<R extends ReferenceRow | ResultRow>(rows: readonly R[]): ReadonlyMap<string, R> {
  return new Map(rows.map((row) => [JSON.stringify([row.tenant, ...row.key.map(String)]), row]));
}

async function differencesOfSpine(
  database: SqlDatabase,
  each: SpineCase,
  strategy: Strategy,
): Promise<readonly string[]> {
  const { shape, views, rows, later, spine } = each;
  await fillSpine(database, spine);
  const withLater = {
    source: [...rows.source, ...later.source],
    population: [...rows.population, ...later.population],
  };
  const full = views.map((view) => withRows(view, shape, withLater, database.engine));
  const actual = await runTrainingSet(database, full, strategy);
  const numbers = actual.map(({ row }) => row).join();
  if (numbers !== spine.map((_row, index) => index).join()) return [`rows ${numbers} of ${spine.length}`];
  const differences: string[] = [];
  for (const [number, view] of full.entries()) {
    const found = actual.map(({ eventTimes, features, lost }) => ({
      eventTime: eventTimes[number] ?? null,
      features: features[number] ?? [],
      lost: lost[number] ?? [],
    }));
    const wrong = await differencesOfView(database, each, view, found, strategy);
    differences.push(...wrong.map((text) => `view ${number + 1}: ${text}`));
  }
  return differences;
}

interface FoundRow {
  readonly eventTime: string | null;
  readonly features: readonly (string | null)[];
  readonly lost: readonly string[];
}

/** Lists differences in the result rows: `view` also has the later rows, which the reference does not know. */
async function differencesOfView(
  database: SqlDatabase,
  { shape, rows, spine }: SpineCase,
  view: FeatureView,
  actual: readonly FoundRow[],
  strategy: Strategy,
): Promise<readonly string[]> {
  const differences: string[] = [];
  const known = view.features.map((feature) => isKnown(view, feature));
  const isServed = known.includes(true);
  const references = new Map<bigint, ReadonlyMap<string, ReferenceRow>>();
  const materialized = new Map<bigint, ReadonlyMap<string, ResultRow>>();
  for (const { asOf } of spine) {
    if (references.has(asOf)) continue;
    const population = shape.population === "own" ? rows.source : rows.population;
    references.set(asOf, byIdentity(referenceRows(view, rows.source, population, asOf)));
    // Checking once is enough: the other strategy is compared with the same reference.
    if (strategy === "join") materialized.set(asOf, byIdentity(await runView(database, view, printInstant(asOf))));
  }
  for (const [index, spineRow] of spine.entries()) {
    const found = actual[index];
    const reference = rowFor(view, spineRow, (identity) => references.get(spineRow.asOf)?.get(identity));
    const served = rowFor(view, spineRow, (identity) => materialized.get(spineRow.asOf)?.get(identity));
    const time = reference?.eventTime ?? null;
    const ttl = view.ttlSeconds;
    const isExpired = ttl !== null && time !== null && spineRow.asOf - time > BigInt(ttl) * SECOND;
    if (found?.eventTime !== (time === null || !isServed ? null : String(time))) {
      differences.push(`${index}: event time ${found?.eventTime}, expected ${time}`);
    }
    for (const [position, { name, type }] of view.features.entries()) {
      const isPresent = reference !== null && known[position] && !isExpired;
      const feature = reference?.features[position];
      const expected = isPresent && feature ? feature : { value: null, magnitude: 0 };
      const wrong = difference(found?.features[position] ?? null, expected, type, database.engine);
      if (wrong) differences.push(`${index}: ${name}: ${wrong}`);
      const isLost = isPresent && reference.unparsed.includes(name);
      if (found?.lost.includes(name) !== isLost) differences.push(`${index}: ${name}: expected lost: ${isLost}`);
      const servedWrong =
        isPresent &&
        strategy === "join" &&
        difference(served?.features[position] ?? null, expected, type, database.engine);
      if (servedWrong) differences.push(`${index}: ${name} as materialized: ${servedWrong}`);
    }
  }
  return differences;
}

/** Throws what differs with either strategy, with the text that was run. */
export async function expectEqualSpine(database: SqlDatabase, each: SpineCase): Promise<void> {
  const { engine } = database;
  for (const strategy of strategiesOf(each.views, engine)) {
    const differences = await differencesOfSpine(database, each, strategy).catch((error: unknown) => [String(error)]);
    if (differences.length === 0) continue;
    const views = each.views.map((view) => withRows(view, each.shape, each.rows, engine));
    const { text } = compileSpineCase(views, strategy, engine).statement;
    throw new Error(`${strategy}:\n${differences.join("\n")}\n${text}`);
  }
}
