import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps } from "../../src/deps";
import { addKeys, finish, holderOf, ORGANISATION, OTHER } from "../usage/support";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

let project: CliProject;
const mine = holderOf({ keyId: "aaaaaaaaaaaaaaaa" });
const other = holderOf({ keyId: "bbbbbbbbbbbbbbbb", organisation: OTHER });
const operator = holderOf({ keyId: "cccccccccccccccc", organisation: null });

const withoutService = (...options: Parameters<typeof songDefinitions>) =>
  songDefinitions(...options).replace(/export const shelf.*\n/, "");

beforeAll(async () => {
  project = await createCliProject();
  const config = loadConfig({ env: { ...project.environment, PORT: "0" }, folder: project.folder });
  const deps = await createDeps(config);
  await deps.database.script(songTable);
  await addKeys(deps.database, [mine, other, operator]);
  await deps.database.query({ text: "update featstore.organisations set name = '@SUM(1)' where id like '%a'" });
  const { meter } = deps.usage;
  for (const holder of [mine, mine, other, operator]) finish(meter as never, holder, "readFeatures", { rows: 2 });
  await deps.close();
  await project.open();
  await project.write({ "definitions/index.ts": withoutService() });
});
afterAll(() => project?.remove());

test("usage lists every organisation as the input of billing, and what a server counted before it was closed", async () => {
  const { document } = await project.json("usage");
  expect(document).toMatchObject({
    by: "organisation",
    usage: [
      { organisation: ORGANISATION, organisation_name: "@SUM(1)", requests: 2, rows: 4 },
      { organisation: OTHER, requests: 1, rows: 2 },
      { organisation: null, requests: 1 },
    ],
  });
  const csv = await project.run("usage", "--organisation", ORGANISATION, "--by", "key", "--csv");
  expect(csv.stdout.split("\r\n").slice(0, 2)).toEqual([
    "organisation,organisation_name,key_id,key_name,line_id,requests,rows,bytes,errors,p50_ms,p95_ms,p99_ms",
    expect.stringMatching(`^${ORGANISATION},'@SUM\\(1\\),${mine.keyId},key a,${mine.keyId},2,4,0,0,`),
  ]);
  expect((await project.run("usage", "--from", "2020-01-01", "--to", "2020-01-31")).stdout).toContain("2020-01-01");
});

test.for([
  ["usage", "--from", "2026-02-30"],
  ["usage", "--by", "colour"],
  ["usage", "--from", "2020-01-01", "--to", "2026-01-01"],
  ["audit-log", "--since", "soon"],
  ["audit-log", "--action", "created"],
])("refuses featstore %s", async (line) => {
  expect(await project.run(...line)).toMatchObject({ code: 2, stdout: "" });
});

test("commands record what they change in the audit log", async () => {
  for (const line of [["apply"], ["materialize"]]) expect(await project.run(...line)).toMatchObject({ code: 0 });
  await project.write({ "definitions/index.ts": withoutService({ version: 2, features: "plays: count()" }) });
  for (const line of [
    ["apply", "--no-promote"],
    ["materialize", "song_profile@2"],
    ["promote", "song_profile@2", "--message", "because"],
    ["rollback", "song_profile"],
    ["retire", "song_profile@2", "--sunset", "2999-01-01"],
    ["erase", "song", "1", "--yes"],
  ])
    expect([line, await project.run(...line)]).toMatchObject([line, { code: 0 }]);
  const { stdout } = await project.run("audit-log");
  const entries = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.map(({ actor, action, subject }) => [actor.kind, actor.id, action, subject])).toEqual([
    ["command", "apply", "definitions.applied", "registry"],
    ["command", "apply", "definitions.applied", "registry"],
    ["command", "promote", "version.promoted", "song_profile@2"],
    ["command", "rollback", "version.rolled_back", "song_profile@1"],
    ["command", "retire", "version.retired", "song_profile@2"],
    ["command", "erase", "entity.erased", "song"],
  ]);
  expect(entries[2].after).toMatchObject({ message: "because", result: { before: 1, promoted: 2 } });
  const since = await project.run("audit-log", "--action", "entity.erased");
  expect(since.stdout.trim().split("\n")).toHaveLength(1);
  expect((await project.run("audit-log", "--until", "2020-01-01")).stdout).toBe("");
});
