import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

const definitions = `${songDefinitions()}
import { dataset } from "@featstore/definitions";
export const playedSongs = dataset({
  name: "played_songs", title: "Songs", purpose: "Tests", provenance: ["The table"], licence: "CC0-1.0",
  cadence: "Never", contact: "data@example.org", from: shelf,
  columns: (row) => ({ title: row.song_profile.title.describe("Title"), plays: row.song_profile.plays.describe("Plays") }),
});`;

interface Built {
  readonly snapshot: string;
}

// The whole way with the real writer: apply, materialize, build, take down, erase, withdraw, collect.
for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)("commands of datasets", () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    let first: string;
    const files = () => join(project.folder, "datasets");
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(
        `${songTable}; insert into songs values (3, 'Third', '2026-01-03'), (4, 'Fourth', '2026-01-04')`,
      );
      project = await createCliProject({ DATABASE_URL: opened.url });
      project.environment.FEATSTORE_DATASETS_FOLDER = files();
      await project.write({ "definitions/song.ts": definitions });
      expect(await project.run("apply")).toMatchObject({ code: 0 });
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });
    const json = async (...line: readonly string[]) => {
      const { code, document } = await project.json(...line);
      return { code, document: document as never };
    };

    test("a build of a view without rows says what to run", async () => {
      const { code, document } = await json("dataset", "build", "played_songs");
      expect(code).not.toBe(0);
      expect(document).toMatchObject({ error: { code: "view_not_materialized" } });
      expect(await project.run("materialize")).toMatchObject({ code: 0 });
    });

    test("build publishes a version, and then says that nothing changed", async () => {
      const { code, document } = await json("dataset", "build", "played_songs");
      expect([code, document]).toMatchObject([
        0,
        { dataset: "played_songs", version: "1.0.0", rows: 4, unchanged: false, changes: null },
      ]);
      first = (document as Built).snapshot;
      expect(await readdir(join(files(), "played_songs"))).toEqual([first]);
      // Another generation of the same rows.
      expect(await project.run("materialize")).toMatchObject({ code: 0 });
      expect((await json("dataset", "build", "played_songs")).document).toMatchObject({
        snapshot: first,
        unchanged: true,
      });
    });

    test("list shows them", async () => {
      expect((await json("dataset", "list")).document).toMatchObject({
        datasets: [{ name: "played_songs", latest: { id: first }, snapshots: [{ version: "1.0.0", withdrawn: null }] }],
      });
      expect((await project.run("dataset", "list")).stdout).toContain(first);
    });

    test("takedown names the snapshots that have the row; later ones leave it out", async () => {
      const line = ["dataset", "takedown", "played_songs", "2", "--reason", "on request"];
      expect((await json(...line)).document).toMatchObject({
        added: true,
        snapshots: [{ snapshot: first, version: "1.0.0", finding: "contains" }],
      });
      expect((await json(...line)).document).toMatchObject({ added: false });
      expect((await json("dataset", "build", "played_songs")).document).toMatchObject({
        ...{ version: "2.0.0", rows: 3 },
        changes: { previous: first, added: 0, changed: 0, removed: 1 },
      });
    });

    test("erase leaves the key out of later snapshots, and names those that contain it", async () => {
      const { document: preview } = await json("erase", "song", "3", "--dry-run");
      expect(preview).toMatchObject({ datasets: ["played_songs"], dataset_snapshots: [{}, {}] });
      const { code, document } = await json("erase", "song", "3", "--yes");
      expect(code).toBe(0);
      expect(document).toMatchObject({
        datasets: ["played_songs"],
        dataset_snapshots: [
          { version: "2.0.0", finding: "contains" },
          { version: "1.0.0", finding: "contains" },
        ],
      });
      expect((await project.run("erase", "song", "3", "--yes")).stdout).toContain("played_songs@1.0.0");
      // The source still has the key, so the view has it again; the dataset does not.
      expect(await project.run("materialize")).toMatchObject({ code: 0 });
      expect((await json("dataset", "build", "played_songs")).document).toMatchObject({ version: "3.0.0", rows: 2 });
      expect((await json("erase", "song", "1", "--dry-run")).document).toMatchObject({
        dataset_snapshots: [{ version: "3.0.0" }, { version: "2.0.0" }, { version: "1.0.0" }],
      });
    });

    test("withdraw needs a reason, deletes the files and names the successor", async () => {
      for (const more of [[], ["--reason", " "]])
        expect((await json("dataset", "withdraw", first, ...more)).document).toMatchObject({
          error: { code: "reason_missing" },
        });
      const { document } = await json("dataset", "withdraw", "played_songs@1.0.0", "--reason", "rights");
      expect(document).toMatchObject({
        snapshot: first,
        withdrawn: { reason: "rights", successor: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect(await readdir(join(files(), "played_songs"))).not.toContain(first);
    });

    test("gc lists what no snapshot uses, and deletes it on request", async () => {
      expect((await json("dataset", "gc")).document).toEqual({ collected: false, folders: [] });
      await mkdir(join(files(), "played_songs", "0".repeat(64)), { recursive: true });
      const folders = [{ folder: `played_songs/${"0".repeat(64)}`, bytes: 0 }];
      expect((await json("dataset", "gc")).document).toEqual({ collected: false, folders });
      expect((await json("dataset", "gc", "--collect")).document).toEqual({ collected: true, folders });
      expect((await json("dataset", "gc")).document).toEqual({ collected: false, folders: [] });
    });

    test.each([
      [["build", "none"], "dataset_not_found"],
      [["takedown", "none", "1", "--reason", "x"], "dataset_not_found"],
      [["takedown", "played_songs", "one", "--reason", "x"], "id_invalid"],
      [["withdraw", "none@1.0.0", "--reason", "x"], "snapshot_not_found"],
      [["withdraw", "../..", "--reason", "x"], "snapshot_not_found"],
    ])("featstore dataset %j gets %s", async (line, code) => {
      const answer = await json("dataset", ...line);
      expect(answer.code).not.toBe(0);
      expect(answer.document).toMatchObject({ error: { code } });
    });
  });
}
