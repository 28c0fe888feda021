import {
  bool,
  count,
  entity,
  featureView,
  float64,
  hours,
  int64,
  latest,
  source,
  string,
  sum,
  vector,
} from "@featstore/definitions";
import { compileView, type FeatureView, postgresDialect, servedFeatures } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../../src/database/lease-holder";
import { createEngine } from "../../../src/engine/index";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import type { RegisteredView } from "../../../src/registry/registry";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { createMemoryOnlineStore, type MemoryEvent } from "../../../src/serving/online-store/memory-online-store";
import { KEY_SEPARATOR, type OnlineRow } from "../../../src/serving/online-store/online-store";
import { sliceOf } from "../../../src/serving/online-store/packed-row";
import {
  createChangesLoader,
  createGenerationLoader,
  createPostgresOnlineStore,
} from "../../../src/serving/online-store/postgres-online-store";
import { servedViews } from "../../../src/serving/serving-states";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../registry/fixture";

/* The law: whatever was published, memory holds the same rows of a generation as PostgreSQL. */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 100);
const HOUR = 3_600_000_000n;
const first = 1_767_225_600_000_000n; // 2026-01-01

const PLAYS = `
create table plays (id bigint primary key, owner text, room text, track_id bigint, seconds float8, shown boolean, played_at timestamptz);
create table moods (track_id bigint primary key, mood text, shown boolean);
insert into moods select i, 'm' || i, true from generate_series(0, 5) as i`;

const plays = source({
  name: "plays",
  table: "plays",
  key: { room: string(), track_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  tenant: "owner",
  history: "events",
  columns: { seconds: float64().nullable(), shown: bool() },
});
const spots = featureView({
  name: "spots",
  version: 1,
  entity: entity({ name: "spot", key: { room: string(), track_id: int64() } }),
  from: plays,
  where: (row) => row.shown,
  features: (row) => ({ lately: sum(row.seconds).over(hours(2)), total: count(), last: latest(row.seconds) }),
}).ir;

const track = entity({ name: "track", key: { track_id: int64() } });
const moods = source({
  name: "moods",
  table: "moods",
  key: { track_id: int64() },
  history: "current",
  columns: { mood: string().nullable(), shown: bool() },
});
const moodView = featureView({
  name: "mood",
  version: 1,
  entity: track,
  from: moods,
  where: (row) => row.shown,
  features: (row) => ({ mood: latest(row.mood) }),
}).ir;
const sounds = source({
  name: "sounds",
  table: "sounds",
  key: { track_id: int64() },
  history: "current",
  columns: { mood: string().nullable(), sound: vector(2).nullable() },
});
const soundView = featureView({
  name: "sound",
  version: 1,
  entity: track,
  from: sounds,
  features: (row) => ({ mood: latest(row.mood), sound: latest(row.sound) }),
}).ir;

const rooms = ["a", "b, c"];
const owners = ["acme", "zeta"];
const scopes = ["", ...owners];
const trackIds = ["0", "1", "2", "3", "7", "99"];

interface Step {
  readonly plays: readonly {
    readonly id: number;
    readonly owner: string;
    readonly room: string;
    readonly track: number;
    readonly seconds: number;
    readonly shown: boolean;
  }[];
  readonly moods: readonly { readonly track: number; readonly mood: string | null; readonly shown: boolean }[];
  readonly passes: bigint;
  readonly isFull: boolean;
  /** False: this process sees only the generation of the next step. */
  readonly isSeen: boolean;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  plays: fc.array(
    fc.record({
      id: fc.nat(12),
      owner: fc.constantFrom(...owners),
      room: fc.constantFrom(...rooms),
      track: fc.nat(3),
      seconds: fc.integer({ min: 0, max: 9 }),
      shown: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  moods: fc.array(
    fc.record({
      track: fc.nat(7),
      mood: fc.option(fc.constantFrom('"x"', "✓, y")),
      shown: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  passes: fc.constantFrom(1n, HOUR, 3n * HOUR),
  isFull: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
  isSeen: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`memory follows incremental runs on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.openMigrated();
    });
    afterEach(() => opened?.drop());

    test("and holds the same rows as PostgreSQL", { timeout: 300_000 }, async () => {
      await prepare(opened.database, PLAYS);
      if (target.hasVectors) {
        await opened.database.script(
          "create extension vector; create table sounds as select track_id, mood, '[1,2]'::vector(2) as sound from moods",
        );
      }
      const views: readonly FeatureView[] = [spots, moodView, ...(target.hasVectors ? [soundView] : [])];
      const registry = createRegistryStore(opened.database);
      await registry.apply(
        changeOf({ featureViews: views.map((view) => viewChange(view, compileView(postgresDialect, view))) }),
      );
      const offline = createRunLog(opened.database);
      const dependencies = {
        registry,
        offline,
        engine: createEngine(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      const postgres = createPostgresOnlineStore(opened.database);
      const kinds = new Set<string>();
      let now = first;

      const publish = async (step: Step): Promise<void> => {
        now += step.passes;
        const at = `to_timestamp(${now / 1_000_000n}) - interval '1 minute'`;
        const edits = [
          ...step.plays.map(
            ({ id, owner, room, track, seconds, shown }) =>
              // A rewritten row keeps its key.
              `insert into plays values (${id}, '${owner}', '${room}', ${track}, ${seconds}, ${shown}, ${at})
                on conflict (id) do update set seconds = excluded.seconds, shown = excluded.shown`,
          ),
          ...step.moods.map(({ track, mood }) =>
            target.hasVectors
              ? `update sounds set sound = '[${track}, 2]', mood = ${mood === null ? "null" : `'${mood}'`} where track_id = ${track}`
              : "select",
          ),
          ...step.moods.map(
            ({ track, mood, shown }) =>
              `insert into moods values (${track}, ${mood === null ? "null" : `'${mood}'`}, ${shown})
                on conflict (track_id) do update set mood = excluded.mood, shown = excluded.shown`,
          ),
        ];
        await opened.database.script(edits.join(";\n"));
        const mode = step.isFull ? "full" : "incremental";
        for (const view of (await materialize(dependencies, { mode, asOf: now })).views) {
          expect(view).toMatchObject({ state: "published", failure: null });
        }
      };
      const served = async (): Promise<readonly RegisteredView[]> => servedViews(await registry.snapshot());

      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 2, maxLength: 7 }), async (steps) => {
          const events: MemoryEvent[] = [];
          const memory = createMemoryOnlineStore({
            load: createGenerationLoader(opened.database),
            loadChanges: createChangesLoader(opened.database),
            limitBytes: 1e8,
            onEvent: (event) => events.push(event),
          });
          let before: readonly RegisteredView[] = [];
          let handedOut: readonly { row: OnlineRow; registered: RegisteredView; reported: unknown }[] = [];
          const answers = new Map<string | undefined, unknown>();
          for (const step of steps) {
            await publish(step);
            if (!step.isSeen) continue;
            const after = await served();
            await memory.follow([...before, ...after]);
            for (const registered of after) answers.set(registered.served?.table, await answersOf(registered));
            for (const registered of [...before, ...after]) {
              const loadedRows = memory.held(registered.served?.table ?? "");
              expect(loadedRows).toBeDefined();
              expect(
                scopes.map((scope) =>
                  keysOf(registered).map((key) => valuesOf(loadedRows?.get(scope, key), registered)),
                ),
              ).toEqual(answers.get(registered.served?.table));
            }
            await memory.follow(after);
            before = after;
            // A row that was read from a generation stays the same in later generations.
            for (const { row, registered, reported } of handedOut) expect(valuesOf(row, registered)).toEqual(reported);
            handedOut = after.flatMap((registered) =>
              keysOf(registered).flatMap((key) => {
                const row = memory.held(registered.served?.table ?? "")?.get("", key);
                return row === undefined ? [] : [{ row, registered, reported: valuesOf(row, registered) }];
              }),
            );
          }
          for (const event of events) {
            expect(event.kind).toBe("loaded");
            if (event.kind === "loaded") kinds.add(event.loadedRows === event.rows ? "whole" : "changes");
          }
        }),
        { numRuns: runs },
      );
      expect(kinds).toEqual(new Set(["whole", "changes"]));

      /** PostgreSQL's rows by scope, read while the generation is served, because it may be dropped afterwards. */
      async function answersOf(registered: RegisteredView): Promise<unknown> {
        const table = registered.served?.table ?? "";
        const reads = scopes.map(async (scope) => {
          const keys = keysOf(registered);
          const rows = await postgres.read({ registered, table, scope, keys, deadlineMs: 20_000 });
          return rows?.map((row) => valuesOf(row, registered));
        });
        return Promise.all(reads);
      }
    });
  });
}

function keysOf({ view }: RegisteredView): string[] {
  return view.name === "spots"
    ? rooms.flatMap((room) => trackIds.map((id) => `${room}${KEY_SEPARATOR}${id}`))
    : trackIds;
}

function valuesOf(row: OnlineRow | undefined, { view }: RegisteredView): unknown {
  return row && [row.eventTime, row.text, servedFeatures(view).map((_, index) => sliceOf(row, index, index))];
}
