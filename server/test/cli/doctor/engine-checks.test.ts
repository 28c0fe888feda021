import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkEngines } from "../../../src/cli/doctor/engine-checks";
import { stagingFault } from "../../../src/engine/duckdb/process/index";
import { openTestEngine, secretOf, type TestEngine } from "../../engine/duckdb/support/test-engine";

let own: TestEngine;

beforeAll(async () => {
  own = await openTestEngine();
});
afterAll(() => own.close());

test("an engine over a folder is ok in each part, and needs no extension", async () => {
  const results = await checkEngines({ engines: { lake: own.engine.settings } });
  expect(results.map(({ check, status }) => [check, status])).toEqual([
    ["engine lake staging", "ok"],
    ["engine lake package", "ok"],
    ["engine lake settings", "ok"],
    ["engine lake root", "ok"],
  ]);
});

test.each([
  ["EACCES", ".", "let the user that runs Featstore read and write it"],
  ["EROFS", ".", "let the user"],
  ["EACCES", "gone", "create it"],
  ["ENOTDIR", "file/staging", "a file is in its place"],
  ["ENOSPC", ".", "free space"],
])("advises on a staging folder with %s at %s", async (code, place, advice) => {
  const engine = own.open({ staging: join(own.folder, place) });
  expect(await stagingFault(engine, Object.assign(new Error(), { code }))).toEqual({
    found: `${engine.settings.staging} is not writable (${code})`,
    advice: expect.stringContaining(advice),
  });
});

test("says which part is missing, and what to do", async () => {
  await writeFile(join(own.folder, "file"), "");
  const url = secretOf("postgres://ada:geheim-4711@127.0.0.1:1/music");
  const engines = {
    staging: own.open({ staging: join(own.folder, "file/staging") }).settings,
    roots: own.open({ roots: [join(own.folder, "gone"), join(own.folder, "file")] }).settings,
    extension: own.open({ url }).settings,
  };
  const failed = (await checkEngines({ engines })).filter(({ status }) => status === "failed");
  expect(failed.map(({ check, advice }) => [check, advice])).toEqual([
    ["engine staging staging", expect.stringContaining("engines.staging.staging")],
    ["engine roots root", expect.stringContaining("engines.roots.roots")],
    ["engine roots root", expect.stringContaining("engines.roots.roots")],
    ["engine extension settings", expect.stringContaining("duckdb-extension")],
  ]);
  expect(JSON.stringify(failed)).not.toContain("geheim");
});
