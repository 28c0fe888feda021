import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, compiledAs, prepare, serviceChange, serviceOf, viewChange, viewOf } from "./fixture";

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`apply on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: RegistryStore & RegistryWriter;

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      registry = createRegistryStore(opened.database);
    });
    afterEach(() => opened?.drop());

    const relations = async (): Promise<readonly string[]> => {
      const rows = await opened.database.query<{ name: string }>({
        text: "select relname as name from pg_class where relnamespace = 'features'::regnamespace and relkind in ('r', 'v') order by 1",
      });
      return rows.map(({ name }) => name);
    };

    test("an empty registry has a snapshot", async () => {
      const snapshot = await registry.snapshot();
      expect(snapshot.revision).toBe(0);
      expect([snapshot.entities.size, snapshot.featureViews.size, snapshot.featureServices.size]).toEqual([0, 0, 0]);
    });

    test("returns exactly the applied definitions", async () => {
      const change = changeOf({
        featureViews: [viewChange(viewOf(1))],
        featureServices: [serviceChange(serviceOf(1, 1))],
      });
      const revision = await registry.apply(change);
      const snapshot = await registry.snapshot();
      expect(snapshot.revision).toBe(revision);
      expect(await registry.revision()).toBe(revision);
      const views = snapshot.featureViews.get("scores");
      expect(views).toMatchObject({ promoted: 1, next: null });
      expect(views?.versions.get(1)).toMatchObject({
        view: viewOf(1),
        state: "active",
        sql: compiledAs().text,
        parameters: ["it's"],
        compilerVersion: 1,
        lastGeneration: 0,
        served: null,
      });
      expect(snapshot.featureServices.get("ranker")?.versions.get(1)?.service).toEqual(serviceOf(1, 1));
      expect(snapshot.entities.get("track")).toEqual(viewOf(1).entity);
    });

    test("creates the SQL view, typed and empty", async () => {
      await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1))] }));
      const rows = await opened.database.query({
        text: "select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = 'features.scores_v1'::regclass order by attnum",
      });
      const columns = compiledAs().columns.filter(({ name }) => name !== "_unparsed");
      expect(rows).toEqual(columns.map(({ name, databaseType }) => ({ name, type: databaseType })));
      expect(await opened.database.query({ text: "select * from features.scores_v1" })).toEqual([]);
    });

    test("applies nothing when the last part of a change fails", async () => {
      const broken = {
        ...viewChange(viewOf(2)),
        compiled: { ...compiledAs(), columns: [{ name: "a", databaseType: "no_such_type" }] },
      };
      const change = changeOf({
        featureViews: [viewChange(viewOf(1)), broken],
        featureServices: [serviceChange(serviceOf(1, 1))],
      });
      await expect(registry.apply(change)).rejects.toMatchObject({ code: "statement_failed" });
      const snapshot = await registry.snapshot();
      expect([snapshot.revision, snapshot.entities.size, snapshot.featureViews.size]).toEqual([0, 0, 0]);
      expect(await relations()).toEqual([]);
      expect(await opened.database.query({ text: "select * from featstore.history" })).toEqual([]);
    });

    test("refuses the second of two plans from one revision", async () => {
      const changes = [1, 2].map((version) => changeOf({ featureViews: [viewChange(viewOf(version))] }));
      const results = await Promise.allSettled(changes.map((change) => registry.apply(change)));
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const refused = results.find((result) => result.status === "rejected");
      expect(refused?.reason).toMatchObject({ name: "RegistryError", code: "registry_moved" });
      expect((await registry.snapshot()).featureViews.get("scores")?.versions.size).toBe(1);
    });

    test("refuses another meaning for an applied version", async () => {
      const revision = await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1))] }));
      const other = { ...viewChange(viewOf(1)), meaningHash: "another" };
      await expect(registry.apply(changeOf({ revision, featureViews: [other] }))).rejects.toMatchObject({
        code: "version_meaning_changed",
        parameters: { view: "scores", version: 1 },
      });
    });

    test("changes a description in place; the stored SQL follows the compiler until the first run", async () => {
      const first = await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1))] }));
      const text = `${compiledAs().text} -- newer`;
      const described = viewChange(viewOf(1, "Said better"), { ...compiledAs(text), compilerVersion: 2 });
      await registry.apply(changeOf({ revision: first, featureViews: [described] }));
      const registered = (await registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      expect(registered).toMatchObject({ view: viewOf(1, "Said better"), sql: text, compilerVersion: 2 });
      expect(registered?.documentHash).toBe(described.documentHash);
    });

    test("promotes the newest of several versions that were never published", async () => {
      await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1)), viewChange(viewOf(2))] }));
      expect((await registry.snapshot()).featureViews.get("scores")).toMatchObject({ promoted: 2, next: null });
    });

    test("notifies watchers of changes", async () => {
      let reported: (() => void) | undefined;
      const changed = new Promise<void>((resolve) => {
        reported = resolve;
      });
      const watching = target.name === "pgbouncer" ? undefined : await registry.watch(() => reported?.());
      await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1))] }));
      if (watching) await changed;
      await watching?.();
    });
  });
}

// Connects directly: through the pooler, a changed role would apply to other sessions too.
for (const target of testDatabases("all").filter(({ kind, name }) => kind === "postgres" && name !== "pgbouncer")) {
  describe.skipIf(target.skip)(`a role without the privilege to create schemas on ${target.name}`, () => {
    test("migrates and applies", async () => {
      const opened = await target.open({ poolSize: 1 });
      try {
        const role = `adopter_${Math.random().toString(36).slice(2, 10)}`;
        await opened.database.script(`create role ${role}; create schema featstore authorization ${role}; create schema features authorization ${role};
          create schema featstore_auth authorization ${role};
          create table events (id bigint, track_id bigint, value float8, created_at timestamptz); grant select on events to ${role}`);
        try {
          await opened.database.script(`set role ${role}`);
          await prepare(opened.database, "select 1");
          await createRegistryStore(opened.database).apply(changeOf({ featureViews: [viewChange(viewOf(1))] }));
          const [row] = await opened.database.query({
            text: "select relowner::regrole::text as owner from pg_class where oid = 'features.scores_v1'::regclass",
          });
          expect(row).toEqual({ owner: role });
        } finally {
          await opened.database.script(`reset role; drop owned by ${role} cascade; drop role ${role}`);
        }
      } finally {
        await opened.drop();
      }
    });
  });
}
