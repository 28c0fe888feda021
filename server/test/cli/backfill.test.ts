import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

describe("featstore backfill", () => {
  let project: CliProject;
  let deps: Deps;
  beforeAll(async () => {
    project = await createCliProject({ FEATSTORE_SCHEDULER: "off" });
    await project.write({ "definitions/index.ts": songDefinitions() });
    deps = await createDeps(loadConfig({ env: project.environment, folder: project.folder }));
    await deps.database.script(`${songTable};
      insert into songs select i, 'Song ' || i, '2026-01-03' from generate_series(3, 40) as i`);
    expect(await project.run("apply")).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await deps?.close();
    await project?.remove();
  });

  const line = (...options: readonly string[]) => ["backfill", "song_profile@1", ...options] as const;

  test.for([
    [["backfill"], 2, "argument_missing"],
    [line("--chunk-entities", "ten"), 2, "number_invalid"],
    [line("--chunk-entities", "0"), 1, "chunk_entities_invalid"],
    [line("--as-of", "yesterday"), 2, "--as-of"],
    [line("--force"), 2, "reason_required"],
    [["backfill", "song_profil"], 1, "feature_view_not_found"],
    [["backfill", "song_profile@7"], 1, "feature_view_version_not_found"],
  ] as const)("%o is refused with %d, %s", async ([words, code, reason]) => {
    const outcome = await project.run(...words);
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(reason)]);
  });

  test("Ctrl-C interrupts a backfill, runs and status show it, and it resumes", async () => {
    const cut = await project.runUntil("12/40 chunks", ...line("--chunk-entities", "1"));
    expect(cut).toMatchObject({
      code: 130,
      stdout: expect.stringMatching(/interrupted.* \d+ of 40 /),
    });
    expect((await project.run("runs", "--state", "interrupted")).stdout).toMatch(/song_profile@1 .* \d+\/40 /);
    expect((await project.run("status")).stdout).toContain("featstore backfill song_profile@1 ");

    const refused = await project.run(...line("--chunk-entities", "2"));
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining("backfill_differs")]);
    expect(refused.stdout).toContain("--chunk-entities");

    const done = await project.run(...line());
    expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/generation 1, 40 rows .* \d+ of 40/) });
    expect(done.stderr).toMatch(/40\/40 chunks, 40 rows/);
    expect(done.stderr).not.toContain(" 0/40");
  });

  test("a full run abandons an interrupted backfill and reports it, also with --json", async () => {
    await project.runUntil("12/40 chunks", ...line("--chunk-entities", "1"));
    const full = await project.run("materialize");
    expect([full.code, full.stderr]).toEqual([0, expect.stringContaining("warning: backfill_given_up: ")]);
    const { code, document } = await project.json(...line("--chunk-entities", "30"));
    expect([code, document]).toEqual([
      0,
      expect.objectContaining({
        ...{ view: "song_profile", version: 1, state: "published", rows: 40 },
        ...{ chunks: { done: 2, total: 2, resumed_at: null }, given_up: null, warnings: [] },
      }),
    ]);
  });
});
