import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { durationText } from "../../src/cli/kit/duration-text";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

describe("featstore runs and status", () => {
  let project: CliProject;
  let deps: Deps;
  const define = (options = "") =>
    project.write({
      "definitions/index.ts": songDefinitions().replace('description: "Songs",', `description: "Songs",${options}`),
    });

  beforeAll(async () => {
    project = await createCliProject({ FEATSTORE_SCHEDULER: "off" });
    deps = await createDeps(loadConfig({ env: project.environment, folder: project.folder }));
    await deps.database.script(songTable);
  });
  afterAll(async () => {
    await deps?.close();
    await project?.remove();
  });

  test("a server with its scheduler off has none", () => {
    expect(deps.scheduler).toBeNull();
  });

  test("runs and status work before apply and before materialize", async () => {
    expect(await project.run("status")).toMatchObject({ code: 0, stderr: "" });
    expect(await project.run("runs")).toMatchObject({ code: 0, stderr: "" });
    await define();
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    const { code, stdout } = await project.run("status");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/song_profile@1 .*never/)]);
  });

  test("status names the command that computes a view that is neither computed nor scheduled", async () => {
    const command = "featstore materialize song_profile@1";
    expect((await project.run("status")).stdout).toContain(command);
    expect((await project.json("status")).document).toMatchObject({ views: [{ command_to_run: command }] });
  });

  test.for([
    ['schedule: "0 3 * *"', "schedule_not_cron"],
    ['schedule: { cron: "0 3 * * *", zone: "Mars/Base" }', "schedule_zone_unknown"],
    ['schedule: "0 3 31 feb *"', "schedule_never"],
  ] as const)("%s is refused by check and by apply", async ([options, code]) => {
    await define(`${options},`);
    for (const command of ["check", "apply"]) {
      const outcome = await project.run(command);
      expect([outcome.code, outcome.stdout + outcome.stderr]).toEqual([1, expect.stringContaining(code)]);
    }
  });

  test("warns about a schedule too sparse for the promise, applies it in place and keeps the version", async () => {
    await define('schedule: "0 3 * * *", freshness: { kind: "duration", seconds: 3600 },');
    const checked = await project.run("check");
    expect([checked.code, checked.stdout + checked.stderr]).toEqual([
      0,
      expect.stringContaining("schedule_too_sparse"),
    ]);
    expect((await project.run("apply")).stdout).toMatch(/song_profile@1: metadata/);
    expect((await project.run("status")).stdout).not.toContain("featstore materialize");
  });

  test("shows a run's state, rows and duration, and a failed run's reason", async () => {
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    await deps.database.script("alter table songs rename to records");
    expect(await project.run("materialize")).toMatchObject({ code: 1 });
    await deps.database.script("alter table records rename to songs");
    expect((await project.json("status")).document).toMatchObject({ views: [{ command_to_run: null }] });
    const { document } = await project.json("runs", "song_profile@1");
    expect(document).toMatchObject({
      runs: [
        { state: "failed", failure: { code: "source_missing", message: expect.stringContaining("songs") } },
        { state: "published", kind: "full", rows: 2, generation: 1, duration_ms: expect.any(Number), failure: null },
      ],
    });
    const { runs } = document as { runs: readonly { run_id: string }[] };
    const before = await project.json("runs", "--before", runs[0]?.run_id ?? "", "--limit", "1");
    expect(before.document).toMatchObject({ runs: [{ run_id: runs[1]?.run_id }] });
    const failed = await project.run("status");
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("(source_missing)")]);
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    expect(await project.run("status")).toMatchObject({ code: 0 });
  });

  test.for([
    [["--state", "done"], 2, "state_invalid"],
    [["--limit", "many"], 2, "number_invalid"],
    [["--limit", "0"], 2, "invalid_parameter"],
    [["song_profil"], 1, "feature_view_not_found"],
    [["song_profile@9"], 1, "feature_view_version_not_found"],
  ] as const)("runs %s ends with %i and says %s", async ([args, code, problem]) => {
    const outcome = await project.run("runs", ...args);
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(problem)]);
  });
});

test("durations are shown with their two largest units", () => {
  expect([0, 0.4, 59.9, 60, 3661, 90_000, 172_800].map(durationText)).toEqual([
    "0 s",
    "0 s",
    "59 s",
    "1 min",
    "1 h 1 min",
    "1 d 1 h",
    "2 d",
  ]);
});
