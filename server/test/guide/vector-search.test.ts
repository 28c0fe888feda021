import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../acceptance/serving";
import { type CliProject, createCliProject } from "../cli/cli";
import { occursIn } from "./guide-document";
import { runGuide } from "./run-guide";

const page = readFileSync(join(import.meta.dirname, "../../../docs/guide/vector-search.md"), "utf8");

let project: CliProject;
let serving: Serving | undefined;
beforeAll(async () => {
  project = await createCliProject({ FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef" });
});
afterAll(async () => {
  await serving?.close();
  await project?.remove();
});

/** Parses the page's requests, each with the answer below it. */
function requests() {
  return [...page.matchAll(/^```http\n(\S+) (\S+)\n([\s\S]*?)\n?\n([^\n]+)\n```$/gm)].map(
    ([, method = "", path = "", body = "", answer = ""]) => ({ method, path, body, answer }),
  );
}

test("docs/guide/vector-search.md shows the actual answers", { timeout: 120_000 }, async () => {
  await runGuide(project, "vector-search.md");
  const { document } = await project.json("keys", "create", "--name", "guide");
  const { key } = document as { readonly key: string };
  serving = await startServing({ environment: project.environment, folder: project.folder });
  for (const { method, path, body, answer } of requests()) {
    const response = await fetch(`${serving.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === "" ? {} : { "content-type": "application/json" }) },
      ...(body === "" ? {} : { body }),
    });
    const text = await response.text();
    if (!occursIn(text, [answer])) expect(text, `${method} ${path} ${body}`).toBe(answer);
  }
  expect(requests()).toHaveLength(page.split("```http").length - 1);
});
