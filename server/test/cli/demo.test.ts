import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProject, createCliProject } from "./cli";

let project: CliProject;

beforeAll(async () => {
  // The demo does not use a configured database: it is always embedded.
  project = await createCliProject({ HOST: "127.0.0.1", PORT: "0", DATABASE_URL: "postgres://127.0.0.1:9/none" });
});
afterAll(() => project?.remove());

interface Facts {
  readonly url: string;
  readonly key_file: string;
  readonly features: readonly string[];
  readonly batch_features: readonly string[];
  readonly ids: readonly string[];
  readonly embedding: string;
  readonly dataset: string;
  readonly lake?: string;
}

test("the first start loads, computes and serves; the second reuses everything", async () => {
  const first = project.start(["demo", "--json"]);
  const facts: Facts = JSON.parse(await Promise.race([first.says("url"), first.outcome.then(({ stderr }) => stderr)]));
  const key = await readFile(facts.key_file, "utf8");
  expect(key).toMatch(/^\S+$/); // clients refuse a line break
  expect((await stat(facts.key_file)).mode & 0o777).toBe(0o600);
  expect(facts.key_file).toBe(join(project.folder, ".featstore/demo-key"));
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const read = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${facts.url}${path}`, { headers, ...init })).json();
  expect(await read(`/api/features/1?features=${facts.features.join(",")}`)).toMatchObject({
    status: "complete",
    features: { speech_profile: { speaker: "George Washington", party: null, year: 1790 } },
  });
  const body = JSON.stringify({ ids: facts.ids, features: facts.batch_features });
  expect(await read("/api/features/batch", { method: "POST", body })).toMatchObject({
    status: ["complete", "complete", "complete"],
  });
  const embedding = await read(`/api/embeddings/1?embedding=${facts.embedding}`);
  expect(embedding).toMatchObject({ embeddings: { [facts.embedding]: { space: "minilm-l6-v2", dimensions: 384 } } });
  expect(await read(`/api/datasets/${facts.dataset}`)).toMatchObject({ latest: { version: "1.0.0", rows: 233 } });
  const times = await read("/api/features/1?features=speech_sentiment&metadata=true");
  first.stop();
  expect((await first.outcome).code).toBe(0);

  await writeFile(facts.key_file, `${key}\n`);
  const second = project.start(["demo"]);
  const welcome = await Promise.race([second.says("Ctrl-C stops"), second.outcome.then(({ stderr }) => stderr)]);
  expect(welcome).toContain(key);
  const lines = welcome.split("\n").filter((line) => line.startsWith("  curl "));
  expect(lines).toHaveLength(4);
  expect(await readFile(facts.key_file, "utf8")).toBe(key);
  expect(welcome).toMatch(/^ {2}npx featstore dataset download state_of_the_union /m);
  const url = /https?:\/\/[^\s/]+/.exec(welcome)?.[0] ?? "";
  const again = await fetch(`${url}/api/features/1?features=speech_sentiment&metadata=true`, { headers });
  // The age has grown.
  const ageless = (body: unknown): string =>
    JSON.stringify(body, (name, value: unknown) => (name === "age_seconds" ? undefined : value));
  expect(ageless(await again.json())).toBe(ageless(times));
  second.stop();
  expect(await second.outcome).toMatchObject({ code: 0, stderr: "" });
});

test("with --lake it computes the same features from Parquet files", async () => {
  const started = project.start(["demo", "--lake", "--json"]);
  const facts: Facts = JSON.parse(
    await Promise.race([started.says("url"), started.outcome.then(({ stderr }) => stderr)]),
  );
  expect(facts.lake).toBe(join(project.folder, ".featstore/lake-demo/lake"));
  const files = await readdir(facts.lake ?? "", { recursive: true });
  expect(files.filter((file) => /^analyses\/year=\d+\/month=\d+\/.*\.parquet$/.test(file)).length).toBeGreaterThan(3);
  const key = await readFile(facts.key_file, "utf8");
  const read = async (path: string, init: RequestInit = {}) =>
    (
      await fetch(`${facts.url}${path}`, {
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...init,
      })
    ).json();
  expect(await read("/api/features/1?features=speech_profile,speech_sentiment,speech_language.words")).toMatchObject({
    status: "complete",
    features: {
      speech_profile: { speaker: "George Washington", party: null, year: 1790 },
      speech_sentiment: { sentiment: "positive", confidence: 0.5281 },
      speech_language: { words: 1401 },
    },
  });
  const body = JSON.stringify({
    ids: ["George Washington"],
    entity: "speaker",
    features: ["speaker_profile.speeches"],
  });
  expect(await read("/api/features/batch", { method: "POST", body })).toMatchObject({ status: ["complete"] });
  const embedding = await read(`/api/embeddings/1?embedding=${facts.embedding}`);
  expect(embedding).toMatchObject({ embeddings: { [facts.embedding]: { status: "complete", dimensions: 384 } } });
  expect(await read(`/api/datasets/${facts.dataset}`)).toMatchObject({ latest: { rows: 233 } });
  started.stop();
  expect(await started.outcome).toMatchObject({ code: 0 });
});
