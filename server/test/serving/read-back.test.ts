import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createLogger } from "../../src/core/logger";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog, type RunLog } from "../../src/materialization/run-log";
import type { ComparedRows } from "../../src/materialization/run-types";
import { createQualityStore } from "../../src/quality/quality-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import type { OnlineStore } from "../../src/serving/online-store/online-store";
import { createPostgresOnlineStore } from "../../src/serving/online-store/postgres-online-store";
import { compareRows } from "../../src/serving/read-back/compare-rows";
import { createReadBack } from "../../src/serving/read-back/read-back";
import { createServerReadBack } from "../../src/serving/read-back/server-read-back";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, viewChange } from "../registry/fixture";

/** Nine hundred tracks, of which one has a device. */
const TABLES = `
create table plays (id bigint primary key, track_id bigint, device text, at timestamptz);
insert into plays select i, i, case when i = 777 then 'radio' end, '2026-01-02Z' from generate_series(1, 900) as i`;

const plays = source({
  ...{ name: "plays", table: "plays", key: { track_id: int64() }, eventTime: "at", tieBreak: "id", history: "events" },
  columns: { device: string().nullable() },
});
const view = featureView({
  ...{ name: "listening", version: 1, from: plays, entity: entity({ name: "track", key: { track_id: int64() } }) },
  features: (row) => ({ device: latest(row.device), plays: count() }),
}).ir;

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`rows read back on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let offline: RunLog;

    beforeAll(async () => {
      opened = await target.openMigrated();
      await opened.database.script(TABLES);
      offline = createRunLog(opened.database);
      const change = changeOf({ featureViews: [viewChange(view, compileView(postgresDialect, view))] });
      await createRegistryStore(opened.database).apply(change);
      await publish();
    });
    afterAll(() => opened?.drop());

    const publish = async (): Promise<string> => {
      const registry = createRegistryStore(opened.database);
      const holder = await thisProcess();
      const { views } = await materialize(
        { registry, offline, engine: createEngine(opened.database), holder, isDead: isSurelyDead },
        { views: ["listening"] },
      );
      return views[0]?.runId ?? "";
    };
    const registered = async () => {
      const { featureViews } = await createRegistryStore(opened.database).snapshot();
      const found = featureViews.get("listening")?.versions.get(1);
      if (found?.served == null) throw new Error("not published");
      return { ...found, served: found.served };
    };
    const withoutTexts = (database: Database): OnlineStore =>
      createPostgresOnlineStore({
        ...database,
        query: ({ text, ...statement }, options) =>
          database.query({ ...statement, text: text.replaceAll(/pg_catalog\.to_json\([^)]*\)/g, "'null'") }, options),
      });

    test("include a value of a column that is null almost everywhere", async () => {
      for (let time = 0; time < 5; time++)
        expect(
          await compareRows(opened.database, await registered(), { store: withoutTexts(opened.database) }),
        ).toEqual({
          rows: 20,
          features: ["device"],
        });
    });

    test("are not reported if another generation is published meanwhile", async () => {
      const store = withoutTexts(opened.database);
      let isPublished = false;
      const onlineStore: OnlineStore = {
        ...store,
        async read(request) {
          if (!isPublished) await publish();
          isPublished = true;
          return store.read(request);
        },
      };
      const readBack = createReadBack(opened.database, { onlineStore, loads: async () => true });
      const before = await registered();
      expect(await readBack(before, before.served.generation)).toBeNull();
      const after = await registered();
      expect(await readBack(after, after.served.generation)).toMatchObject({ features: ["device"] });
      expect(await readBack(before, before.served.generation)).toBeNull();
    });

    test("come from PostgreSQL if the online store of the server does not load them in time", async () => {
      const config = loadConfig({ env: { FEATSTORE_ONLINE_STORE: "memory" }, folder: "." });
      const logger = createLogger({ ...config.log, level: "silent" });
      const state = { snapshot: await createRegistryStore(opened.database).snapshot() };
      await publish();
      const readBack = createServerReadBack(
        { config, database: opened.database, logger },
        {
          onlineStore: createPostgresOnlineStore(opened.database),
          registry: { refresh: () => new Promise(() => undefined), revision: () => 1, current: () => state } as never,
        },
      );
      const { served, ...rest } = await registered();
      expect(await readBack({ ...rest, served }, served.generation, AbortSignal.abort())).toMatchObject({
        features: [],
        throughStore: false,
      });
    });

    test("raise an alarm that only a comparison of the same path or of the servers' path ends", async () => {
      const differing = async () => (await createQualityStore(opened.database).differingViews()).length;
      const after = async (runId: string, throughStore: boolean, differs: boolean) => {
        const warning: ComparedRows["warning"] = differs ? { code: "served_values_differ", message: "" } : null;
        await offline.noteReadBack(runId, { throughStore, warning });
        return differing();
      };
      const earlier = await publish();
      const run = await publish();
      expect(await after(run, false, true)).toBe(1);
      expect(await after(run, false, false)).toBe(0);
      expect(await after(run, true, true)).toBe(1);
      expect(await after(run, false, false)).toBe(1);
      expect(await after(run, false, true)).toBe(1);
      expect(await after(run, false, false)).toBe(1);
      expect(await after(earlier, true, false)).toBe(1);
      expect(await after(run, true, false)).toBe(0);
      expect(await after(earlier, true, true)).toBe(0);
      expect(await after(run, false, true)).toBe(1);
      expect(await after(run, true, false)).toBe(0);
    });
  });
}
