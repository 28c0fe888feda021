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

test("docs/guide/training-sets.md shows the actual output", async () => {
  await runGuide(project, "training-sets.md");
  const lines = (await readFile(join(project.folder, "train.csv"), "utf8")).trimEnd().split("\n");
  expect(lines[0]).toBe("track_id,as_of,hit,_split,writing.words,writing.analyses,label.writing.analyses");
  expect(lines).toHaveLength(7);
});
