import { afterAll, beforeAll, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { runGuide } from "./run-guide";

let project: CliProject;
beforeAll(async () => {
  project = await createCliProject();
});
afterAll(() => project?.remove());

test("docs/guide/versions.md shows the actual output", { timeout: 240_000 }, () => runGuide(project, "versions.md"));
