import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cronTimes } from "../../src/core/cron-times";
import { FeatstoreError } from "../../src/core/errors";
import type { Database } from "../../src/database/database";
import { thisProcess } from "../../src/database/lease-holder";
import { collectGarbage } from "../../src/datasets/snapshots/collect-garbage";
import { startDueBuilds } from "../../src/datasets/snapshots/start-schedule";
import { withdrawSnapshot } from "../../src/datasets/snapshots/withdraw-snapshot";
import type { WriteSnapshot } from "../../src/datasets/write/write-snapshot";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { actor, elsewhere, expireLeases } from "./support/builds";
import { contentsOf, type DatasetWorld, openDatasetWorld, songDataset, songTable } from "./support/dataset-world";
import { writePlainly } from "./support/plain-writer";

/** A writer that waits until it is released. */
function waitingWriter() {
  let release: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const write: WriteSnapshot = async (plan, rows, signal) => {
    begin();
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
    await Promise.race([released, aborted]);
    return writePlainly(plan, rows, signal);
  };
  return { write, begun, release };
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`builds on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let database: Database;
    let world: DatasetWorld;
    const others: DatasetWorld[] = [];
    const openAnother = async (options: Parameters<typeof openDatasetWorld>[1]) => {
      const another = await openDatasetWorld(database, options);
      others.push(another);
      return another;
    };
    beforeAll(async () => {
      opened = await target.openMigrated();
      database = opened.database;
      await database.script(songTable);
    });
    afterAll(() => opened?.drop());
    beforeEach(async () => {
      await database.script(`truncate songs; truncate featstore.dataset_builds, featstore.dataset_snapshots, featstore.dataset_takedowns;
        insert into songs select i, 'song ' || i, i * 10 from generate_series(1, 5) as i`);
      world = await openDatasetWorld(database);
      await world.apply(songDataset());
    });
    afterEach(async () => {
      for (const each of [...others.splice(0), world]) await each.close();
    });
    const change = (text: string) => database.script(text);
    const latest = () => world.store.snapshot("songs", "latest");

    test("publishes a first snapshot whose files are those of its manifest", async () => {
      const built = await world.build();
      expect(built).toMatchObject({ version: "1.0.0", rows: 5, changes: null, unchanged: false });
      const snapshot = await latest();
      expect(snapshot).toMatchObject({ id: built.id, version: "1.0.0", withdrawn: null });
      const contents = await contentsOf(join(world.folder, "songs", built.id));
      const listed = snapshot?.manifest.files.map(({ path }) => path) ?? [];
      expect(Object.keys(contents).sort()).toEqual([...listed, "manifest.json"].sort());
      expect(listed).toEqual(expect.arrayContaining(["README.md", "LICENSE", "CITATION.cff", "SHA256SUMS"]));
      expect(await readdir(world.folder)).toEqual(["songs"]);
    });

    test("makes no second snapshot of the same rows", async () => {
      const first = await world.build();
      expect(await world.build()).toMatchObject({ id: first.id, unchanged: true });
      expect(await world.store.snapshots("songs")).toHaveLength(1);
    });

    test("gives the same bytes in another folder, which an unchanged build fills", async () => {
      const first = await world.build();
      const another = await openAnother({});
      expect(await another.build()).toMatchObject({ id: first.id, unchanged: true });
      expect(await contentsOf(another.folder)).toEqual(await contentsOf(world.folder));
    });

    test("gives the same id from the same rows in another order", async () => {
      const first = await world.build();
      await change("truncate featstore.dataset_builds, featstore.dataset_snapshots");
      await change(
        "create table again as select * from songs order by song_id desc; truncate songs; insert into songs select * from again; drop table again",
      );
      const another = await openAnother({});
      expect((await another.build()).id).toBe(first.id);
    });

    test.each([
      ["insert into songs values (6, 'six', 60)", "1.1.0", { added: 1, changed: 0, removed: 0 }],
      ["update songs set plays = 11 where song_id = 1", "2.0.0", { added: 0, changed: 1, removed: 0 }],
      ["delete from songs where song_id = 1", "2.0.0", { added: 0, changed: 0, removed: 1 }],
      [
        "delete from songs where song_id = 1; insert into songs values (9, 'nine', 9)",
        "2.0.0",
        { added: 1, changed: 0, removed: 1 },
      ],
    ])("after %s the version is %s", async (text, version, changes) => {
      const first = await world.build();
      await change(text);
      expect(await world.build()).toMatchObject({ version, changes: { previous: first.id, ...changes } });
    });

    test.each([
      ["a column more", () => songDataset(), "1.1.0", { columnsAdded: ["plays"], changed: 0 }],
      [
        "another title",
        () => songDataset({ title: "All songs" }, ["title"]),
        "1.0.1",
        { columnsAdded: [], changed: 0 },
      ],
      ["another split", () => songDataset({ split: { train: 80, validation: 10, test: 10 } }, ["title"]), "2.0.0", {}],
    ])("after %s the version is as its rule says", async (_, again, version, changes) => {
      await world.apply(songDataset({}, ["title"]));
      await world.build();
      await world.apply(again());
      expect(await world.build()).toMatchObject({ version, changes });
    });

    test("a removed column is a major change", async () => {
      await world.build();
      await world.apply(songDataset({}, ["plays"]));
      expect(await world.build()).toMatchObject({
        version: "2.0.0",
        changes: { columnsRemoved: ["title"], changed: 0 },
      });
    });

    test("leaves out keys that were taken down, in all later snapshots", async () => {
      await world.build();
      expect(await world.store.takeDown(["songs"], ["2"], "on request", actor)).toEqual(["songs"]);
      expect(await world.build()).toMatchObject({ version: "2.0.0", rows: 4, changes: { removed: 1 } });
      expect((await latest())?.manifest.excluded).toEqual({ taken_down: 1 });
      await change("insert into songs values (7, 'seven', 7)");
      expect(await world.build()).toMatchObject({ version: "2.1.0", rows: 5 });
    });

    test("lets one of two builds run and refuses the other", async () => {
      const { write, begun, release } = waitingWriter();
      const slow = await openAnother({ write });
      const running = slow.build();
      await begun;
      await expect(world.build()).rejects.toMatchObject({ code: "dataset_build_running" });
      release();
      expect((await running).version).toBe("1.0.0");
      expect((await world.build()).unchanged).toBe(true);
    });

    test("takes over from a process that does not renew its lease, whose result is not published", async () => {
      const { write, begun, release } = waitingWriter();
      const slow = await openAnother({ write });
      const lost = slow.build();
      lost.catch(() => undefined);
      await begun;
      await expireLeases(database);
      expect((await world.build()).version).toBe("1.0.0");
      await change("insert into songs values (6, 'six', 60)");
      release();
      await expect(lost).rejects.toMatchObject({ code: "dataset_build_running" });
      expect(await world.store.snapshots("songs")).toHaveLength(1);
    });

    test("takes over from a dead process at once, and removes its folder", async () => {
      const dead = { ...(await thisProcess()), pid: 2 ** 22 + 1 };
      const begun = await world.buildStore.claim({ id: "a".repeat(16), dataset: "songs" }, dead, actor);
      expect(begun).toMatchObject({ id: "a".repeat(16) });
      await mkdir(join(world.folder, `.building-${"a".repeat(16)}`, "snapshot"), { recursive: true });
      expect((await world.build()).version).toBe("1.0.0");
      expect(await readdir(world.folder)).toEqual(["songs"]);
      expect(await world.builds.read("songs", "a".repeat(16))).toMatchObject({ state: "failed" });
    });

    test("stores the failure of a build, and leaves nothing", async () => {
      const failing = await openAnother({
        write: async () => {
          throw new FeatstoreError("storage_full", "There is no room left.");
        },
      });
      const { id, done } = await failing.builds.start(await world.registered(), { actor });
      await expect(done).rejects.toMatchObject({ code: "storage_full" });
      expect(await world.builds.read("songs", id)).toMatchObject({
        state: "failed",
        failure: { code: "storage_full" },
      });
      expect(await readdir(failing.folder)).toEqual([]);
      expect(await world.store.snapshots("songs")).toEqual([]);
    });

    test("an internal fault reveals nothing", async () => {
      const failing = await openAnother({
        write: async () => {
          throw new Error("secret");
        },
      });
      const { id, done } = await failing.builds.start(await world.registered(), { actor });
      await expect(done).rejects.toThrow("secret");
      const { failure } = await world.builds.read("songs", id);
      expect(failure?.code).toBe("internal");
      expect(JSON.stringify(failure)).not.toContain("secret");
    });

    test("a stopped server ends its builds as interrupted", async () => {
      const { write, begun } = waitingWriter();
      const stopped = await openAnother({ write });
      const { id, done } = await stopped.builds.start(await world.registered(), { actor });
      done.catch(() => undefined);
      await begun;
      await stopped.builds.close();
      expect(await world.builds.read("songs", id)).toMatchObject({ failure: { code: "dataset_build_interrupted" } });
    });

    test("knows no build of another dataset or with another id", async () => {
      const { id, done } = await world.builds.start(await world.registered(), { actor });
      await done;
      await expect(world.builds.read("other", id)).rejects.toMatchObject({ code: "dataset_build_not_found" });
      await expect(world.builds.read("songs", "../etc")).rejects.toMatchObject({ code: "dataset_build_not_found" });
    });

    test("withdraws a snapshot: no files, the manifest stays, and the next version is a major one", async () => {
      const first = await world.build();
      await change("insert into songs values (6, 'six', 60)");
      const second = await world.build();
      const withdrawn = await withdrawSnapshot(world, { dataset: "songs", id: second.id }, "rights", actor);
      expect(withdrawn.withdrawn).toMatchObject({ reason: "rights", successor: null });
      expect(withdrawn.manifest.rows).toBe(6);
      expect(await readdir(join(world.folder, "songs"))).toEqual([first.id]);
      expect((await latest())?.id).toBe(first.id);
      const third = await world.build();
      expect(third).toMatchObject({ version: "2.0.0", changes: { previous: first.id, added: 1 } });
      expect((await world.store.snapshot("songs", second.id))?.withdrawn?.successor).toBe(third.id);
    });

    test("builds again after all snapshots were withdrawn", async () => {
      const first = await world.build();
      await withdrawSnapshot(world, { dataset: "songs", id: first.id }, "rights", actor);
      expect(await world.build()).toMatchObject({ version: "2.0.0", changes: null, unchanged: false });
    });

    test("withdrawing again deletes files that remained, and keeps the first reason", async () => {
      const { id } = await world.build();
      await world.store.withdraw(id, "rights", actor);
      expect(await readdir(join(world.folder, "songs"))).toEqual([id]);
      const { withdrawn } = await withdrawSnapshot(world, { dataset: "songs", id }, "other", actor);
      expect(withdrawn?.reason).toBe("rights");
      expect(await readdir(join(world.folder, "songs"))).toEqual([]);
    });

    test("a crash between publishing files and making them visible leaves garbage, which is collected", async () => {
      await change(
        "create function crash() returns trigger language plpgsql as $$ begin raise exception 'crash'; end $$",
      );
      await change(
        "create trigger crash before insert on featstore.dataset_snapshots for each row execute function crash()",
      );
      try {
        await expect(world.build()).rejects.toThrow();
      } finally {
        await change("drop trigger crash on featstore.dataset_snapshots; drop function crash()");
      }
      expect(await world.store.snapshots("songs")).toEqual([]);
      const [left] = await readdir(join(world.folder, "songs"));
      const garbage = { builds: world.buildStore, files: world.files, workFolder: world.folder };
      expect(await collectGarbage(garbage, { collect: false })).toMatchObject([{ folder: `songs/${left}` }]);
      const built = await world.build();
      expect(built).toMatchObject({ id: left, version: "1.0.0", unchanged: false });
      expect(await collectGarbage(garbage, { collect: true })).toEqual([]);
      expect(await readdir(join(world.folder, "songs"))).toEqual([built.id]);
    });

    test("collects folders that no row names, and nothing else", async () => {
      const { id } = await world.build();
      const unknown = "0".repeat(64);
      for (const folder of [
        `songs/${unknown}`,
        "songs/.publishing-abc",
        ".building-zzzz",
        "songs/notes",
        ".exports/x",
      ]) {
        await mkdir(join(world.folder, folder), { recursive: true });
        await writeFile(join(world.folder, folder, "file"), "content");
      }
      const garbage = { builds: world.buildStore, files: world.files, workFolder: world.folder };
      const listed = await collectGarbage(garbage, { collect: false });
      expect(listed.map(({ folder }) => folder).sort()).toEqual([
        ".building-zzzz",
        "songs/.publishing-abc",
        `songs/${unknown}`,
      ]);
      await world.buildStore.claim({ id: "b".repeat(16), dataset: "songs" }, elsewhere, actor);
      const whileBuilding = await collectGarbage(garbage, { collect: true });
      expect(whileBuilding.map(({ folder }) => folder)).toEqual([".building-zzzz"]);
      await expireLeases(database);
      expect(await collectGarbage(garbage, { collect: true })).toHaveLength(2);
      expect((await readdir(join(world.folder, "songs"))).sort()).toEqual([id, "notes"].sort());
      expect(await readdir(join(world.folder, ".exports"))).toEqual(["x"]);
    });

    test("a lost row digests file makes the next version a major one", async () => {
      const { id } = await world.build();
      await rm(join(world.folder, "songs", id, "row-digests.csv"));
      await change("insert into songs values (6, 'six', 60)");
      expect(await world.build()).toMatchObject({ version: "2.0.0", changes: null });
    });

    test("row digests that were changed on disk are not believed", async () => {
      const { id } = await world.build();
      const path = join(world.folder, "songs", id, "row-digests.csv");
      const snapshot = await latest();
      const bytes = snapshot?.manifest.files.find(({ role }) => role === "digests")?.bytes ?? 0;
      await writeFile(path, "x".repeat(bytes));
      await change("insert into songs values (6, 'six', 60)");
      expect(await world.build()).toMatchObject({ version: "2.0.0", changes: null });
    });

    test("refuses a source with tenants", async () => {
      const definition = songDataset();
      if (definition.rows.kind !== "source") throw new Error("not a source");
      await world.apply({
        ...definition,
        rows: { kind: "source", source: { ...definition.rows.source, tenant: "title" } },
      });
      await expect(world.build()).rejects.toMatchObject({ code: "dataset_not_public" });
    });

    test("builds what is due by a schedule, once for all times missed", async () => {
      await world.apply({ ...songDataset(), schedule: { cron: "0 * * * *", zone: "UTC" } });
      const { appliedAt } = await world.registered();
      const started: string[] = [];
      const tick = (hours: number) =>
        startDueBuilds({
          datasets: () => world.store.datasets(),
          newest: world.buildStore.newest,
          start: async (dataset, options) => {
            started.push(dataset.definition.name);
            return world.builds.start(dataset, options);
          },
          readCron: cronTimes,
          clock: () => appliedAt + BigInt(hours) * 3_600_000_000n,
          onFault: (error) => {
            throw error;
          },
        });
      await tick(0);
      expect(started).toEqual([]);
      await tick(5);
      expect(started).toEqual(["songs"]);
      await database.query({
        text: "update featstore.dataset_builds set created_at = created_at + interval '5 hours'",
      });
      await tick(5);
      expect(started).toEqual(["songs"]);
      await tick(7);
      expect(started).toEqual(["songs", "songs"]);
      expect(await world.store.snapshots("songs")).toHaveLength(1);
    });
  });
}
