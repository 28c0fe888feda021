import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { runShellPage } from "./run-shell-page";

let project: CliProject;
beforeAll(async () => {
  project = await createCliProject();
  // The program that makes the lake imports DuckDB's package.
  await symlink(join(import.meta.dirname, "../../node_modules"), join(project.folder, "node_modules"));
});
afterAll(() => project?.remove());

test("docs/guide/engines.md shows the actual output", { timeout: 240_000 }, async () => {
  const environment = { FEATSTORE_LOG_LEVEL: "silent" };
  await runShellPage("docs/guide/engines.md", { folder: project.folder, environment });
});
