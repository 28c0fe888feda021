import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProject, createCliProject, songDefinitions, songTable } from "../cli";

let project: CliProject;

beforeAll(async () => {
  project = await createCliProject();
  const database = await project.open();
  await database.script(songTable);
  await project.write({ "definitions/index.ts": songDefinitions() });
  expect(await project.run("apply")).toMatchObject({ code: 0 });
});
afterAll(() => project?.remove());

const lastLines = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) =>
  `${stdout}\n${stderr}`.slice(`${stdout}\n${stderr}`.indexOf("Rejected"));

test.each(["plan", "apply"])("%s ends with the views and services whose meaning changed", async (command) => {
  await project.write({ "definitions/index.ts": songDefinitions({ features: "plays: count().describe('Plays')" }) });
  const outcome = await project.run(command);
  expect(outcome.code).not.toBe(0);
  expect(lastLines(outcome)).toMatch(/song_profile@1: refused/);
});

test("plan ends with the codes of errors", async () => {
  await project.write({ "definitions/index.ts": songDefinitions({ version: 2, table: "nowhere" }) });
  const outcome = await project.run("plan");
  expect(lastLines(outcome)).toMatch(/^ {2}\S+: relation_missing$/m);
});

test("a refused service names the new version of the view that it reads", async () => {
  await project.write({ "definitions/index.ts": songDefinitions({ version: 2 }) });
  expect(lastLines(await project.run("plan"))).toMatch(/shelf@1: refused, .*song_profile@1 to song_profile@2/);
  expect((await project.json("plan")).document).toMatchObject({
    services: [{ name: "shelf", state: "refused", moved_views: ["song_profile@1 to song_profile@2"] }],
  });
});

test("a refused service names the refused view that it reads", async () => {
  await project.write({ "definitions/index.ts": songDefinitions({ features: "plays: count().describe('Plays')" }) });
  expect(lastLines(await project.run("plan"))).toMatch(/shelf@1: refused, .*song_profile@1, which is refused/);
  expect((await project.json("plan")).document).toMatchObject({
    services: [{ name: "shelf", state: "refused", refused_views: ["song_profile@1"] }],
  });
});
