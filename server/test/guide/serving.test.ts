import { afterAll, beforeAll, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { runGuide } from "./run-guide";

let project: CliProject;
beforeAll(async () => {
  project = await createCliProject();
});
afterAll(() => project?.remove());

test("docs/guide/serving.md shows the actual output", () => runGuide(project, "serving.md"));
