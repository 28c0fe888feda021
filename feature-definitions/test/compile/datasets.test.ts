import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DatasetInput } from "../../src/compile/dataset/dataset-input";
import type { CompiledDataset } from "../../src/compile/dataset/dataset-query";
import { createTable } from "../../src/compile/generations/tables";
import { compileDataset, type FeatureView, postgresDialect, viewsOfDataset } from "../../src/compiler";
import { dataset, decimal, float64, int64, source, string, stringArray } from "../../src/index";
import { artistListening, listening, song } from "../computed/fixtures";
import { popular, songsDataset, speechesDataset } from "../datasets/fixtures";
import { type SqlDatabase, sqlTargets } from "./support/databases";

/* The SQL of datasets as files for review, which UPDATE_GOLDEN=1 rewrites, and what it gives on each database. */

const folder = resolve(import.meta.dirname, "../golden-datasets");
const isUpdate = process.env.UPDATE_GOLDEN === "1";
const views = [song.ir, listening.ir, artistListening.ir];
const served = views.map((view) => ({ view, table: `${view.name}_v1_g7` }));
const takedowns = { schema: "featstore", table: "dataset_takedowns" };
const popularInput: DatasetInput = { service: { ir: popular.ir, views: served }, takedowns: null };

const goldens = new Map<string, CompiledDataset>([
  ["source.sql", compileDataset(postgresDialect, speechesDataset.ir, { service: null, takedowns })],
  ["service.sql", compileDataset(postgresDialect, songsDataset.ir, popularInput)],
]);

describe("golden files of datasets", () => {
  if (isUpdate) mkdirSync(folder, { recursive: true });

  test.each([...goldens])("%s", (file, { text }) => {
    const path = join(folder, file);
    if (isUpdate) writeFileSync(path, `${text};\n`);
    expect(existsSync(path) ? readFileSync(path, "utf8") : "absent; run with UPDATE_GOLDEN=1").toBe(`${text};\n`);
  });

  test("have no obsolete files", () => {
    expect(readdirSync(folder).sort()).toEqual([...goldens.keys()].sort());
  });
});

describe("the compiled columns", () => {
  test("are the key, the values and the score, with what the card says of them", () => {
    const { columns = [] } = goldens.get("source.sql") ?? {};
    expect(columns.map(({ name, role, type, nullable }) => [name, role, type, nullable])).toEqual([
      ["id", "key", "int64", false],
      ["language", "key", "string", false],
      ["speaker", "value", "string", true],
      ["body", "value", "string", true],
      ["words", "value", "int32", false],
      ["votes", "value", "int64", true],
      ["tone", "value", "string", true],
      ["held_at", "value", "timestamp", true],
      ["quality_score", "quality", "float64", false],
    ]);
    expect(columns.find(({ name }) => name === "words")).toMatchObject({
      description: "Number of words",
      unit: "words",
    });
  });

  test("of a service come from the views that the dataset reads, the population first", () => {
    expect(viewsOfDataset(songsDataset.ir, popular.ir).map(({ view }) => view)).toEqual([
      ...["song", "listening", "artist_listening"],
    ]);
    const artists = { ...songsDataset.ir, columns: songsDataset.ir.columns.slice(0, 1), exclusions: [] };
    expect(viewsOfDataset(artists, popular.ir)).toEqual([{ view: "song", version: 1 }]);
    expect(() =>
      compileDataset(postgresDialect, songsDataset.ir, { service: { ir: popular.ir, views: [] }, takedowns }),
    ).toThrow(RangeError);
    const renamed = { ...popular.ir, features: popular.ir.features.slice(0, 3) };
    expect(() =>
      compileDataset(postgresDialect, songsDataset.ir, { service: { ir: renamed, views: served }, takedowns }),
    ).toThrow("listening.plays");
  });
});

const without = (view: FeatureView, ...names: readonly string[]): FeatureView => ({
  ...view,
  features: view.features.filter(({ name }) => !names.includes(name)),
});

describe.each(sqlTargets("all"))("$name", ({ skip, open, hasVectors }) => {
  describe.skipIf(skip)("runs", () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());

    test("a dataset of a service: the population's keys, features of another entity, defaults and exclusions", async () => {
      const dropped = hasVectors ? [] : ["lyrics"];
      for (const { view, table } of served) await database.script(createTable(without(view, ...dropped), table));
      const lyrics = hasVectors ? ", '[1,2,3]'" : "";
      await database.script(`
        insert into features.song_v1_g7 (_tenant, track_id, artist${hasVectors ? ", lyrics" : ""}) values
          ('', 9, 'abba'${lyrics}), ('', 10, 'unheard'${lyrics}), ('', 8, ' '${lyrics}), ('', 7, null${lyrics}),
          ('', 6, 'abba'${lyrics}), ('other', 5, 'abba'${lyrics});
        insert into features.listening_v1_g7 (_tenant, track_id, plays, seconds_avg) values
          ('', 9, 3, 1.5), ('', 10, 1, null), ('', 8, 2, 2), ('other', 7, 1, 1), ('', 77, 1, 1);
        insert into features.artist_listening_v1_g7 (_tenant, artist, plays, seconds_avg) values
          ('', 'abba', 12, 1), ('other', 'unheard', 1, 1), ('', ' ', 4, 1);`);
      const { ir } = songsDataset;
      const own = { ...ir, columns: ir.columns.filter(({ name }) => !dropped.includes(name)) };
      const { text, columns } = compileDataset(postgresDialect, own, popularInput);
      const rows = await database.query(text);
      expect(Object.keys(rows[0] ?? {})).toEqual(["_excluded", ...columns.map(({ name }) => name)]);
      const expected = [
        { _excluded: "unplayed", track_id: "6", artist: "abba", seconds: "0", share: null },
        { _excluded: "unplayed", track_id: "7", artist: null, seconds: "0", share: null },
        { _excluded: null, track_id: "8", artist: null, seconds: "2", share: "0.5" },
        { _excluded: null, track_id: "9", artist: "abba", seconds: "1.5", share: "0.25" },
        { _excluded: null, track_id: "10", artist: "unheard", seconds: "0", share: null },
      ];
      expect(rows).toEqual(expected.map((row) => (hasVectors ? { ...row, lyrics: "[1,2,3]" } : row)));
    });

    test("exact values, and names that need quotes", async () => {
      await database.script(`
        create table "it's" ("Key" text, big bigint, exact numeric, float double precision, list text[], words text);
        insert into "it's" values
          ('b', 9223372036854775807, 1.10, 'NaN', '{a,null,"b c"}', 'true'),
          ('B', -1, 'NaN', '-0', '{}', 'maybe'), (null, 1, 1, 1, '{}', null), ('c', 1, 1, 1, '[0:1]={d,e}', null),
          ('a', null, null, null, null, null);`);
      const odd = source({
        ...{ name: "source", table: "it's", key: { key: string().from("Key") }, history: "current" },
        columns: {
          ...{ big: int64().nullable(), exact: decimal().nullable(), float: float64().nullable() },
          ...{ list: stringArray().nullable(), _excluded: string().nullable().from("words") },
        },
      });
      const { ir } = dataset({
        ...{ name: "odd", from: odd, title: "t", purpose: "p", provenance: ["p"], licence: "MIT", cadence: "c" },
        contact: "c",
        columns: (row) => ({
          ...{ big: row.big.describe("b"), exact: row.exact.describe("e"), float: row.float.describe("f") },
          ...{ list: row.list.describe("l"), flag: row._excluded.bool().strict().describe("w") },
        }),
        exclude: [{ reason: "quoted", description: "d", when: (row) => row._excluded.eq('it\'s \\ "$1" :x') }],
      });
      const { text } = compileDataset(postgresDialect, ir, { service: null, takedowns: null });
      expect((await database.query(text)).map((row) => Object.values(row))).toEqual([
        [null, "B", "-1", "NaN", "-0", "{}", "maybe"],
        [null, "a", null, null, null, null, null],
        [null, "b", "9223372036854775807", "1.10", "NaN", '{a,NULL,"b c"}', "t"],
        [null, "c", "1", "1", "1", "{d,e}", null],
      ]);
    });

    test("texts that differ only in case, punctuation, white space or composition are one text", async () => {
      const texts = source({
        name: "texts",
        table: "texts",
        key: { id: int64() },
        history: "current",
        columns: { body: string() },
      });
      const { ir } = dataset({
        ...{ name: "texts", from: texts, title: "t", purpose: "p", provenance: ["p"], licence: "MIT", cadence: "c" },
        contact: "c",
        columns: (row) => ({ body: row.body.describe("b") }),
        clean: { uniqueText: "body" },
      });
      await database.script(`
        create table texts (id bigint, body text);
        insert into texts values (5, E'caf\\u00e9 — Noir!'), (4, E'CAFE\\u0301\\n\\tnoir'), (3, 'Cafe noir'), (2, '!!!'),
          (1, '…'), (6, '  '), (7, E'(caf\\u00c9)\\u00a0\\u2003\\u201cno\\u200bir\\u201d'), (8, 'cafenoir');`);
      const { text } = compileDataset(postgresDialect, ir, { service: null, takedowns: null });
      expect((await database.query(text)).map((row) => [row._excluded, row.id])).toEqual([
        ...[
          [null, "1"],
          [null, "2"],
          [null, "3"],
          [null, "4"],
          ["duplicate_text", "5"],
          [null, "6"],
          ["duplicate_text", "7"],
          [null, "8"],
        ],
      ]);
    });
  });
});
