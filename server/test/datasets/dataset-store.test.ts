import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { createDatasetStore, type DatasetStore } from "../../src/datasets/dataset-store";
import { type BuildStore, createBuildStore, type HeldBuild } from "../../src/datasets/snapshots/build-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { actor, elsewhere, emptyManifest, expireLeases, noDefinitions } from "./support/builds";

const idOf = (digit: string) => digit.repeat(64);
const buildId = (letter: string) => letter.repeat(16);

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(target.name, () => {
    let opened: OpenTestDatabase;
    let database: Database;
    let store: DatasetStore;
    let builds: BuildStore;
    beforeAll(async () => {
      opened = await target.openMigrated();
      database = opened.database;
      store = createDatasetStore(database, noDefinitions);
      builds = createBuildStore(database);
    });
    afterAll(() => opened?.drop());

    const begin = async (dataset: string, letter: string): Promise<HeldBuild> => {
      const begun = await builds.claim({ id: buildId(letter), dataset }, elsewhere, actor);
      if ("running" in begun) throw new Error("another build runs");
      return begun;
    };
    const publish = async (dataset: string, letter: string, version: string) => {
      const id = idOf(letter);
      const manifest = JSON.stringify(emptyManifest(dataset, version));
      expect(await builds.publish(await begin(dataset, letter), { id, version, manifest, rows: 0 }, actor)).toBe(true);
      return id;
    };

    test("finds snapshots by id, by version and as the latest one", async () => {
      const first = await publish("songs", "a", "1.0.0");
      const second = await publish("songs", "b", "1.1.0");
      expect((await store.snapshots("songs")).map(({ id }) => id)).toEqual([second, first]);
      expect(await store.snapshot("songs", first)).toMatchObject({ version: "1.0.0", withdrawn: null });
      expect((await store.snapshot("songs", "1.0.0"))?.id).toBe(first);
      expect((await store.snapshot("songs", "latest"))?.id).toBe(second);
      expect((await store.snapshot("songs", second))?.manifest).toEqual(emptyManifest("songs", "1.1.0"));
    });

    test.each(["", "newest", "1.0", "../1.0.0", "1.0.0 ", "A".repeat(64), "1.0.99999999999", "1.0.0\0"])(
      "knows no snapshot %j",
      async (reference) => {
        expect(await store.snapshot("songs", reference)).toBeUndefined();
      },
    );

    test("does not find a snapshot under the name of another dataset", async () => {
      expect(await store.snapshot("other", idOf("a"))).toBeUndefined();
    });

    test("reads the manifest of a newer version with members that it does not know, and keeps them", async () => {
      const manifest = { ...emptyManifest("newer", "1.0.0"), mirrors: [{ url: "https://example.org" }] };
      const published = { id: idOf("9"), version: "1.0.0", manifest: JSON.stringify(manifest), rows: 0 };
      expect(await builds.publish(await begin("newer", "k"), published, actor)).toBe(true);
      expect((await store.snapshot("newer", "latest"))?.manifest).toEqual(manifest);
    });

    test("withdraws once, keeps the manifest, and names the newest later snapshot", async () => {
      expect(await store.withdraw(idOf("a"), "rights", actor)).toBe(true);
      expect(await store.withdraw(idOf("a"), "another reason", actor)).toBe(false);
      expect(await store.withdraw(idOf("f"), "unknown", actor)).toBeUndefined();
      const withdrawn = await store.snapshot("songs", "1.0.0");
      expect(withdrawn?.withdrawn).toMatchObject({ reason: "rights", successor: idOf("b") });
      expect(withdrawn?.manifest.dataset).toBe("songs");
      expect(await store.withdraw(idOf("b"), "rights", actor)).toBe(true);
      expect(await store.snapshot("songs", "latest")).toBeUndefined();
      expect((await store.snapshot("songs", "1.0.0"))?.withdrawn?.successor).toBeNull();
    });

    test("lets one process build a dataset at a time, and others other datasets", async () => {
      const held = await begin("busy", "c");
      const refused = await builds.claim({ id: buildId("d"), dataset: "busy" }, elsewhere, actor);
      expect(refused).toMatchObject({ running: held.id, token: held.token, holder: elsewhere });
      await builds.fail(await begin("idle", "e"), { code: "internal", detail: "x" });
      expect((await builds.running()).map(({ id }) => id)).toEqual([held.id]);
    });

    test("takes over a build whose lease is over; its process can no longer publish", async () => {
      const dead = await begin("taken", "f");
      await expireLeases(database);
      expect(await builds.read("taken", dead.id)).toMatchObject({
        state: "failed",
        failure: { code: "dataset_build_interrupted" },
      });
      const held = await begin("taken", "g");
      expect(await builds.heartbeat(dead, 5)).toBe(false);
      const manifest = JSON.stringify(emptyManifest("taken", "1.0.0"));
      expect(await builds.publish(dead, { id: idOf("c"), version: "1.0.0", manifest, rows: 7 }, actor)).toBe(false);
      expect(await store.snapshots("taken")).toEqual([]);
      expect(await builds.heartbeat(held, 5)).toBe(true);
      expect(await builds.publish(held, { id: idOf("c"), version: "1.0.0", manifest, rows: 7 }, actor)).toBe(true);
      expect(await builds.read("taken", held.id)).toMatchObject({
        state: "finished",
        rowsDone: 7,
        snapshot: idOf("c"),
        version: "1.0.0",
        unchanged: false,
      });
    });

    test("takes over a build of a process that is known to be dead", async () => {
      const dead = await begin("killed", "h");
      const begun = await builds.claim({ id: buildId("i"), dataset: "killed" }, elsewhere, actor, dead.token);
      expect(begun).toMatchObject({ id: buildId("i") });
      expect(await builds.read("killed", dead.id)).toMatchObject({ state: "failed" });
    });

    test("records builds without a change", async () => {
      const held = await begin("taken", "j");
      expect(await builds.finishUnchanged(held, { id: idOf("c"), rows: 7 }, actor)).toBe(true);
      expect(await builds.read("taken", held.id)).toMatchObject({ unchanged: true, snapshot: idOf("c") });
    });

    test("takes keys down once per dataset, without storing them", async () => {
      const key = ["no-one-else-has-this", "7"];
      expect(await store.takeDown(["songs", "taken"], key, "on request", actor)).toEqual(["songs", "taken"]);
      expect(await store.takeDown(["songs", "other"], key, "again", actor)).toEqual(["other"]);
      const rows = await database.query<{ all: string }>({
        text: "select t::text as all from featstore.dataset_takedowns as t union all select after::text from featstore.audit_log",
      });
      expect(rows.length).toBeGreaterThan(5);
      expect(rows.filter(({ all }) => all?.includes(key[0] ?? ""))).toEqual([]);
      const [found] = await database.query<{ datasets: string }>({
        text: `select string_agg(dataset, ' ' order by dataset) as datasets from featstore.dataset_takedowns
          where key_digest = featstore.key_digest('["no-one-else-has-this", "7"]')`,
      });
      expect(found?.datasets).toBe("other songs taken");
    });

    test("adds up downloads", async () => {
      const one = { dataset: "songs", snapshot: idOf("a"), day: "2026-01-31" };
      await store.countDownloads([
        { ...one, downloads: 1, bytes: 10 },
        { ...one, downloads: 1, bytes: 5 },
      ]);
      await store.countDownloads([{ ...one, downloads: 0, bytes: 3 }]);
      expect(await store.downloads("songs")).toBe(2);
      expect(await store.downloads("other")).toBe(0);
    });

    test("records every change in the audit log", async () => {
      const rows = await database.query<{ action: string }>({
        text: "select distinct action from featstore.audit_log where action like 'dataset.%' order by action",
      });
      expect(rows.map(({ action }) => action)).toEqual([
        "dataset.key_taken_down",
        "dataset.published",
        "dataset.withdrawn",
      ]);
    });
  });
}
