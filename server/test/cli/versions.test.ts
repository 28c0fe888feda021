import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type RunningServer, serve } from "../../src/main";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

// The life cycle of versions with a running embedded server, to check what it serves.
describe("versions from the command line", () => {
  let project: CliProject;
  let deps: Deps;
  let server: RunningServer;
  let key = "";

  const define = (version: number, features?: string) => {
    const text = songDefinitions({ version, ...(features === undefined ? {} : { features }) });
    return project.write({ "definitions/index.ts": version === 1 ? text : text.replace(/export const shelf.*\n/, "") });
  };
  const read = async (features: string) => {
    await deps.registry.refresh();
    const response = await fetch(`${server.url}/api/features/1?features=${features}&metadata=true`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  const servedVersion = async () => (await read("song_profile")).body.metadata.song_profile.version;

  beforeAll(async () => {
    project = await createCliProject();
    const env = { ...project.environment, PORT: "0", HOST: "127.0.0.1" };
    deps = await createDeps(loadConfig({ env, folder: project.folder }));
    server = await serve(deps);
    await deps.database.script(songTable);
    await define(1);
    expect(await project.run("apply", "--message", "first")).toMatchObject({ code: 0 });
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    const made = await project.json("keys", "create", "--name", "me");
    key = (made.document as { key: string }).key;
  });
  afterAll(async () => {
    await server?.close();
    await deps?.close();
    await project?.remove();
  });

  test("apply --no-promote stages, promote serves, rollback restores", async () => {
    await define(2, "plays: count().describe('Plays')");
    expect(await project.run("apply", "--no-promote")).toMatchObject({ code: 0 });
    expect(await project.run("materialize", "song_profile@2")).toMatchObject({ code: 0 });
    expect(await servedVersion()).toBe(1);
    expect(await read("song_profile@2")).toMatchObject({ status: 200 });

    const promoted = await project.run("promote", "song_profile@2");
    expect(promoted).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"song_profile" .*version 2.*version 1/),
    });
    expect(await servedVersion()).toBe(2);
    expect(await project.run("promote", "song_profile@2")).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining("version 1"),
    });

    expect(await project.json("rollback", "song_profile", "--message", "titles are missed")).toMatchObject({
      code: 0,
      document: { promoted: 1, before: 2, next: null },
    });
    expect(await servedVersion()).toBe(1);
    const again = await project.json("rollback", "song_profile");
    expect(again).toMatchObject({ code: 1, document: { error: { code: "nothing_to_roll_back" } } });
    await project.run("promote", "song_profile@2");
  });

  test("does not retire a version that a promoted service reads, and names the service", async () => {
    const { code, document } = await project.json("retire", "song_profile@1");
    expect(code).toBe(1);
    expect(document).toMatchObject({ error: { code: "version_in_use", message: expect.stringContaining("shelf@1") } });
    expect(await project.json("retire", "song_profile@2")).toMatchObject({
      document: { error: { code: "version_promoted" } },
    });
  });

  test("a deprecated version warns, can be restored, and answers 410 once retired", async () => {
    await define(3);
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    expect(await servedVersion()).toBe(3);

    const retired = await project.run("retire", "song_profile@2", "--sunset", "2100-01-01", "--successor", "3");
    expect(retired.stdout).toMatch(/^song_profile@2 .*song_profile@3 .* 2100-01-01T00:00:00\.000000Z.* 410/);
    const warned = await read("song_profile@2");
    expect(warned.headers.get("sunset")).toBe("Fri, 01 Jan 2100 00:00:00 GMT");
    expect(warned.headers.get("deprecation")).toMatch(/^@\d{10}$/);
    expect(warned.body.metadata["song_profile@2"].deprecation).toMatchObject({ successor: "song_profile@3" });
    const got = await project.run("get", "song", "1", "--features", "song_profile@2");
    expect(got.stderr).toMatch(/^warning: deprecated: song_profile@2 .*song_profile@3/m);

    expect(await project.run("retire", "song_profile@2", "--undo")).toMatchObject({ code: 0 });
    expect((await read("song_profile@2")).headers.get("sunset")).toBeNull();
    expect(await project.run("retire", "song_profile@2", "--now")).toMatchObject({ code: 0 });
    expect(await read("song_profile@2")).toMatchObject({
      status: 410,
      body: { code: "feature_view_retired", detail: expect.stringContaining('"song_profile@3"') },
    });
    expect(await project.json("materialize", "song_profile@2")).toMatchObject({
      document: { error: { code: "feature_view_retired" } },
    });
    await project.run("materialize"); // sweeps
    const tables = await deps.database.query({
      text: "select relname from pg_class where relnamespace = 'features'::regnamespace and relkind = 'r' and relname like 'song_profile_v2%'",
    });
    expect(tables).toEqual([]);
    expect(await project.json("retire", "song_profile@2", "--undo")).toMatchObject({
      document: { error: { code: "version_retired" } },
    });
  });

  test("history shows who, when, what and why", async () => {
    const { stdout } = await project.run("history", "song_profile");
    expect(stdout).toMatch(/retired by .+@.+ \(as \w+\), revision \d+\n {2}song_profile@2 from /);
    expect(stdout).toMatch(/rolled back by .*: titles are missed\n {2}song_profile@1 .* 2\n/);
    expect(stdout).toMatch(/promoted by run \d+, .*\n {2}song_profile@3 .* 2\n/);
    expect(stdout).toMatch(/applied by .*\n {2}song_profile@3 new version, additive .* 2\n/);
    expect(stdout).toMatch(/applied by .*: first\n {2}song_profile@1 new\n {2}shelf@1 new\n$/);
    const { document } = await project.json("history", "--limit", "1");
    expect(document).toMatchObject({ events: [{ kind: "retire", changes: [{ name: "song_profile", version: 2 }] }] });
  });

  test("after a rollback, plan, apply and status name the version that waits for promote", async () => {
    expect(await project.json("rollback", "song_profile")).toMatchObject({ document: { promoted: 1 } });
    await define(4);
    const waiting = /song_profile is rolled back to @1; @4 waits for .*featstore promote song_profile@4/;
    expect((await project.run("plan")).stdout).toMatch(waiting);
    expect((await project.json("plan")).document).toMatchObject({
      views: [{ name: "song_profile", version: 4, rolled_back_to: 1 }],
    });
    expect((await project.run("apply")).stdout).toMatch(waiting);
    expect(await project.run("materialize", "song_profile@4")).toMatchObject({ code: 0 });
    expect(await servedVersion()).toBe(1);
    expect((await project.run("status")).stdout).toMatch(waiting);
    expect((await project.json("status")).document).toMatchObject({
      rolled_back: [{ name: "song_profile", promoted: 1, waiting: 4 }],
    });
    expect(await project.run("promote", "song_profile@4")).toMatchObject({ code: 0 });
    expect(await servedVersion()).toBe(4);
    expect((await project.run("status")).stdout).not.toMatch(/rolled back/);
  });

  test("apply of an outdated plan tells who changed what", async () => {
    const planned = (await project.json("plan")).document as { revision: number };
    await define(5);
    await project.run("apply", "--message", "in between");
    await define(6);
    const refused = await project.json("apply", "--revision", String(planned.revision));
    expect(refused).toMatchObject({ code: 1, document: { error: { code: "registry_moved" } } });
    const { message } = (refused.document as { error: { message: string } }).error;
    expect(message).toMatch(/ .+@.+ \d{4}-.*Z \(in between\): song_profile@5 /);
  });

  test.each([
    [["promote", "song_profil@1"], "feature_view_not_found"],
    [["promote", "song_profile"], "invalid_selection"],
    [["promote", "song_profile@77"], "feature_view_version_not_found"],
    [["promote", "shelf@9"], "feature_service_version_not_found"],
    [["promote", "song_profile@1", "--service"], "feature_service_not_found"],
    [["rollback", "nothing"], "feature_view_not_found"],
    [["retire", "shelf@1"], "service_stays"],
    [["retire", "song_profile@3", "--now", "--sunset", "2100-01-01"], "options_conflict"],
    [["retire", "song_profile@3", "--undo", "--successor", "3"], "options_conflict"],
    [["retire", "song_profile@3", "--sunset", "soon"], "time_invalid"],
    [["history", "--limit", "few"], "number_invalid"],
  ])("%j is refused: %s", async (line, code) => {
    const outcome = await project.json(...line);
    expect(outcome.code).not.toBe(0);
    expect(outcome.document).toMatchObject({ error: { code } });
  });
});
