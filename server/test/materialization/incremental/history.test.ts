import { entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../../src/database/lease-holder";
import { createEngine } from "../../../src/engine/index";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../registry/fixture";

const songs = source({
  name: "songs",
  table: "songs",
  key: { track_id: int64() },
  history: "current",
  columns: { title: string().nullable() },
});
const titles = featureView({
  name: "titles",
  version: 1,
  entity: entity({ name: "track", key: { track_id: int64() }, from: songs }),
  from: songs,
  features: (row) => ({ title: latest(row.title) }),
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`history of rows on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(
        opened.database,
        "create table songs (track_id bigint primary key, title text); insert into songs values (1, 'a'), (2, 'b'), (3, 'c')",
      );
    });
    afterEach(() => opened?.drop());

    test.for(["full", "incremental"] as const)("is recorded by %s runs when rows change", async (mode) => {
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
      const day = 86_400_000_000n;
      const first = 1_767_225_600_000_000n; // 2026-01-01
      const run = async (days: bigint) =>
        expect((await materialize(dependencies, { mode, asOf: first + days * day })).views).toMatchObject([
          { state: "published" },
        ]);
      await run(0n);
      await opened.database.script(
        "update songs set title = 'A' where track_id = 1; insert into songs values (4, 'd')",
      );
      await run(1n);
      await run(2n);
      await opened.database.script("update songs set title = null where track_id = 1");
      await run(3n);
      const history = await opened.database.query({
        text: `select track_id::text, title, _present as present, to_char(_until at time zone 'UTC', 'MM-DD') as until
          from features.titles_v1_history order by 1, 4`,
      });
      expect(history).toEqual([
        { track_id: "1", title: "a", present: true, until: "01-02" },
        { track_id: "1", title: "A", present: true, until: "01-04" },
        { track_id: "4", title: null, present: false, until: "01-02" },
      ]);
      const { historySince } = (await registry.snapshot()).featureViews.get("titles")?.versions.get(1) ?? {};
      expect(historySince).toBe(first);
    });
  });
}
