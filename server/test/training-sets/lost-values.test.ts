import { avg, days, entity, featureService, featureView, int64, latest, source, string } from "@featstore/definitions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportText } from "../../src/cli/training-set/report-text";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";
import { applyDefinitions, openTrainingSets, rowsSpine, type TestTrainingSets } from "./support";

const TABLES = `
create table plays (id bigint primary key, song_id bigint, x text, singer text, played_at timestamptz);
insert into plays values
  (1, 1, '5', 'ann', '2026-01-01Z'), (2, 1, 'abc', 'ann', '2026-01-03Z'), (3, 1, '7', 'ann', '2026-01-05Z'),
  (4, 2, '6', 'bob', '2026-01-01Z'), (5, 2, '99999999999', 'bob', '2026-01-03Z');
create table songs_of (id bigint primary key, singer text, rank text, at timestamptz);
insert into songs_of values (1, 'ann', '1', '2026-01-01Z'), (2, 'bob', 'first', '2026-01-01Z')`;

const song = entity({ name: "song", key: { song_id: int64() } });
const singer = entity({ name: "singer", key: { singer: string() } });
const plays = source({
  name: "plays",
  table: "plays",
  key: { song_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { x: string().nullable(), singer: string().nullable() },
});
const charts = source({
  name: "charts",
  table: "songs_of",
  key: { singer: string() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: { rank: string().nullable() },
});
const counting = featureView({
  name: "counting",
  version: 1,
  entity: song,
  from: plays,
  features: (p) => ({
    last: latest(p.x.int32()),
    mean_2d: avg(p.x.int32()).over(days(2)),
    singer: latest(p.singer),
  }),
});
const strict = featureView({
  name: "strict",
  version: 1,
  entity: song,
  from: plays,
  features: (p) => ({ last: latest(p.x.int32().strict()) }),
});
const short = featureView({
  name: "short",
  version: 1,
  entity: song,
  from: plays,
  ttl: days(1),
  features: (p) => ({ last: latest(p.x.int32()) }),
});
const ranking = featureView({
  name: "ranking",
  version: 1,
  entity: singer,
  from: charts,
  features: (c) => ({ rank: latest(c.rank.int32()) }),
});
const service = featureService({
  name: "reached",
  version: 1,
  features: [counting.pick("last"), ranking.through(counting.feature("singer")).pick("rank")],
});

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`lost values in training sets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLES);
      await applyDefinitions(opened.database, {
        featureViews: [counting.ir, strict.ir, short.ir, ranking.ir],
        featureServices: [service.ir],
      });
      made = await openTrainingSets(opened.database);
    });
    afterAll(async () => {
      await made?.close();
      await opened?.drop();
    });

    /** Songs on days of January 2026. */
    const spine = (...rows: readonly (readonly [song: number, day: number])[]) =>
      rowsSpine(rows.map(([id, day]) => ({ song_id: id, as_of: `2026-01-0${day}T12:00:00Z` })));
    const example = (id: number, day: number) => ({ song_id: String(id), as_of: `2026-01-0${day}T12:00:00.000000Z` });
    const report = (name: string, rows: number, ...examples: readonly unknown[]) => {
      const [view, feature] = name.split(".");
      return { column: name, view, version: 1, feature, rows, examples };
    };

    test("fails for a strict feature with a lost value, like a run, and names the rows", async () => {
      const { done, id } = await made.sets.start({
        ...{ spine: spine([1, 2], [1, 3], [2, 4], [1, 6]), features: ["strict.last"], format: "jsonl", tenant: null },
      });
      await expect(done).rejects.toMatchObject({ code: "cast_failed", errors: [{ path: "strict.last" }] });
      const { state, failure } = await made.sets.read(id, { tenant: null });
      expect(state).toBe("failed");
      expect(failure?.detail).toMatch(/^"strict\.last" .* 2 rows.* 2, 3\./);
      const own = {
        registry: createRegistryStore(opened.database),
        engine: createEngine(opened.database),
        offline: createRunLog(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      const run = await materialize(own, { views: ["strict"] });
      expect(run.views).toMatchObject([{ failure: { code: failure?.code } }]);
    });

    test("accepts a strict feature when no row sees a value that does not parse", async () => {
      const { manifest, text } = await made.make({ spine: spine([1, 2], [1, 6], [2, 1]), features: ["strict.last"] });
      expect(text.split("\n").map((line) => line && JSON.parse(line)["strict.last"])).toEqual([5, 7, 6, ""]);
      expect(manifest.unparsed).toEqual([]);
    });

    test("counts the rows with a lost value by feature, with the first three, and only values that a row can see", async () => {
      const { manifest } = await made.make({
        // On day 2 nothing is lost yet; from day 5 on the window of the mean holds no lost value.
        spine: spine([1, 2], [1, 3], [1, 4], [1, 6], [2, 3], [2, 4], [9, 4]),
        features: ["counting.last", "counting.mean_2d", "counting.singer"],
      });
      expect(manifest.unparsed).toEqual([
        report("counting.last", 4, example(1, 3), example(1, 4), example(2, 3)),
        report("counting.mean_2d", 4, example(1, 3), example(1, 4), example(2, 3)),
      ]);
      const text = reportText(manifest, false, "out.csv");
      expect(text).toMatch(/counting\.last: 4 values .*song_id 1, as_of 2026-01-03T12:00:00\.000000Z; song_id 1,/);
      const one = await made.make({ spine: spine([1, 3]), features: ["counting.last"] });
      expect(reportText(one.manifest, false, "out.csv")).toMatch(
        /counting\.last: 1 value .*song_id 1, as_of 2026-01-03T12:00:00\.000000Z/,
      );
    });

    test("counts no lost value for a row that is older than its ttl", async () => {
      const { manifest } = await made.make({ spine: spine([1, 3], [2, 6]), features: ["short.last"] });
      expect(manifest.unparsed).toEqual([report("short.last", 1, example(1, 3))]);
    });

    test("counts features of other entities, and known labels", async () => {
      const joined = await made.make({ spine: spine([1, 2], [2, 2]), service: "reached" });
      expect(joined.manifest.unparsed).toMatchObject([{ view: "ranking", rows: 1, examples: [example(2, 2)] }]);
      const labelled = await made.make({
        spine: spine([1, 2], [2, 2], [2, 4]),
        features: ["counting.singer"],
        labels: [{ feature: "counting.last", horizon: "1d" }],
      });
      expect(labelled.manifest.unparsed).toMatchObject([
        // Song 2 on day 4: a day later is beyond the end of the source on day 5, so the label is unknown.
        { column: "label.counting.last", rows: 2, examples: [example(1, 2), example(2, 2)] },
      ]);
      const failing = made.make({
        spine: spine([1, 2]),
        features: ["counting.singer"],
        labels: [{ feature: "strict.last", horizon: "1d" }],
      });
      await expect(failing).rejects.toMatchObject({ code: "cast_failed", errors: [{ path: "label.strict.last" }] });
    });

    test("does not reuse a training set from before lost values were counted", async () => {
      const request = { spine: spine([1, 2]), features: ["strict.last"], format: "jsonl", tenant: null } as const;
      const { id } = await made.make(request);
      const ask = () => made.sets.start({ ...request, spine: spine([1, 2]), reuse: true });
      expect(await ask()).toMatchObject({ id, isReused: true });
      await opened.database.script(
        `update featstore.training_sets set manifest = (manifest::jsonb - 'unparsed')::json where state = 'finished'`,
      );
      const fresh = await ask();
      expect(fresh.isReused).toBe(false);
      await fresh.done;
    });
  });
}
