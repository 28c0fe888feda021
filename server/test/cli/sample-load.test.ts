import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProject, createCliProject } from "./cli";

let project: CliProject;
beforeAll(async () => {
  project = await createCliProject();
});
afterAll(() => project?.remove());

test("sample load --publish materializes the views of the sample and prints a key and a request for the given server", async () => {
  const { code, document } = await project.json("sample", "load", "--publish", "--url", "http://features.test:9000");
  expect([code, document]).toMatchObject([0, { speeches: 233, key: expect.stringMatching(/^fs_/) }]);
  const { request, views } = document as { readonly request: string; readonly views: readonly string[] };
  expect(request).toMatch(/^http:\/\/features\.test:9000\/api\/features\/1\?features=speech_profile,/);
  expect(views).toContain("speech_sentiment@1");
  const { document: rows } = await project.json("get", "speech", "1", "--features", "speech_sentiment");
  expect(JSON.stringify(rows)).toContain("complete");
  const { document: keys } = await project.json("keys", "list");
  expect(JSON.stringify(keys)).toContain('"name":"sample"');
});

test("sample load --publish prints the address at which containers are open to this machine", async () => {
  const inContainer = await createCliProject({ FEATSTORE_PUBLIC_URL: "http://127.0.0.1:9001" });
  try {
    const { document } = await inContainer.json("sample", "load", "--publish");
    expect(document).toMatchObject({ request: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9001\/api\//) });
  } finally {
    await inContainer.remove();
  }
});

test("sample load --publish refuses another schema, because the definitions of the sample name none", async () => {
  const { code, stderr } = await project.run("sample", "load", "--publish", "--schema", "politics");
  expect([code, stderr]).toEqual([2, expect.stringContaining("--schema")]);
});
