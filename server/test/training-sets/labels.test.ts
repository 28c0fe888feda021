import { readFile } from "node:fs/promises";
import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { readParquet } from "parquet-wasm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LabelRequest } from "../../src/training-sets/plan/label-request";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";
import {
  applyDefinitions,
  features,
  onlyViews,
  openTrainingSets,
  prepareScores,
  rowsSpine,
  type TestTrainingSets,
} from "./support";

const HOUR = 3_600_000;
const START = Date.parse("2026-01-01T00:00:00Z");
/** The event time of the last of the hundred facts. */
const LATEST = "2026-01-01T01:40:00.123456Z";

/** The time this many minutes after the first fact, with the microseconds of the facts. */
const at = (minutes: number): string => `${new Date(START + minutes * 60_000).toISOString().slice(0, 19)}.123456Z`;
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`labels on ${target.name}`, () => {
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

    test("law: a label is its feature's value at the horizon after the row, or null when that is not yet known", async () => {
      const row = fc.record({ track_id: fc.integer({ min: 0, max: 11 }), minutes: fc.integer({ min: 0, max: 110 }) });
      const minutes = fc.integer({ min: 1, max: 60 });
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), minutes, minutes, async (rows, near, far) => {
          fc.pre(near !== far);
          const labels = features.flatMap((feature): LabelRequest[] => [
            { feature, horizon: `${near}m` },
            { feature, horizon: `${far * 60}s`, name: `far ${feature}` },
          ]);
          const spine = (later: number) =>
            rowsSpine(rows.map((each) => ({ track_id: each.track_id, as_of: at(each.minutes + later) })));
          const { text } = await made.make({ spine: spine(0), features: ["scores.events"], labels });
          const [nearer, farther] = [
            linesOf((await made.make({ spine: spine(near), features })).text),
            linesOf((await made.make({ spine: spine(far), features })).text),
          ];
          for (const [index, line] of linesOf(text).entries()) {
            const known = (later: number) => (rows[index]?.minutes ?? 0) + later <= 100;
            for (const feature of features) {
              expect(line[`label.${feature}`]).toEqual(known(near) ? nearer[index]?.[feature] : null);
              expect(line[`far ${feature}`]).toEqual(known(far) ? farther[index]?.[feature] : null);
            }
          }
        }),
        { numRuns: 6 },
      );
      expect(made.faults).toEqual([]);
    }, 60_000);

    const spine = () =>
      rowsSpine([
        { track_id: 3, as_of: at(13) },
        { track_id: 3, as_of: at(95) },
        { track_id: 99, as_of: at(13) },
        { track_id: 4, as_of: at(14) },
      ]);

    test("writes exact labels after the features, and reports counts of null, unknown and unchanged labels", async () => {
      const labels = [
        { feature: "scores.big", horizon: "12m" },
        { feature: "scores@1.events", horizon: "5m", name: "soon" },
      ];
      const split = { by: "hash", parts: { train: 0.5, test: 0.5 } } as const;
      const requests = { spine: spine(), features: ["scores.events"], labels, split };
      const { id, manifest, text } = await made.make({ ...requests, format: "parquet" });
      expect(text).not.toBe("");
      const table = tableFromIPC(readParquet(await readFile(`${made.folder}/${id}/data.parquet`)).intoIPCStream());
      expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`).slice(3)).toEqual([
        "scores.events Int32",
        "label.scores.big Int64",
        "soon Int32",
      ]);
      expect([...(table.getChild("label.scores.big") ?? [])]).toEqual([
        9007199254741016n,
        null,
        null,
        9007199254741017n,
      ]);
      expect(manifest.labels).toMatchObject([
        {
          name: "label.scores.big",
          view: "scores",
          version: 1,
          feature: "big",
          horizon_seconds: 720,
          known_until: LATEST,
          rows: { null: 2, not_known_yet: 1, already_visible: 0 },
        },
        { name: "soon", horizon_seconds: 300, rows: { null: 1, not_known_yet: 0, already_visible: 3 } },
      ]);
      expect(manifest.leakage.notes).toEqual([expect.stringMatching(/"scores\.events" .*"soon"/)]);
      const parts = Object.values(manifest.split);
      const sum = (name: string) => parts.reduce((total, part) => total + (part.labels[name]?.nulls ?? 0), 0);
      expect([sum("label.scores.big"), sum("soon")]).toEqual([2, 1]);
      expect(await made.left()).toEqual({ tables: [], folders: [id] });
      const again = await (await made.sets.rerun(id, { tenant: null })).done;
      expect([again.rerun?.same, again.labels]).toEqual([true, manifest.labels]);
      const reused = async (horizon: string) => {
        const one = {
          ...requests,
          spine: spine(),
          labels: [{ feature: "scores.big", horizon }],
          format: "csv",
          tenant: null,
        } as const;
        const started = await made.sets.start({ ...one, reuse: true });
        await started.done;
        return started.isReused;
      };
      expect([await reused("6m"), await reused("7m"), await reused("6m")]).toEqual([false, false, true]);
    });

    test("refuses an invalid label with its path", async () => {
      const start = (...labels: readonly LabelRequest[]) =>
        made.sets.start({ spine: spine(), features: ["scores.events"], labels, format: "csv", tenant: null });
      const feature = "scores.big";
      for (const horizon of ["0d", "-7d"])
        await expect(start({ feature, horizon })).rejects.toMatchObject({
          code: "label_invalid",
          errors: [{ path: "labels[0].horizon", detail: expect.any(String) }],
        });
      const wrong: readonly (readonly [LabelRequest, string])[] = [
        [{ feature, horizon: "7 days" }, "labels[0].horizon"],
        [{ feature, horizon: "36501d" }, "labels[0].horizon"],
        [{ feature: "scores", horizon: "7d" }, "labels[0].feature"],
        [{ feature, horizon: "7d", name: "a\nb" }, "labels[0].name"],
        [{ feature, horizon: "7d", name: "track_id" }, "labels[0].name"],
        [{ feature, horizon: "7d", name: "scores.events" }, "labels[0].name"],
      ];
      for (const [label, path] of wrong)
        await expect(start(label)).rejects.toMatchObject({ code: "label_invalid", errors: [{ path }] });
      const twice = { feature, horizon: "7d" };
      await expect(start(twice, { ...twice, name: "other" })).rejects.toMatchObject({ code: "label_invalid" });
      await expect(start(twice, { ...twice, horizon: "8d" })).rejects.toMatchObject({ code: "label_invalid" });
      await expect(start({ feature: "scores.bog", horizon: "7d" })).rejects.toMatchObject({
        code: "feature_not_found",
      });
      expect(await made.left()).toEqual({ tables: [], folders: [] });
    });

    test("refuses a label from a source without history", async () => {
      const tracks = source({
        name: "tracks",
        table: "events",
        key: { track_id: int64() },
        eventTime: "created_at",
        tieBreak: "id",
        history: "current",
        columns: { title: string().nullable() },
      });
      const track = entity({ name: "track", key: { track_id: int64() } });
      const names = featureView({
        name: "names",
        version: 1,
        entity: track,
        from: tracks,
        features: (row) => ({ title: latest(row.title) }),
      });
      await applyDefinitions(opened.database, onlyViews(names.ir));
      const labels = [{ feature: "names.title", horizon: "1d" }];
      await expect(
        made.sets.start({ spine: spine(), features: ["names.title"], labels, format: "csv", tenant: null }),
      ).rejects.toMatchObject({ code: "label_invalid", errors: [{ detail: expect.stringContaining("history") }] });
    });

    test("refuses a feature that equals a label, unless a reason is stated, and accepts one that equals it by chance", async () => {
      const rows = (labelOf: (index: number) => unknown) =>
        rowsSpine(
          Array.from({ length: 40 }, (_, index) => ({
            track_id: index % 10,
            as_of: at(50 + index),
            y: labelOf(index),
          })),
        );
      // Facts of a track come every ten minutes, so the minute of a row determines their number.
      const events = (index: number) => Math.floor((50 + index - (index % 10 || 10)) / 10) + 1;
      const ask = (labelOf: (index: number) => unknown, more: object = {}) =>
        made.make({ spine: rows(labelOf), features: ["scores.events", "scores.title"], labelColumn: "y", ...more });
      await expect(ask(events)).rejects.toMatchObject({
        code: "training_set_leaks",
        errors: [{ path: "scores.events", detail: expect.stringMatching(/100\.0 % .*40 /) }],
      });
      const [failed] = await opened.database.query<{ failure: string }>({
        text: "select failure::text as failure from featstore.training_sets where state = 'failed'",
      });
      expect(JSON.parse(failed?.failure ?? "")).toMatchObject({
        code: "training_set_leaks",
        errors: [{ path: "scores.events" }],
      });
      const allowed = await ask(events, { allowLeakage: "the count is the target on purpose" });
      expect(allowed.manifest).toMatchObject({
        options: { allowLeakage: "the count is the target on purpose" },
        leakage: { refused: true, features: [{ feature: "scores.events", label: "y", rows: 40, equal: 40, share: 1 }] },
      });
      expect((await ask((index) => (index % 20 === 0 ? 0 : events(index)))).manifest.leakage).toMatchObject({
        refused: false,
        features: [{ feature: "scores.events", share: 0.95 }],
      });
      // Mostly the same value on both sides, and different where it matters.
      expect((await ask(() => 6)).manifest.leakage.features).toEqual([]);
      expect((await ask((index) => (index < 3 ? null : "x"))).manifest.leakage.features).toEqual([]);
      // A constant, and a label with another value in one row of three hundred.
      const many = rowsSpine(
        Array.from({ length: 300 }, (_, index) => ({ track_id: 1, as_of: at(60), y: index === 299 ? 0 : events(10) })),
      );
      const constant = await made.make({ spine: many, features: ["scores.events"], labelColumn: "y" });
      expect(constant.manifest.leakage).toMatchObject({ refused: false, features: [{ feature: "scores.events" }] });
    });

    test("detects a label that equals its own feature because it did not change", async () => {
      const still = rowsSpine(
        Array.from({ length: 40 }, (_, index) => ({
          track_id: index % 10,
          as_of: at(50 + Math.floor(index / 10) * 10),
        })),
      );
      const requests = {
        spine: still,
        features: ["scores.title"],
        labels: [{ feature: "scores.title", horizon: "30s" }],
      };
      await expect(made.make(requests)).rejects.toMatchObject({
        code: "training_set_leaks",
        errors: [{ path: "scores.title", detail: expect.stringContaining("horizon") }],
      });
    });
  });

  describe.skipIf(target.skip)(`labels of tenants on ${target.name}`, () => {
    test("computes a label from the tenant's own facts, and knows it as far as they reach", async () => {
      const opened = await target.openMigrated();
      const song = entity({ name: "song", key: { song_id: int64() } });
      const tables = { key: { song_id: int64() }, eventTime: "played_at", tieBreak: "id", history: "events" } as const;
      const plays = source({ ...tables, name: "plays", table: "plays", tenant: "tenant", columns: {} });
      const all = source({ ...tables, name: "all_plays", table: "plays", columns: {} });
      const own = featureView({
        name: "own",
        version: 1,
        entity: song,
        from: plays,
        features: () => ({ plays: count() }),
      });
      const overall = featureView({
        name: "overall",
        version: 1,
        entity: song,
        from: all,
        features: () => ({ plays: count() }),
      });
      await prepare(
        opened.database,
        `create table plays (id bigint primary key, song_id bigint, tenant text, played_at timestamptz);
insert into plays select i, 1, case when i <= 5 then 'acme' else 'beta' end, timestamptz '2026-01-01Z' + i * interval '1 hour'
  from generate_series(1, 10) as i`,
      );
      await applyDefinitions(opened.database, onlyViews(own.ir, overall.ir));
      const made = await openTrainingSets(opened.database);
      const make = async (tenant: string | null) => {
        const rows = [2, 6].map((hours) => ({ song_id: 1, as_of: new Date(START + hours * HOUR).toISOString() }));
        const labels = [{ feature: "own.plays", horizon: "2h" }];
        const { text, manifest } = await made.make({
          spine: rowsSpine(rows),
          features: ["overall.plays"],
          labels,
          tenant,
        });
        return [...linesOf(text).map((line) => line["label.own.plays"]), manifest.labels[0]?.rows.not_known_yet];
      };
      try {
        expect(await make("acme")).toEqual([4, null, 1]);
        expect(await make("beta")).toEqual([null, 3, 0]);
        await expect(make(null)).rejects.toMatchObject({ code: "tenant_required", errors: [{ path: "own@1" }] });
      } finally {
        await made.close();
        await opened.drop();
      }
    });
  });
}
