import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { runGuide } from "./run-guide";

let project: CliProject;
beforeAll(async () => {
  project = await createCliProject();
});
afterAll(() => project?.remove());

test("docs/guide/life-cycle.md shows the actual output", { timeout: 240_000 }, async () => {
  await runGuide(project, "life-cycle.md");
  expect((await readFile(join(project.folder, "train.csv"), "utf8")).trimEnd().split("\n")).toHaveLength(3);
});
