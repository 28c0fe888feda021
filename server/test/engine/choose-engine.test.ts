import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import type { FeatureView } from "@featstore/definitions/compiler";
import { describe, expect, test } from "vitest";
import { chooseEngine } from "../../src/engine/choose-engine";
import type { Engine, SourceEngine } from "../../src/engine/engine";
import type { EngineJoin, JoinedFeature, JoinedFeatures, JoinedRow } from "../../src/engine/spines";
import type { FoundChanges } from "../../src/engine/view-fills";

const track = entity({ name: "track", key: { track_id: int64() } });
const columns = { title: string().nullable() };

function viewOf(name: string, engine: string | undefined, history: "events" | "current"): FeatureView {
  const from = {
    ...{ name: `${name}_rows`, key: { track_id: int64() }, columns },
    ...(history === "events"
      ? ({ eventTime: "at", tieBreak: "id", history } as const)
      : ({ eventTime: "at", history } as const)),
  };
  return featureView({
    ...{ name, version: 1, entity: track },
    from:
      engine === undefined ? source({ ...from, table: name }) : source({ ...from, engine, path: `${name}.parquet` }),
    features: (row) => ({ rows: count(), title: latest(row.title) }),
  }).ir;
}

const own = viewOf("own", undefined, "events");
const lake = viewOf("lake", "lake", "events");
const dimension = viewOf("dimension", "lake", "current");
const lost = viewOf("lost", "pond", "events");

/** An engine whose methods are the given ones; each call of another one fails. */
const fake = <Kind extends SourceEngine>(methods: Partial<Kind>): Kind => methods as Kind;

const spine = { id: "spine", rows: 2, secondsLater: 0 };

function joined(view: FeatureView, name: string, historySince?: bigint): JoinedFeature {
  const feature = view.features.find((each) => each.name === name);
  if (feature === undefined) throw new Error(`No feature ${name}`);
  const registered = registeredAs.get(view) ?? {
    ...{ view, sql: "", parameters: [], served: { table: `${view.name}_v1_g1` } },
    ...(historySince === undefined ? {} : { historySince }),
  };
  registeredAs.set(view, registered);
  return { registered, feature, column: `${view.name}.${name}` };
}
const registeredAs = new Map<FeatureView, JoinedFeature["registered"]>();

const request = (...features: readonly JoinedFeature[]): JoinedFeatures => ({
  features,
  needed: [],
  computed: [],
  inputs: [],
});

/** Joins two rows; each value is `engine:view.feature:row`. */
const joining = (engine: string): Pick<Engine, "planJoin" | "joinedRows" | "labelRows"> => {
  const rows = (features: readonly string[], views: number, timesOf: number): readonly JoinedRow[] =>
    [0, 1].map((row) =>
      Object.fromEntries([
        ["at", String(row)],
        ["k1", `k${row}`],
        ...Array.from({ length: timesOf }, (_, index) => [`e${index + 1}`, `${engine}:e${index + 1}:${row}`]),
        ...Array.from({ length: views }, (_, index) => [`l${index + 1}`, `${engine}:l${index + 1}`]),
        ...features.map((name, index) => [`f${index + 1}`, `${engine}:${name}:${row}`]),
      ]),
    );
  const named = new Map<EngineJoin, readonly string[]>();
  const stream = async function* (join: EngineJoin, timesOf: "views" | "features") {
    const names = named.get(join) ?? [];
    // In chunks of different sizes, as two engines return them.
    const all = rows(names, join.strategies.length, timesOf === "views" ? join.strategies.length : names.length);
    if (engine === "postgres") yield all;
    else for (const row of all) yield [row];
  };
  return {
    async planJoin(at, { features }) {
      const views = [...new Set(features.map(({ registered }) => registered))];
      const join = {
        ...{ kind: "engine", engine, spine: at },
        columns: features.map(({ registered, feature }, index) => ({
          name: `f${index + 1}`,
          type: feature.type,
          view: views.indexOf(registered),
        })),
        strategies: views.map(() => (engine === "postgres" ? "join" : "running")),
        withoutHistory: features.map(() => engine === "lake"),
        joinedRows: views.map((_, index) => index + (engine === "postgres" ? 10 : 20)),
        beforeHistory: views.map(() => (engine === "postgres" ? 1 : 0)),
      } as unknown as EngineJoin; // these engines have no statement
      named.set(
        join,
        features.map(({ column }) => column),
      );
      return join;
    },
    joinedRows: (_spine, _keys, join) => stream(join as EngineJoin, "views"),
    labelRows: (join) => stream(join as EngineJoin, "features"),
  };
};

const joins = chooseEngine(fake<Engine>(joining("postgres")), new Map([["lake", fake(joining("lake"))]]));

async function rowsOf(stream: AsyncIterable<readonly JoinedRow[]>): Promise<readonly JoinedRow[]> {
  const rows: JoinedRow[] = [];
  for await (const chunk of stream) rows.push(...chunk);
  return rows;
}

describe("an engine of several", () => {
  test("passes each call to the engine of its view or source, and describes relations in their order", async () => {
    const of = (name: string) => ({
      estimate: async () => ({ state: "refused", reason: name }) as const,
      sourceState: async () => ({ rows: 1, largest: null, latest: null, engine: name }),
      describe: async (relations: readonly FeatureView["source"]["relation"][]) => ({
        relations: relations.map(() => ({ state: "failed", reason: name })),
        tableNames: [name],
        hasVectorExtension: name === "postgres",
      }),
    });
    const engine = chooseEngine(
      fake<Engine>(of("postgres") as unknown as Engine),
      new Map([["lake", fake(of("lake") as unknown as SourceEngine)]]),
    );
    expect(await engine.estimate(own)).toMatchObject({ reason: "postgres" });
    expect(await engine.estimate(lake)).toMatchObject({ reason: "lake" });
    const [source] = [lake.source];
    if (source.relation.kind === "extended") throw new Error("not extended");
    expect(await engine.sourceState({ ...source, relation: source.relation }, null)).toMatchObject({ engine: "lake" });
    const relations = [lake, own, dimension].flatMap(({ source: { relation } }) =>
      relation.kind === "extended" ? [] : relation,
    );
    expect(await engine.describe(relations)).toEqual({
      relations: ["lake", "postgres", "lake"].map((reason) => ({ state: "failed", reason })),
      tableNames: ["postgres"],
      hasVectorExtension: true,
    });
  });

  test("reports an engine that is not configured", async () => {
    await expect(joins.estimate(lost)).rejects.toMatchObject({ code: "engine_unknown" });
    await expect(joins.planJoin(spine, request(joined(lost, "rows")), 1)).rejects.toMatchObject({
      code: "engine_unknown",
    });
  });

  test("puts the rows of a join over several engines together", async () => {
    const features = [joined(lake, "title"), joined(own, "rows"), joined(lake, "rows")];
    const join = await joins.planJoin(spine, request(...features), 1);
    expect(join).toMatchObject({
      columns: [{ view: 0 }, { view: 1 }, { view: 0 }],
      strategies: ["running", "join"],
      joinedRows: [20, 10],
      withoutHistory: [true, false, true],
      beforeHistory: [0, 1],
    });
    const row = (at: number) => ({
      ...{ at: String(at), k1: `k${at}` },
      ...{ e1: `lake:e1:${at}`, e2: `postgres:e1:${at}`, l1: "lake:l1", l2: "postgres:l1" },
      ...{ f1: `lake:lake.title:${at}`, f2: `postgres:own.rows:${at}`, f3: `lake:lake.rows:${at}` },
    });
    expect(await rowsOf(joins.joinedRows(spine, ["track_id"], join))).toEqual([row(0), row(1)]);
    expect((await rowsOf(joins.labelRows(join)))[1]).toMatchObject({
      ...{ e1: "lake:e1:1", e2: "postgres:e1:1", e3: "lake:e2:1" },
      ...{ f2: "postgres:own.rows:1", f3: "lake:lake.rows:1" },
    });
  });

  test("reads the stored past of a source without history from PostgreSQL", async () => {
    const join = await joins.planJoin(spine, request(joined(dimension, "title", 0n), joined(lake, "rows")), 1);
    const [row] = await rowsOf(joins.joinedRows(spine, ["track_id"], join));
    expect(row).toMatchObject({ f1: "postgres:dimension.title:0", e1: "postgres:e1:0", f2: "lake:lake.rows:0" });
  });

  test("does not compute features from values of several engines", async () => {
    const key = joined(own, "title");
    const features = [key, { ...joined(lake, "rows"), through: key }];
    await expect(joins.planJoin(spine, request(...features), 1)).rejects.toMatchObject({
      code: "training_set_mixes_engines",
    });
  });

  test("finds the changes of each engine as of one time, and a fault concerns only the views of its engine", async () => {
    const requested: (bigint | null)[] = [];
    const finding = (name: string): Pick<SourceEngine, "findChanges"> => ({
      findChanges: async (views, { asOf }) => {
        requested.push(asOf);
        const found: FoundChanges = {
          asOf: 7n,
          lease: name === "postgres" ? { token: "1" } : null,
          fill: async () => ({ rows: views.length, ignoredRows: 0, recomputed: 0, nulls: {} }),
          drop: async () => undefined,
        };
        return found;
      },
    });
    const engine = chooseEngine(
      fake<Engine>(finding("postgres") as Engine),
      new Map([["lake", fake(finding("lake") as SourceEngine)]]),
    );
    const applied = (view: FeatureView) => joined(view, "rows").registered;
    const holder = { host: "", pid: 1 } as never;
    const found = await engine.findChanges([lake, own, lost, dimension].map(applied), { holder, asOf: null });
    expect(requested).toEqual([null, 7n]);
    expect(found).toMatchObject({ asOf: 7n, lease: { token: "1" } });
    expect(await found.fill({} as never, applied(lake))).toMatchObject({ rows: 2 });
    expect(await found.fill({} as never, applied(own))).toMatchObject({ rows: 1 });
    await expect(found.fill({} as never, applied(lost))).rejects.toMatchObject({ code: "engine_unknown" });
  });
});
