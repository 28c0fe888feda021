import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/cli/index";
import { runCli } from "../../src/cli/kit/run-cli";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type RunningServer, serve } from "../../src/main";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

// With a running embedded server, which must not serve the erased key.
describe("erase from the command line", () => {
  let project: CliProject;
  let deps: Deps;
  let server: RunningServer;
  let key = "";
  beforeAll(async () => {
    project = await createCliProject();
    const env = { ...project.environment, PORT: "0", HOST: "127.0.0.1" };
    deps = await createDeps(loadConfig({ env, folder: project.folder }));
    server = await serve(deps);
    await deps.database.script(songTable);
    await project.write({ "definitions/index.ts": songDefinitions() });
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    const made = await project.json("keys", "create", "--name", "me");
    key = (made.document as { key: string }).key;
    await deps.registry.refresh();
  });
  afterAll(async () => {
    await server?.close();
    await deps?.close();
    await project?.remove();
  });

  /** Runs a command with an answer to its question. */
  const typed = async (answer: string, ...line: readonly string[]) => {
    let stderr = "";
    let stdout = "";
    const io = {
      stdout: (text: string) => {
        stdout += text;
      },
      stderr: (text: string) => {
        stderr += text;
      },
      ...{ terminal: true, environment: project.environment, workingFolder: project.folder },
      ...{ signal: new AbortController().signal, ask: async () => answer },
    };
    return { code: await runCli(line, io, commands, "0.0.0"), stdout, stderr };
  };
  const read = async (id: string): Promise<string> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${server.url}/api/features/${id}?features=song_profile`, { headers })).text();
  };

  test("asks for confirmation, and fails without a terminal", async () => {
    expect(await project.run("erase", "song", "2")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^confirmation_required: /),
    });
    expect(await typed("3", "erase", "song", "2")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/song_profile@1 .*not_confirmed: /s),
    });
    expect(await read("2")).not.toContain("unknown_entity");
  });

  test("--dry-run shows what would be erased; the typed id confirms the erasure", async () => {
    const would = await project.json("erase", "song", "2", "--dry-run");
    expect(would).toMatchObject({
      code: 0,
      document: {
        ...{ entity: "song", dry_run: true, revision: null, sampled_answers: 0, run_reports: 0, training_sets: [] },
        views: [{ view: "song_profile", version: 1, rows: 1, history: 0, skipped: null }],
      },
    });
    expect(await read("2")).not.toContain("unknown_entity");
    const done = await typed("2", "erase", "song", "2", "--message", "asked for");
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ song 2, revision \d+\.\n.*song_profile@1 +1 +0\n/s),
    });
    await expect.poll(() => read("2")).toContain("unknown_entity");
    const { stdout } = await project.run("history", "song_profile");
    expect(stdout).toMatch(/erased by .*: asked for\n {2}song_profile@1: 1 .*song .* [0-9a-f]{64}\n/);
    // The source still contains it.
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    await expect.poll(() => read("2")).not.toContain("unknown_entity");
    expect(await project.json("erase", "song", "2", "--yes")).toMatchObject({ code: 0, document: { dry_run: false } });
    await expect.poll(() => read("2")).toContain("unknown_entity");
  });

  test("erases a composite id, of one tenant and of all", async () => {
    await deps.database.script(`create table plays (id integer primary key, shop text, artist text, song integer, at timestamptz);
      insert into plays values (1, 'acme', 'AC/DC, live', 7, '2026-01-01Z'), (2, 'other', 'AC/DC, live', 7, '2026-01-01Z'),
        (3, 'acme', 'AC/DC, live', 8, '2026-01-01Z')`);
    await project.write({
      "definitions/index.ts": `import { count, entity, featureView, int64, source, string } from "@featstore/definitions";
        const plays = source({ name: "plays", table: "plays", key: { artist: string(), song: int64() }, tenant: "shop",
          eventTime: "at", tieBreak: "id", history: "events", columns: {} });
        export const listening = featureView({ name: "listening", version: 1, owner: "me", description: "Plays", from: plays,
          entity: entity({ name: "play", key: { artist: string(), song: int64() } }),
          features: () => ({ plays: count().describe("Plays") }) });`,
    });
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(await project.run("materialize", "listening")).toMatchObject({ code: 0 });
    const id = "AC%2FDC%2C%20live,7";
    const rowsErased = async (...line: readonly string[]) =>
      (await project.json("erase", "play", id, ...line)).document as { views: readonly { rows: number }[] };
    expect(await rowsErased("--dry-run")).toMatchObject({ views: [{ rows: 2 }] });
    expect(await rowsErased("--tenant", "acme", "--yes")).toMatchObject({ tenant: "acme", views: [{ rows: 1 }] });
    expect(await rowsErased("--yes")).toMatchObject({ tenant: null, views: [{ rows: 1 }] });
    expect(await deps.database.query({ text: "select song from features.listening_v1" })).toEqual([{ song: "8" }]);
    expect(await project.run("erase", "play", "AC%2FDC", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^id_invalid: .*artist,song/),
    });
  });

  test.for<readonly [readonly string[], RegExp, number]>([
    [["artist", "2"], /^entity_not_found: .*song/, 1],
    [["song", "two"], /^id_invalid: /, 1],
    [["song", ""], /^id_empty: /, 1],
    [["song", "2", "--yes", "--dry-run"], /^options_conflict: /, 2],
    [["song"], /^argument_missing: /, 2],
  ])("%j is refused", async ([line, reported, code]) => {
    const outcome = await project.run("erase", ...line, ...(line.includes("--yes") ? [] : ["--dry-run"]));
    expect(outcome).toMatchObject({ code, stderr: expect.stringMatching(reported) });
  });
});
