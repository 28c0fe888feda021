import {
  type Catalog,
  type CatalogRelation,
  DEFAULT_ENGINE,
  engineOf,
  type FeatureView,
  knowsThePast,
} from "@featstore/definitions/compiler";
import { type Config, FeatstoreError } from "../core/index";
import type { Database } from "../database/index";
import { createDuckdbEngine } from "./duckdb/duckdb-engine";
import type { Engine, SourceEngine } from "./engine";
import { mixedRows, planByEngine } from "./mixed-join";
import { createPostgresEngine } from "./postgres/postgres-engine";
import { createSparkEngine } from "./spark/spark-engine";
import type { PlannedJoin } from "./spines";
import { type FoundChanges, failedChanges, type ViewFills } from "./view-fills";

/**
 * Creates one engine of all that are configured: each call goes to the engine of its view, relation or source. `joins`: the share
 * of the database that joins of training sets may use; default: all of it. Errors of its methods: `engine_unknown` for a source
 * whose engine is not configured, and those of the engines.
 *
 * @example const engine = createEngine(database, loadConfig());
 */
export function createEngine(
  database: Database,
  { engines }: Pick<Config, "engines"> = { engines: {} },
  joins: Database = database,
): Engine {
  const postgres = createPostgresEngine(database, joins);
  const others = Object.entries(engines).map(([name, settings]): [string, SourceEngine] => [
    name,
    (settings.kind === "spark" ? createSparkEngine : createDuckdbEngine)({ name, settings, database }),
  ]);
  return chooseEngine(postgres, new Map(others));
}

/** Combines PostgreSQL's engine with others, by name. */
export function chooseEngine(postgres: Engine, others: ReadonlyMap<string, SourceEngine>): Engine {
  const named = (name: string): SourceEngine => {
    const engine = name === DEFAULT_ENGINE ? postgres : others.get(name);
    if (engine === undefined) throw unknownEngine(name, [DEFAULT_ENGINE, ...others.keys()]);
    return engine;
  };
  const engineOfView = ({ source }: FeatureView): SourceEngine => named(engineOf(source));

  return {
    async describe(relations, options) {
      const described = new Map<(typeof relations)[number], CatalogRelation>();
      // PostgreSQL also describes the database.
      const groups = new Map([[DEFAULT_ENGINE, [] as typeof relations], ...byKey(relations, engineOf)]);
      let database: Catalog | undefined;
      for (const [name, own] of groups) {
        const catalog = await named(name).describe(own, options);
        if (name === DEFAULT_ENGINE) database = catalog;
        for (const [index, relation] of own.entries()) {
          const found = catalog.relations[index];
          if (found !== undefined) described.set(relation, found);
        }
      }
      if (database === undefined) throw new Error("PostgreSQL describes the database");
      return { ...database, relations: relations.flatMap((relation) => described.get(relation) ?? []) };
    },
    async tableAccess(sources, options) {
      const found = [];
      for (const [name, own] of byKey(sources, engineOf)) found.push(...(await named(name).tableAccess(own, options)));
      return found;
    },
    exampleKey: (table, key) => postgres.exampleKey(table, key),
    sourceState: async (source, ...rest) => named(engineOf(source)).sourceState(source, ...rest),
    transactionWatermark: (options) => postgres.transactionWatermark(options),
    writesSince: async (source, ...rest) => named(engineOf(source)).writesSince(source, ...rest),

    estimate: async (view, options) => engineOfView(view).estimate(view, options),
    compare: async (before, after, ...rest) => engineOfView(after).compare(before, after, ...rest),

    fill: async (run, applied, options) => engineOfView(applied.view).fill(run, applied, options),
    findChanges: createFindChanges(named),
    planChunks(applied) {
      const name = engineOf(applied.view.source);
      if (name !== DEFAULT_ENGINE) throw withoutChunks(name, applied.view);
      return postgres.planChunks(applied);
    },
    beginChunks: (...call) => postgres.beginChunks(...call),
    fillChunk: (...call) => postgres.fillChunk(...call),
    endChunks: (...call) => postgres.endChunks(...call),
    async sweepStaging(liveTokens) {
      const removed = [];
      for (const engine of others.values()) removed.push(...(await engine.sweepStaging(liveTokens)));
      return removed;
    },

    async rowsAsOf(view, rows, options, storedRows = null) {
      const isStored = (feature: FeatureView["features"][number]) =>
        storedRows !== null && !knowsThePast(view, feature);
      const stored = view.features.filter(isStored);
      const own = view.features.filter((feature) => !isStored(feature));
      const engine = engineOfView(view);
      if (engine === postgres || stored.length === 0) return engine.rowsAsOf(view, rows, options, storedRows);
      // The stored rows of a source without history are PostgreSQL's.
      const past = await postgres.rowsAsOf({ ...view, features: stored }, rows, options, storedRows);
      if (own.length === 0) return past;
      const computed = await engine.rowsAsOf({ ...view, features: own }, rows, options);
      return computed.map(({ eventTime, values }, index) => ({
        eventTime,
        values: new Map([...values, ...(past[index]?.values ?? [])]),
      }));
    },
    magnitudesAsOf: async (view, ...rest) => engineOfView(view).magnitudesAsOf(view, ...rest),
    writtenBefore: async (view, ...rest) => engineOfView(view).writtenBefore(view, ...rest),
    // It reads no source.
    computeFeatures: (...call) => postgres.computeFeatures(...call),

    loadSpine: (...call) => postgres.loadSpine(...call),
    loadedSpine: (...call) => postgres.loadedSpine(...call),
    isInSpine: (...call) => postgres.isInSpine(...call),
    readQuery: (...call) => postgres.readQuery(...call),
    async *readSpine(files, options) {
      yield* named(files.engine).readSpine(files, options);
    },
    planJoin: (spine, features, maxJoinedRows, options) =>
      planByEngine(features, async (name, own) => {
        const join = await named(name).planJoin(spine, own, maxJoinedRows, options);
        if (join.kind === "mixed") throw new Error(`The engine ${name} returned a join of several engines`);
        return join;
      }),
    joinedRows: (spine, keys, planned, options) =>
      rowsOf(planned, "views", (name, join) => named(name).joinedRows(spine, keys, join, options)),
    labelRows: (planned, options) => rowsOf(planned, "features", (name, join) => named(name).labelRows(join, options)),
    async removeSpine(spine) {
      for (const engine of others.values()) await engine.removeSpine(spine);
    },
    async sweepSpines(endedOf) {
      for (const engine of others.values()) await engine.sweepSpines(endedOf);
    },

    planDataset: (...call) => postgres.planDataset(...call),
    datasetRows: (...call) => postgres.datasetRows(...call),
  };
}

/** Lets each engine find the changes of its views. Only one of them may keep what it finds, under its lease. */
function createFindChanges(named: (name: string) => SourceEngine): ViewFills["findChanges"] {
  return async (views, request, options) => {
    // PostgreSQL chooses the as-of time when it scans; the other engines take the same.
    const groups = new Map([
      [DEFAULT_ENGINE, [] as typeof views],
      ...byKey(views, ({ view }) => engineOf(view.source)),
    ]);
    const found = new Map<string, FoundChanges>();
    let { asOf } = request;
    for (const [name, own] of groups) {
      if (own.length === 0) continue;
      const find = async () => named(name).findChanges(own, { ...request, asOf }, options);
      // A fault of one engine concerns its views only.
      const each = groups.size === 1 ? await find() : await find().catch(failedChanges);
      found.set(name, each);
      asOf = each.asOf ?? asOf;
    }
    const all = [...found.values()];
    const leases = all.flatMap(({ lease }) => lease ?? []);
    if (leases.length > 1) throw new Error("Only one engine may keep changes");
    return {
      asOf: all.find((each) => each.asOf !== null)?.asOf ?? null,
      lease: leases[0] ?? null,
      async fill(run, applied, fillOptions) {
        const own = found.get(engineOf(applied.view.source));
        return own === undefined ? { full: "no_baseline" } : own.fill(run, applied, fillOptions);
      },
      async drop() {
        for (const each of all) await each.drop();
      },
    };
  };
}

function rowsOf<Row extends AsyncIterable<readonly Readonly<Record<string, string | null>>[]>>(
  planned: PlannedJoin,
  timesOf: "views" | "features",
  rows: (engine: string, join: Exclude<PlannedJoin, { kind: "mixed" }>) => Row,
) {
  if (planned.kind === "mixed") return mixedRows(planned, (join) => rows(join.engine, join), timesOf);
  return rows(planned.engine, planned);
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [item]);
    else own.push(item);
  }
  return groups;
}

function unknownEngine(name: string, known: readonly string[]): FeatstoreError {
  return new FeatstoreError(
    "engine_unknown",
    `There is no engine "${name}": the settings have ${known.map((each) => `"${each}"`).join(", ")}. Add engines.${name} to the configuration of this command or server, or correct the source.`,
  );
}

function withoutChunks(engine: string, { name, version }: FeatureView): FeatstoreError {
  return new FeatstoreError(
    "engine_without_chunks",
    `The engine "${engine}" computes ${name}@${version} at once, and needs no more memory for it than its settings allow: use featstore materialize ${name}@${version}.`,
  );
}
