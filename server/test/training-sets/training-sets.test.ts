import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { date, entity, featureView, int64, latest, source, string, timestamp } from "@featstore/definitions";
import { tableFromIPC } from "apache-arrow";
import { readParquet } from "parquet-wasm";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { jsonRowsSpine } from "../../src/training-sets/spine/read-json";
import type { SpineReader } from "../../src/training-sets/spine/spine-row";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import {
  applyDefinitions,
  csvText,
  features,
  onlyViews,
  openTrainingSets,
  prepareScores,
  rowsSpine,
  type TestTrainingSets,
} from "./support";

const spine = () =>
  rowsSpine([
    { track_id: 3, as_of: "2026-01-01T00:13:00.123456Z", label: 1, artist: "a" },
    { track_id: 3, as_of: "2026-01-01T00:13:00.123455Z", label: 0, artist: "b" },
    { track_id: "3", as_of: "2026-01-01T01:13:00.123456+01:00", label: 2.5, artist: null },
    { track_id: 99, as_of: "2026-01-01T00:13:00Z", label: null },
  ]);

/** A view of a table that is updated in place. */
async function prepareTitles(database: Database, { isStatic }: { readonly isStatic: boolean }): Promise<void> {
  await database.script(
    "create table songs (track_id bigint primary key, title text, changed_at timestamptz); insert into songs select i, 'a', '2025-12-31 00:00Z' from generate_series(1, 9) as i",
  );
  const songs = source({
    name: "songs",
    table: "songs",
    key: { track_id: int64() },
    eventTime: "changed_at",
    history: "current",
    columns: { title: isStatic ? string().nullable().static() : string().nullable() },
  });
  const titles = featureView({
    name: "titles",
    version: 1,
    entity: entity({ name: "track", key: { track_id: int64() } }),
    from: songs,
    features: (row) => ({ title: latest(row.title) }),
  });
  await applyDefinitions(database, onlyViews(titles.ir));
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`training sets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      made = await openTrainingSets(opened.database);
    });
    afterEach(async () => {
      await made?.close();
      await opened?.drop();
    });

    test("returns every spine row once, in order, with its values at its time and its own columns", async () => {
      const { id, manifest, text } = await made.make({ spine: spine(), features });
      expect(
        text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ).toEqual([
        {
          track_id: "3",
          as_of: "2026-01-01T00:13:00.123456Z",
          label: 1,
          artist: "a",
          "scores.events": 2,
          "scores.average": 2,
          "scores.title": 'title, "13"',
          "scores.big": "9007199254741006",
        },
        {
          track_id: "3",
          as_of: "2026-01-01T00:13:00.123455Z",
          label: 0,
          artist: "b",
          "scores.events": 1,
          "scores.average": 0.75,
          "scores.title": 'title, "3"',
          "scores.big": "9007199254740996",
        },
        {
          track_id: "3",
          as_of: "2026-01-01T00:13:00.123456Z",
          label: 2.5,
          artist: null,
          "scores.events": 2,
          "scores.average": 2,
          "scores.title": 'title, "13"',
          "scores.big": "9007199254741006",
        },
        {
          track_id: "99",
          as_of: "2026-01-01T00:13:00.000000Z",
          label: null,
          artist: null,
          "scores.events": null,
          "scores.average": null,
          "scores.title": null,
          "scores.big": null,
        },
      ]);
      expect(manifest).toMatchObject({
        id,
        views: [{ view: "scores", version: 1, rows: { missing: 1, expired: 0, without_history: 0 } }],
        spine: { rows: 4 },
        sources: [{ source: "events", rows: 100, largest: { id: "100" }, moved: false }],
        result: { rows: 4, sha256: createHash("sha256").update(text).digest("hex") },
      });
      expect(await made.left()).toEqual({ tables: [], folders: [id] });
      expect(JSON.parse((await made.file(id, "manifest.json")).toString())).toEqual(manifest);
      expect(await made.sets.read(id, { tenant: null })).toMatchObject({
        state: "finished",
        rowsDone: 4,
        spineRows: 4,
        isHere: true,
      });
      expect(made.faults).toEqual([]);
    });

    test("keeps int64 and microseconds exact in Parquet and CSV", async () => {
      const parquet = await made.make({ spine: spine(), features, format: "parquet" });
      const bytes = await readFile(`${made.folder}/${parquet.id}/data.parquet`);
      const table = tableFromIPC(readParquet(bytes).intoIPCStream());
      expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
        "track_id Int64",
        "as_of Timestamp<MICROSECOND, UTC>",
        "label Float64",
        "artist Utf8",
        "scores.events Int32",
        "scores.average Float64",
        "scores.title Utf8",
        "scores.big Int64",
      ]);
      expect(table.getChild("scores.big")?.toArray()[0]).toBe(9007199254741006n);
      expect(table.getChild("scores.big")?.get(3)).toBeNull();
      expect(table.getChild("as_of")?.data[0]?.values[0]).toBe(1767226380123456n);
      const { text } = await made.make({ spine: spine(), features, format: "csv" });
      expect(text.split("\n").slice(0, 2)).toEqual([
        "track_id,as_of,label,artist,scores.events,scores.average,scores.title,scores.big",
        '3,2026-01-01T00:13:00.123456Z,1,a,2,2,"title, ""13""",9007199254741006',
      ]);
      expect(text.split("\n")[4]).toBe("99,2026-01-01T00:13:00.000000Z,,,,,,");
    });

    test("a rerun gives the same bytes, and after a change names the source that moved", async () => {
      const first = await made.make({ spine: spine(), features, format: "parquet" });
      const again = await made.sets.rerun(first.id, { tenant: null });
      expect((await again.done).rerun).toEqual({
        of: first.id,
        same: true,
        moved: [],
        detail: expect.not.stringContaining('"'),
      });
      await opened.database.script("insert into events values (101, 3, 'late', 1, 1, '2026-01-01 00:01Z')");
      const moved = await (await made.sets.rerun(first.id, { tenant: null })).done;
      expect(moved.rerun).toMatchObject({
        same: false,
        moved: ["events"],
        detail: expect.stringContaining('"events"'),
      });
    });

    test("reuses a training set only on request, and only while no source moved", async () => {
      const first = await made.make({ spine: spine(), features });
      const other = await made.make({ spine: spine(), features });
      expect(other.id).not.toBe(first.id);
      const reused = await made.sets.start({ spine: spine(), features, format: "jsonl", tenant: null, reuse: true });
      expect(reused).toMatchObject({ id: other.id, isReused: true });
      await opened.database.script("insert into events values (101, 3, 'late', 1, 1, '2026-01-01 00:01Z')");
      const fresh = await made.sets.start({ spine: spine(), features, format: "jsonl", tenant: null, reuse: true });
      expect(fresh.isReused).toBe(false);
      await fresh.done;
      expect((await made.left()).tables).toEqual([]);
    });

    test("notices a row that was changed in place, in events and in a source without history", async () => {
      const { database } = opened;
      await prepareTitles(database, { isStatic: true });
      const ask = async (requests: readonly string[]) => {
        const request = { spine: spine(), features: requests, format: "jsonl", tenant: null, reuse: true } as const;
        const started = await made.sets.start(request);
        await started.done;
        return started;
      };
      for (const [requests, table, change] of [
        [features, "events", "update events set value = 100 where id = 3"],
        [["titles.title"], "songs", "update songs set title = 'b' where track_id = 3"],
      ] as const) {
        const first = await ask(requests);
        expect(await ask(requests)).toMatchObject({ id: first.id, isReused: true });
        await database.script(change);
        const fresh = await ask(requests);
        expect(fresh.isReused).toBe(false);
        expect(await ask(requests)).toMatchObject({ id: fresh.id, isReused: true });
        const again = await (await made.sets.rerun(first.id, { tenant: null })).done;
        expect(again.rerun).toMatchObject({
          same: false,
          moved: [table],
          detail: expect.stringContaining(`"${table}"`),
        });
        const same = await (await made.sets.rerun(again.id, { tenant: null })).done;
        expect(same.rerun).toMatchObject({ same: true, moved: [], detail: expect.not.stringContaining('"') });
      }
      // The bytes do not show a change of an unread row.
      const { id } = await ask(features);
      await database.script("update events set title = title where id = 4");
      const untouched = await (await made.sets.rerun(id, { tenant: null })).done;
      expect(untouched.rerun).toMatchObject({ same: true, detail: expect.stringContaining('"events"') });
      // The rows of a table that takes over the other's name are older.
      await database.script(
        "create table others as select track_id, 'c' as title, changed_at from songs; alter table others add primary key (track_id)",
      );
      const before = await ask(["titles.title"]);
      await database.script("drop table songs; alter table others rename to songs");
      expect((await ask(["titles.title"])).id).not.toBe(before.id);
    });

    test.skipIf(target.kind === "pglite")(
      "treats a transaction that was open when the rows were read as later",
      async () => {
        const client = postgres(opened.directUrl ?? "", { max: 1, onnotice: () => {} });
        try {
          const session = await client.reserve();
          await session`begin`;
          await session`update events set value = 100 where id = 3`;
          const first = await made.make({ spine: spine(), features });
          await session`commit`;
          session.release();
          const started = await made.sets.start({
            spine: spine(),
            features,
            format: "jsonl",
            tenant: null,
            reuse: true,
          });
          expect(started.isReused).toBe(false);
          await started.done;
          const again = await (await made.sets.rerun(first.id, { tenant: null })).done;
          expect(again.rerun).toMatchObject({ same: false, moved: ["events"] });
        } finally {
          await client.end({ timeout: 1 });
        }
      },
    );

    test("a run or an erased key prevents reuse when values come from the history of rows", async () => {
      const { database } = opened;
      await prepareTitles(database, { isStatic: false });
      const run = async (asOf: bigint) => {
        const registry = createRegistryStore(database);
        const offline = createRunLog(database);
        const own = {
          registry,
          offline,
          engine: createEngine(database),
          holder: await thisProcess(),
          isDead: isSurelyDead,
        };
        expect((await materialize(own, { views: ["titles"], asOf })).views).toMatchObject([{ state: "published" }]);
      };
      const ask = async () => {
        const requests = {
          spine: spine(),
          features: ["titles.title"],
          format: "jsonl",
          tenant: null,
          reuse: true,
        } as const;
        const started = await made.sets.start(requests);
        await started.done;
        return started;
      };
      const unknown = await ask();
      await run(1_767_225_600_000_000n);
      const stored = await ask();
      expect(stored.isReused).toBe(false);
      expect(await ask()).toMatchObject({ id: stored.id, isReused: true });
      await run(1_767_225_700_000_000n);
      expect((await ask()).isReused).toBe(false);
      const last = await ask();
      expect(last.isReused).toBe(true);
      await database.script("update featstore.feature_views set erasures = erasures + 1 where name = 'titles'");
      expect((await ask()).isReused).toBe(false);
      const again = await (await made.sets.rerun(unknown.id, { tenant: null })).done;
      expect(again.rerun).toMatchObject({ moved: ["titles@1"] });
    });

    test("never reports equality when a source has no transactions, PostgreSQL differs, or the manifest predates them", async () => {
      const { database } = opened;
      const ask = () => made.sets.start({ spine: spine(), features, format: "jsonl", tenant: null, reuse: true });
      const first = await made.make({ spine: spine(), features });
      const unknown = expect.stringContaining('"events"');
      const set = "update featstore.training_sets set manifest = ";
      for (const changed of [
        "jsonb_set(manifest::jsonb, '{horizon,cluster}', '\"another\"')::json",
        "jsonb_set(manifest::jsonb, '{horizon,transaction}', '\"-2000000001\"')::json",
        "(manifest::jsonb - 'horizon' - 'kept')::json",
      ]) {
        await database.script(`${set}${changed} where id = '${first.id}'`);
        const fresh = await ask();
        expect(fresh.isReused).toBe(false);
        await fresh.done;
        expect((await (await made.sets.rerun(first.id, { tenant: null })).done).rerun).toMatchObject({
          moved: [],
          detail: unknown,
        });
        await database.script(`update featstore.training_sets set reuse_key = id where id <> '${first.id}'`);
      }
      await database.script("alter table events rename to facts; create view events as select * from facts");
      const ofView = await made.make({ spine: spine(), features });
      const fresh = await ask();
      expect(fresh.isReused).toBe(false);
      await fresh.done;
      expect((await (await made.sets.rerun(ofView.id, { tenant: null })).done).rerun).toMatchObject({
        same: true,
        detail: unknown,
      });
    });

    test("splits by a column with rows and labels per part; a group stays in one part", async () => {
      const lines = Array.from(
        { length: 200 },
        (_, i) => `${i % 10},2026-01-02 00:00:${String(i % 60).padStart(2, "0")},artist ${i % 20},${i % 2}`,
      );
      const text = `track_id,as_of,artist,label\n${lines.join("\n")}\n`;
      const { text: result, manifest } = await made.make({
        spine: csvText(text),
        features,
        timeZone: "Europe/Berlin",
        labelColumn: "label",
        split: { by: "group", column: "artist", parts: { train: 0.5, test: 0.5 } },
      });
      const rows = result
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { artist: string; _split: string; label: number; as_of: string });
      expect(rows[1]?.as_of).toBe("2026-01-01T23:00:01.000000Z");
      const sides = new Map(rows.map(({ artist, _split }) => [artist, _split]));
      expect(rows.every(({ artist, _split }) => sides.get(artist) === _split)).toBe(true);
      expect(new Set(sides.values())).toEqual(new Set(["train", "test"]));
      const train = rows.filter(({ _split }) => _split === "train");
      expect(manifest.split.train).toMatchObject({
        rows: train.length,
        labels: { label: { nulls: 0, values: { "1": train.filter(({ label }) => label === 1).length } } },
      });
      expect((manifest.split.train?.rows ?? 0) + (manifest.split.test?.rows ?? 0)).toBe(200);
    });

    test("does not treat the time of the query as the future, however long the spine is read", async () => {
      const engine = createEngine(opened.database);
      const query = (asOf: string) =>
        jsonRowsSpine(
          engine.readQuery(`select i as track_id, ${asOf} as as_of from generate_series(1, 3000) as i`),
          (index) => `row ${index + 1}`,
          true,
        );
      const { manifest } = await made.make({ spine: query("clock_timestamp()"), features });
      expect(manifest.result.rows).toBe(3000);
      await expect(
        made.make({ spine: query("now() + case when i < 3000 then '0' else '1 hour' end::interval"), features }),
      ).rejects.toMatchObject({ code: "spine_time_future", errors: [{ path: "row 3000, as_of" }] });
    });

    test("refuses a spine with all of its errors, and leaves nothing", async () => {
      const start = (text: string) => made.sets.start({ spine: csvText(text), features, format: "csv", tenant: null });
      await expect(
        start("track_id,as_of\n1,2026-01-01T00:00:00Z\nx,2026-01-01\n,2999-01-01T00:00:00Z\n1\n"),
      ).rejects.toMatchObject({
        code: "spine_key_invalid",
        errors: [
          { path: "line 3, track_id", detail: expect.stringContaining("integer") },
          { path: "line 3, as_of", detail: expect.stringContaining("spine_time_zone_required") },
          { path: "line 4, track_id", detail: expect.stringContaining("spine_key_missing") },
          { path: "line 4, as_of", detail: expect.stringContaining("spine_time_future") },
          { path: "line 5", detail: expect.stringMatching(/\b1\b/) },
        ],
      });
      await expect(start("track_id,as_of\n")).rejects.toMatchObject({ code: "spine_empty" });
      await expect(start("track,as_of\n1,2026-01-01T00:00:00Z\n")).rejects.toMatchObject({
        code: "spine_column_missing",
      });
      await expect(start("track_id;as_of\n1;2026-01-01T00:00:00Z\n")).rejects.toMatchObject({
        code: "spine_column_missing",
        message: expect.stringMatching(/track_id;as_of.*";"/),
      });
      await expect(start("track_id,as_of,as_of\n1,,\n")).rejects.toMatchObject({ code: "spine_column_duplicate" });
      await expect(start("track_id,as_of,scores.events\n1,2026-01-01T00:00:00Z,\n")).rejects.toMatchObject({
        code: "spine_column_taken",
      });
      const many = `track_id,as_of\n${"1,2026-01-01T00:00:00Z\n".repeat(10_001)}`;
      await expect(start(many)).rejects.toMatchObject({
        code: "spine_too_large",
        detail: expect.stringContaining("training_sets.rows"),
      });
      const faults = await start(`track_id,as_of\n${"x,y\n".repeat(30)}`).catch((error) => error.errors.length);
      expect(faults).toBe(20);
      expect(await made.left()).toEqual({ tables: [], folders: [] });
      expect(made.faults).toEqual([]);
    });

    test("leaves nothing of a cancelled training set, waiting or running", async () => {
      const cancelled = gate();
      const held = await openTrainingSets({
        ...opened.database,
        // The first reads its rows after the second, which waits for it, is cancelled.
        async *stream<Row extends object>(...call: Parameters<Database["stream"]>) {
          await cancelled.opened;
          yield* opened.database.stream<Row>(...call);
        },
      });
      const first = await held.sets.start({ spine: spine(), features, format: "csv", tenant: null });
      const second = await held.sets.start({ spine: spine(), features, format: "csv", tenant: null });
      await held.sets.cancel(second.id, { tenant: null });
      cancelled.open();
      await expect(second.done).rejects.toBeDefined();
      await first.done;
      expect(await held.sets.read(second.id, { tenant: null })).toMatchObject({ state: "cancelled" });
      await expect(held.sets.cancel(first.id, { tenant: null })).rejects.toMatchObject({
        code: "training_set_finished",
      });
      await expect(held.sets.data(second.id, { tenant: null })).rejects.toMatchObject({
        code: "training_set_without_data",
      });
      await expect(held.sets.read(first.id, { tenant: "acme" })).rejects.toMatchObject({
        code: "training_set_not_found",
      });
      expect(await held.left()).toEqual({ tables: [], folders: [first.id] });
      await held.close();
    });

    test("cancels a running training set from another process, and leaves nothing", async () => {
      const other = await openTrainingSets(opened.database, { folder: made.folder });
      let id = "";
      const database: Database = {
        ...opened.database,
        async *stream(statement, options) {
          for await (const rows of opened.database.stream(statement, options)) {
            yield rows as never[]; // as the caller typed them
            if (!statement.text.includes("_event_time")) continue;
            const aborted = new Promise((resolve) =>
              options?.signal?.addEventListener("abort", resolve, { once: true }),
            );
            expect(await other.sets.read(id, { tenant: null })).toMatchObject({ state: "running" });
            await other.sets.cancel(id, { tenant: null });
            await aborted;
          }
        },
      };
      const running = await openTrainingSets(database, { folder: made.folder, heartbeatMs: 20 });
      const started = await running.sets.start({ spine: spine(), features, format: "parquet", tenant: null });
      id = started.id;
      await expect(started.done).rejects.toMatchObject({ code: "aborted" });
      expect(await other.sets.read(id, { tenant: null })).toMatchObject({ state: "cancelled" });
      expect(await made.left()).toEqual({ tables: [], folders: [] });
      expect(running.faults).toEqual([]);
    });

    test("fails for a value that is not finite with its column and row, and makes later ones", async () => {
      await opened.database.script("insert into events values (101, 3, 'odd', 'NaN', 1, '2026-01-01 00:01Z')");
      const failing = await made.sets.start({ spine: spine(), features, format: "csv", tenant: null });
      const next = await made.sets.start({ spine: spine(), features: ["scores.events"], format: "csv", tenant: null });
      await expect(failing.done).rejects.toMatchObject({ code: "training_value_not_finite" });
      expect(await made.sets.read(failing.id, { tenant: null })).toMatchObject({
        state: "failed",
        failure: { code: "training_value_not_finite", errors: [{ path: "row 1, scores.average" }] },
      });
      expect((await next.done).result.rows).toBe(4);
      expect(await made.left()).toEqual({ tables: [], folders: [next.id] });
    });

    test("keeps times before the year 1 exact in CSV and Parquet, and fails for infinite ones", async () => {
      await opened.database.script(`create table eras (track_id bigint, day date, at timestamptz, created_at timestamptz);
        insert into eras values (1, '0044-03-15 BC', '0044-03-15T12:00:00.5Z BC', '2026-01-01Z'),
          (2, '12026-01-01', '12026-01-01T00:00:00Z', '2026-01-01Z'), (3, 'infinity', null, '2026-01-01Z')`);
      const eras = source({
        name: "eras",
        table: "eras",
        key: { track_id: int64() },
        eventTime: "created_at",
        tieBreak: "track_id",
        history: "events",
        columns: { day: date().nullable(), at: timestamp().nullable() },
      });
      const view = featureView({
        name: "eras",
        version: 1,
        entity: entity({ name: "track", key: { track_id: int64() } }),
        from: eras,
        features: (row) => ({ day: latest(row.day), at: latest(row.at) }),
      });
      await applyDefinitions(opened.database, onlyViews(view.ir));
      const of = (...ids: number[]) => ({
        spine: rowsSpine(ids.map((track_id) => ({ track_id, as_of: "2026-02-01T00:00:00Z" }))),
        features: ["eras.day", "eras.at"],
      });
      const { text } = await made.make({ ...of(1, 2), format: "csv" });
      expect(text.replaceAll('"', "").split("\n").slice(1, 3)).toEqual([
        "1,2026-02-01T00:00:00.000000Z,-000043-03-15,-000043-03-15T12:00:00.500000Z",
        "2,2026-02-01T00:00:00.000000Z,+012026-01-01,+012026-01-01T00:00:00.000000Z",
      ]);
      const { id, manifest } = await made.make({ ...of(1, 2), format: "parquet" });
      const table = tableFromIPC(readParquet(await made.file(id, manifest.result.file)).intoIPCStream());
      const values = (name: string) => [...(table.getChild(name)?.data[0]?.values ?? [])];
      const days = ["-000043-03-15", "+012026-01-01"].map((day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000);
      expect(values("eras.day")).toEqual(days);
      expect(values("eras.at")).toEqual([
        BigInt(Date.parse("-000043-03-15T12:00:00.500Z")) * 1000n,
        BigInt(Date.parse("+012026-01-01T00:00:00Z")) * 1000n,
      ]);
      await expect(made.make(of(3))).rejects.toMatchObject({
        code: "training_value_not_finite",
        errors: [{ path: "row 1, eras.day" }],
      });
    });

    test("refuses a join over too many pairs before it runs", async () => {
      const bounded = await openTrainingSets(opened.database, { maxJoinedRows: 50 });
      const many = rowsSpine(Array.from({ length: 20 }, () => ({ track_id: 3, as_of: "2026-01-01T01:00:00Z" })));
      const { done } = await bounded.sets.start({ spine: many, features, format: "csv", tenant: null });
      await expect(done).rejects.toMatchObject({
        code: "training_set_too_costly",
        detail: expect.stringContaining("training_sets.joined_rows"),
        errors: [{ path: "scores@1" }],
      });
      expect(await bounded.left()).toEqual({ tables: [], folders: [] });
      await bounded.close();
    });

    test("refuses more training sets than may wait", async () => {
      const one = await openTrainingSets(opened.database, { limits: { total: 0, perTenant: 8 } });
      const [reading, read] = [gate(), gate()];
      const slow: SpineReader = {
        ...spine(),
        async *rows() {
          // A training set counts after its first row is read; a spine that is too wide is refused before.
          let isFirst = true;
          for await (const row of spine().rows()) {
            if (!isFirst) {
              reading.open();
              await read.opened;
            }
            yield row;
            isFirst = false;
          }
        },
      };
      const started = one.sets.start({ spine: slow, features, format: "csv", tenant: null });
      await reading.opened;
      await expect(one.sets.start({ spine: spine(), features, format: "csv", tenant: null })).rejects.toMatchObject({
        code: "training_queue_full",
        detail: expect.stringContaining("training_sets.waiting"),
      });
      read.open();
      const first = await started;
      await first.done;
      await one.close();
    });
  });
}
