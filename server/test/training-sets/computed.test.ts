import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  coalesce,
  entity,
  featureService,
  featureView,
  int32,
  int64,
  latest,
  source,
  string,
  sum,
} from "@featstore/definitions";
import type { Definitions } from "@featstore/definitions/compiler";
import { Float64, Int64, Null, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import { Table as ParquetTable, writeParquet } from "parquet-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createParquetThread } from "../../src/columnar/parquet/parquet-thread";
import { parquetSpine } from "../../src/training-sets/spine/read-parquet";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";
import { applyDefinitions, csvText, openTrainingSets, rowsSpine, type TestTrainingSets } from "./support";

const TABLES = `
create table releases (id bigint primary key, track_id bigint, artist text, plays int, at timestamptz);
insert into releases values (1, 1, 'ann', 10, '2026-01-01Z'), (2, 1, 'bob', 20, '2026-01-03Z'), (3, 2, null, null, '2026-01-01Z');
create table deeds (id bigint primary key, artist text, fans int, at timestamptz);
insert into deeds values (1, 'ann', 5, '2026-01-01Z'), (2, 'bob', 7, '2026-01-01Z'), (3, 'bob', 1, '2026-01-04Z'), (4, 'ann', 90, '2026-01-09Z')`;

const common = { eventTime: "at", tieBreak: "id", history: "events" } as const;
const releases = source({
  ...common,
  name: "releases",
  table: "releases",
  key: { track_id: int64() },
  columns: { artist: string().nullable(), plays: int32().nullable() },
});
const deeds = source({
  ...common,
  name: "deeds",
  table: "deeds",
  key: { artist: string() },
  columns: { fans: int32() },
});
const profile = featureView({
  name: "profile",
  version: 1,
  entity: entity({ name: "track", key: { track_id: int64() } }),
  from: releases,
  features: (row) => ({ artist: latest(row.artist), plays: latest(row.plays).default(0) }),
});
const fame = featureView({
  name: "fame",
  version: 1,
  entity: entity({ name: "artist", key: { artist: string() } }),
  from: deeds,
  features: (row) => ({ fans: sum(row.fans) }),
});
const mix = featureService({
  name: "mix",
  version: 1,
  features: [profile.pick("plays"), fame.through(profile.feature("artist")).pick("fans")],
  inputs: { more: int32(), word: string().nullable() },
  computed: (features, inputs) => ({
    total: features.profile.plays.plus(inputs.more),
    shout: coalesce(inputs.word, "-").concat("!"),
  }),
});
const exact = featureService({
  name: "exact",
  version: 1,
  features: [profile.pick("plays")],
  inputs: { big: int64().nullable() },
  computed: (_, inputs) => ({ big: coalesce(inputs.big, -1) }),
});
const definitions: Definitions = { featureViews: [profile.ir, fame.ir], featureServices: [mix.ir, exact.ir] };

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`computed features in training sets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLES);
      await applyDefinitions(opened.database, definitions);
      made = await openTrainingSets(opened.database);
    });
    afterAll(async () => {
      await made?.close();
      await opened?.drop();
    });

    const rows = () =>
      rowsSpine([
        { track_id: 1, as_of: "2026-01-02T00:00:00Z", more: 1, word: "a", note: "x" },
        { track_id: 1, as_of: "2026-01-05T00:00:00Z", more: 2, word: null, note: "y" },
        { track_id: 2, as_of: "2026-01-05T00:00:00Z", more: 3, word: "c", note: "z" },
        { track_id: 9, as_of: "2026-01-05T00:00:00Z", more: 4, word: "d", note: null },
      ]);
    const labels = [{ feature: "profile.plays", horizon: "1d" }];

    test("contains a service's stored, joined and computed features, with defaults, then labels", async () => {
      const requests = { service: "mix", columns: ["note"], labels };
      const { id, text, manifest } = await made.make({ spine: rows(), ...requests, format: "csv" });
      expect(text).toBe(`track_id,as_of,note,profile.plays,fame.fans,computed.total,computed.shout,label.profile.plays
1,2026-01-02T00:00:00.000000Z,x,10,5,11,a!,20
1,2026-01-05T00:00:00.000000Z,y,20,8,22,-!,
2,2026-01-05T00:00:00.000000Z,z,0,,3,c!,
9,2026-01-05T00:00:00.000000Z,,0,,4,d!,
`);
      expect(manifest).toMatchObject({
        service: { service: "mix@1", features: null },
        views: [{ view: "profile" }, { view: "fame" }],
        labels: [{ rows: { null: 3, not_known_yet: 3 } }],
      });
      expect(manifest.sources.map(({ source: name }) => name)).toEqual(["releases", "deeds"]);
      const again = await made.sets.rerun(id, { tenant: null });
      expect((await again.done).rerun).toMatchObject({ same: true });
      const csv = "track_id,as_of,more,word,note\n1,2026-01-02T00:00:00Z,1,a,x\n";
      expect((await made.make({ spine: csvText(csv), ...requests, format: "csv" })).text.split("\n")[1]).toBe(
        "1,2026-01-02T00:00:00.000000Z,x,10,5,11,a!,20",
      );
    });

    test("requires only the inputs of the requested features", async () => {
      const spine = rowsSpine([{ track_id: 1, as_of: "2026-01-02T00:00:00Z" }]);
      const { text } = await made.make({ spine, service: "mix", features: ["computed.shout"], format: "csv" });
      expect(text).toBe("track_id,as_of,computed.shout\n1,2026-01-02T00:00:00.000000Z,-!\n");
    });

    test.for(["9007199254740993", '"9007199254740993"'])(
      "keeps the digits of an int64 input %s from CSV",
      async (field) => {
        const spine = csvText(`track_id,as_of,big\n1,2026-01-02T00:00:00Z,${field}\n1,2026-01-02T00:00:00Z,\n`);
        const { text } = await made.make({ spine, service: "exact", columns: [], format: "csv" });
        expect(text).toBe(
          "track_id,as_of,profile.plays,computed.big\n1,2026-01-02T00:00:00.000000Z,10,9007199254740993\n1,2026-01-02T00:00:00.000000Z,10,-1\n",
        );
      },
    );

    test.for([
      ["null", new Null(), [null, null]],
      ["double", new Float64(), [Number.NaN, 5]],
    ] as const)(
      "reads a missing value of a Parquet column of type %s as null for an input",
      async ([, type, values]) => {
        const table = new Table({
          track_id: vectorFromArray([1n, 1n], new Int64()),
          as_of: vectorFromArray(["2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z"], new Utf8()),
          big: vectorFromArray(values, type),
        });
        const folder = await mkdtemp(join(tmpdir(), "featstore-input-"));
        try {
          const path = join(folder, "spine.parquet");
          await writeFile(path, writeParquet(ParquetTable.fromIPCStream(tableToIPC(table, "stream"))));
          const spine = parquetSpine(createParquetThread({ memoryMb: 1024 }), path);
          const { text } = await made.make({ spine, service: "exact", columns: [], format: "csv" });
          const computed = text
            .trimEnd()
            .split("\n")
            .map((line) => line.split(",").at(-1));
          expect(computed).toEqual(["computed.big", "-1", values[1] === null ? "-1" : "5"]);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
    );

    test("reports inputs that are missing, null or of another type with their paths", async () => {
      const start = (text: string) =>
        made.sets.start({ spine: csvText(text), service: "mix", format: "csv", tenant: null });
      await expect(start("track_id,as_of,word\n1,2026-01-02T00:00:00Z,a\n")).rejects.toMatchObject({
        code: "spine_column_missing",
        errors: [{ detail: expect.stringContaining('"more"') }],
      });
      const bad = "track_id,as_of,more\n1,2026-01-02T00:00:00Z,1\n1,2026-01-02T00:00:00Z,x\n1,2026-01-02T00:00:00Z,\n";
      await expect(start(bad)).rejects.toMatchObject({
        code: "input_invalid",
        errors: [{ path: "line 3, more" }, { path: "line 4, more" }],
      });
      const row = { track_id: 1, as_of: "2026-01-02T00:00:00Z", more: 1 };
      const unreadable = rowsSpine([
        { ...row, note: "a\\u0000 😀" },
        { ...row, note: { "a\0": 1 } },
        { ...row, note: "\ud800" },
      ]);
      await expect(
        made.sets.start({ spine: unreadable, service: "mix", format: "csv", tenant: null }),
      ).rejects.toMatchObject({
        code: "spine_row_invalid",
        errors: [{ path: "rows[1], note" }, { path: "rows[2], note" }],
      });
      expect((await made.left()).tables).toEqual([]);
    });
  });
}
