import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatasetDefinitions } from "../../src/datasets/definition-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

const datasetFile = (columns: string, purpose = "Research") => `
import { dataset, int64, source, string } from "@featstore/definitions";
export const songs = dataset({
  name: "songs", title: "Songs", purpose: "${purpose}", provenance: ["Us"], licence: "CC0-1.0",
  cadence: "Never", contact: "data@example.org",
  from: source({ name: "titles", table: "titles", key: { id: int64() }, history: "current", columns: { title: string().nullable() } }),
  columns: (row) => (${columns}),
});`;
const described = '{ title: row.title.describe("Title") }';

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)("datasets of definitions", () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    const write = (text: string) => project.write({ "definitions/songs-dataset.ts": text });
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(`${songTable}; create table titles (id bigint primary key, title text)`);
      project = await createCliProject({ DATABASE_URL: opened.url });
      await project.write({ "definitions/song.ts": songDefinitions() });
      await write(datasetFile(described));
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });

    test("check counts them and names the file of a mistake", async () => {
      expect((await project.json("check")).document).toMatchObject({ ok: true, datasets: 1 });
      expect((await project.run("check")).stdout).toMatch(/\b1 dataset\b/);
      await write(datasetFile("{ title: row.title, titel: row.titel.describe('T') }"));
      const { code, document } = await project.json("check");
      expect(code).toBe(1);
      expect(document).toMatchObject({
        ok: false,
        diagnostics: expect.arrayContaining([
          expect.objectContaining({
            ...{ code: "dataset_reads_unknown", definition: "songs", file: "definitions/songs-dataset.ts" },
            ...{ path: "columns.titel", suggestion: expect.stringContaining("title") },
          }),
        ]),
      });
      await write(datasetFile(described));
    });

    test("plan lists them before there is a registry", async () => {
      const { document } = await project.json("plan");
      expect(document).toMatchObject({ outcome: "changes", datasets: [{ name: "songs", state: "new" }] });
      expect((await project.run("plan")).stdout).toMatch(/^dataset songs: new$/m);
    });

    test("apply writes them after the views, once", async () => {
      const { document } = await project.json("apply");
      expect(document).toMatchObject({ applied_datasets: ["songs"], datasets: [{ name: "songs", state: "new" }] });
      expect((await project.json("apply")).document).toMatchObject({
        ...{ outcome: "nothing", applied_revision: null, applied_datasets: [] },
        datasets: [{ name: "songs", state: "unchanged" }],
      });
    });

    test("apply writes a change of a dataset alone, which is no revision of the registry", async () => {
      await write(datasetFile(described, "Teaching"));
      expect((await project.json("plan")).document).toMatchObject({
        outcome: "changes",
        datasets: [{ name: "songs", state: "changed" }],
      });
      const { code, document } = await project.json("apply");
      expect(code).toBe(0);
      expect(document).toMatchObject({ applied_revision: null, applied_datasets: ["songs"] });
      const stored = await createDatasetDefinitions(opened.database).dataset("songs");
      expect(stored?.definition.publication.purpose).toBe("Teaching");
    });

    test("apply writes nothing if a dataset is refused, and keeps a dataset that the files lack", async () => {
      await write(datasetFile("{}"));
      expect((await project.run("apply")).code).toBe(1);
      await write("export {};");
      expect((await project.json("apply")).document).toMatchObject({ outcome: "nothing", datasets: [] });
      expect(await createDatasetDefinitions(opened.database).dataset("songs")).toBeDefined();
    });
  });
}
