import { entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileTrainingSet, compileView, postgresDialect } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../../src/database/lease-holder";
import { createEngine } from "../../../src/engine/index";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../registry/fixture";

// A source that is updated in place has no past: its views are trained on the values that the store itself served.

const songs = source({
  name: "songs",
  table: "songs",
  key: { track_id: int64() },
  eventTime: "changed_at",
  tenant: "owner",
  history: "current",
  columns: { title: string().nullable(), code: string().static() },
});
const track = entity({ name: "track", key: { track_id: int64() } });
const titles = featureView({
  name: "titles",
  version: 1,
  entity: track,
  from: songs,
  features: (row) => ({ title: latest(row.title), code: latest(row.code) }),
});

const DAY = 86_400_000_000n;
const START = 1_767_225_600_000_000n; // 2026-01-01

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 40);

interface Step {
  readonly mode: "full" | "incremental";
  readonly passes: number;
  readonly writes: readonly { readonly track: number; readonly title: string | null; readonly owner: "a" | "b" }[];
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  mode: fc.constantFrom("full", "incremental"),
  passes: fc.integer({ min: 1, max: 3 }),
  writes: fc.array(
    fc.record({
      track: fc.integer({ min: 1, max: 3 }),
      title: fc.option(fc.constantFrom("x", "y", "z")),
      owner: fc.constantFrom("a", "b"),
    }),
    { maxLength: 3 },
  ),
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`training on the history of rows on ${target.name}`, () => {
    test("a row at a past time has the values that the last run before it served", { timeout: 300_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 5 }), async (steps) => {
          const opened = await target.openMigrated();
          try {
            await prepare(
              opened.database,
              `create table songs (track_id bigint, owner text, title text, code text, changed_at timestamptz, primary key (owner, track_id));
               create table featstore.spine (_row bigint primary key, _tenant text not null, track_id bigint, _as_of timestamptz not null)`,
            );
            const registry = createRegistryStore(opened.database);
            const offline = createRunLog(opened.database);
            await registry.apply(
              changeOf({ featureViews: [viewChange(titles.ir, compileView(postgresDialect, titles.ir))] }),
            );
            const dependencies = {
              registry,
              offline,
              engine: createEngine(opened.database),
              holder: await thisProcess(),
              isDead: isSurelyDead,
            };
            const served = new Map<bigint, ReadonlyMap<string, string | null>>();
            let now = START;
            for (const { mode, passes, writes } of steps) {
              now += BigInt(passes) * DAY;
              for (const write of writes) await opened.database.script(upsert(write, now));
              const { views } = await materialize(dependencies, { mode, asOf: now });
              expect(views).toMatchObject([{ state: "published" }]);
              const rows = await opened.database.query<{ entity: string; title: string | null }>({
                text: "select _tenant || track_id as entity, title from features.titles_v1",
              });
              served.set(now, new Map(rows.map((row) => [row.entity, row.title])));
            }
            const times = [...served.keys()];
            const spine = [START, ...times, ...times.map((time) => time + DAY)].flatMap((time) =>
              ["a", "b"].flatMap((owner) => [1, 2, 3].map((track) => ({ time, owner, track }))),
            );
            const values = spine.map(({ time, owner, track }, row) => `(${row}, '${owner}', ${track}, '${iso(time)}')`);
            await opened.database.script(`insert into featstore.spine values ${values.join(", ")}`);
            const registered = (await registry.snapshot()).featureViews.get("titles")?.versions.get(1);
            const stored = { table: registered?.served?.table ?? "", since: iso(registered?.historySince ?? 0n) };
            const { statement, columns } = compileTrainingSet(postgresDialect, {
              views: [{ view: titles.ir, features: ["title"], stored }],
              spine: { schema: "featstore", table: "spine" },
            });
            expect(columns).toMatchObject([{ withoutHistory: false }]);
            const results = await opened.database.query<{ f1: string | null }>(statement);
            const expected = spine.map(({ time, owner, track }) => {
              const last = times.filter((each) => each <= time).at(-1);
              return (last === undefined ? undefined : served.get(last)?.get(`${owner}${track}`)) ?? null;
            });
            expect(results.map(({ f1 }) => f1)).toEqual(expected);
          } finally {
            await opened.drop();
          }
        }),
        { numRuns: runs },
      );
    });
  });
}

function iso(micros: bigint): string {
  return new Date(Number(micros / 1000n)).toISOString();
}

function upsert({ track, title, owner }: Step["writes"][number], at: bigint): string {
  const value = title === null ? "null" : `'${title}'`;
  const changed = `timestamptz '${iso(at)}'`;
  return `insert into songs values (${track}, '${owner}', ${value}, 'c', ${changed})
    on conflict (owner, track_id) do update set title = excluded.title, changed_at = excluded.changed_at`;
}
