import { dataset, int64, source, string } from "@featstore/definitions";
import { type Dataset, documentHash } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatasetDefinitions, type DatasetDefinitions } from "../../src/datasets/definition-store";
import { applyDatasets, planDatasets } from "../../src/datasets/plan-datasets";
import { createEngine } from "../../src/engine/index";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const speechesOf = (name: string, purpose = "Research"): Dataset =>
  dataset({
    ...{ name, title: "Speeches", purpose, provenance: ["The archive"], licence: "CC0-1.0", cadence: "Never" },
    contact: "data@example.org",
    from: source({
      ...{ name: "speeches", table: "speeches", key: { id: int64() }, history: "current" },
      columns: { speaker: string().nullable() },
    }),
    columns: (row) => ({ speaker: row.speaker.describe("Who spoke: “Ada”, 'Bob' \\ \u{1F5E3}") }),
    exclude: [{ reason: "anonymous", description: "No name", when: (row) => row.speaker.eq("it's $1 \\") }],
  }).ir;

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`definitions of datasets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let definitions: DatasetDefinitions;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await opened.database.script("create table speeches (id bigint primary key, speaker text)");
      definitions = createDatasetDefinitions(opened.database);
    });
    afterAll(() => opened?.drop());

    test("are read as they were applied, by name", async () => {
      expect(await definitions.datasets()).toEqual([]);
      expect(await definitions.dataset("speeches")).toBeUndefined();
      const [b, a] = [speechesOf("speeches"), speechesOf("Z".toLowerCase())];
      expect(await definitions.apply([b, a], "ada@laptop")).toEqual(["speeches", "z"]);
      const stored = await definitions.datasets();
      expect(stored.map(({ definition }) => definition)).toEqual([b, a]);
      expect(stored.map(({ definition }) => documentHash(definition))).toEqual([documentHash(b), documentHash(a)]);
      expect(await definitions.dataset("speeches")).toEqual(stored[0]);
    });

    test("are written only if they differ, with a row of the audit log", async () => {
      const before = await definitions.dataset("speeches");
      expect(await definitions.apply([speechesOf("speeches")], "bob@laptop")).toEqual([]);
      expect(await definitions.dataset("speeches")).toEqual(before);
      const changed = speechesOf("speeches", "Teaching");
      expect(await definitions.apply([changed, speechesOf("z")], "bob@laptop")).toEqual(["speeches"]);
      expect((await definitions.dataset("speeches"))?.definition).toEqual(changed);
      const log = await opened.database.query<{ subject: string; purposes: string }>({
        text: `select subject, concat(before #>> '{publication,purpose}', ' → ', after #>> '{publication,purpose}') as purposes
from featstore.audit_log where action = 'dataset.applied' order by id`,
      });
      expect(log).toEqual([
        { subject: "speeches", purposes: " → Research" },
        { subject: "z", purposes: " → Research" },
        { subject: "speeches", purposes: "Research → Teaching" },
      ]);
    });

    test("are new, changed or unchanged, and keep what the files lack", async () => {
      const catalog = createEngine(opened.database);
      const datasets = [speechesOf("speeches"), speechesOf("more")];
      const states = async () =>
        (await planDatasets({ definitions, catalog }, { datasets })).map(({ name, state }) => `${name} ${state}`);
      expect(await states()).toEqual(["speeches changed", "more new"]);
      await applyDatasets({ definitions, catalog }, { datasets }, "ada@laptop");
      expect(await states()).toEqual(["speeches unchanged", "more unchanged"]);
      expect((await definitions.datasets()).map(({ definition }) => definition.name)).toEqual([
        "more",
        "speeches",
        "z",
      ]);
    });

    test("stay as they are if the definitions may only add new ones", async () => {
      const catalog = createEngine(opened.database);
      const datasets = [speechesOf("speeches", "Older"), speechesOf("added")];
      const before = await definitions.dataset("speeches");
      const done = await applyDatasets({ definitions, catalog }, { datasets }, "ada@laptop", { addsOnly: true });
      expect(done.map(({ name, state }) => `${name} ${state}`)).toEqual(["speeches kept", "added new"]);
      expect(await definitions.dataset("speeches")).toEqual(before);
      expect((await definitions.dataset("added"))?.definition.name).toBe("added");
    });

    test("record the schema of their tables", async () => {
      const stored = await definitions.dataset("more");
      expect(stored?.definition.rows).toMatchObject({ source: { relation: { schema: "public", table: "speeches" } } });
    });
  });
}
