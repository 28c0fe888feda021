import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../../../src/core/config";
import { openServerDatabase } from "../../../src/database/open-server-database";
import { type CliProject, createCliProject, songDefinitions, songTable } from "../cli";

let project: CliProject;
beforeAll(async () => {
  project = await createCliProject({}, { isNew: true });
  const { database, close } = await openServerDatabase(
    loadConfig({ env: project.environment, folder: project.folder }),
  );
  await database.script(songTable);
  await close();
});
afterAll(() => project?.remove());

test("plan says once that the SQL of its views can be planned after the first apply", async () => {
  const first = songDefinitions({ features: "number: latest(s.title.int32()).describe('Title')" });
  const second = `export const second = featureView({
    name: "second", version: 1, entity: song, from: songs, features: (s) => ({ number: latest(s.title.int32()) }),
  });`;
  await project.write({ "definitions/index.ts": `${first}\n${second}` });
  const { code, stdout } = await project.run("plan");
  expect({ code, views: stdout.match(/^view .*: new$/gm)?.length }).toEqual({ code: 0, views: 2 });
  expect(stdout.match(/first apply/g)).toHaveLength(1);
});

test("doctor does not miss definitions, which the server does not need", async () => {
  await project.write({ "featstore.config.yaml": "definitions: elsewhere\n" });
  const { document } = await project.json("doctor");
  expect(document).toMatchObject({
    checks: expect.arrayContaining([expect.objectContaining({ check: "definitions", status: "ok" })]),
  });
});
