import { readFile } from "node:fs/promises";
import { type Client, createClient } from "@featstore/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CliProject, createCliProject, type StartedCommand } from "../../../server/test/cli/cli";
import { createApp } from "../src/app";
import { rankSimilar, scoreOf } from "../src/rank-similar";

let project: CliProject;
let demo: StartedCommand;
let url: string;
let client: Client;

beforeAll(async () => {
  project = await createCliProject({ HOST: "127.0.0.1", PORT: "0" });
  demo = project.start(["demo", "--json"]);
  const failed = demo.outcome.then(({ stderr }): string => {
    throw new Error(stderr);
  });
  const facts: { readonly url: string; readonly key_file: string } = JSON.parse(
    await Promise.race([demo.says("url"), failed]),
  );
  url = facts.url;
  client = createClient({ baseUrl: url, apiKey: (await readFile(facts.key_file, "utf8")).trim() });
});
afterAll(async () => {
  demo?.stop();
  await demo?.outcome;
  await project?.remove();
});

const today = () => "2026-01-31";

describe("the ranking", () => {
  test("sorts the nearest speeches by score, without the speech itself", async () => {
    const ranked = await rankSimilar(client, "1", { limit: 10, today: today() });
    expect(ranked).toHaveLength(10);
    expect(ranked.map(({ id }) => id)).not.toContain("1");
    expect(ranked.map(({ score }) => score)).toEqual(ranked.map(({ score }) => score).sort((a, b) => b - a));
    expect(new Set(ranked.map(({ score }) => score)).size).toBe(10);
    expect(ranked.at(-1)?.score).toBeGreaterThan(0);
    expect(ranked.every(({ title, speaker }) => title !== null && speaker !== null)).toBe(true);
  });

  test("halves the score every fifty years", () => {
    expect([scoreOf(0.8, 0), scoreOf(0.8, 50), scoreOf(0.8, 100), scoreOf(0.8, -1)]).toEqual([0.8, 0.4, 0.2, 0.8]);
  });
});

describe("the service", () => {
  const get = (path: string, of: Client = client) => createApp(of, today).request(path);

  test("answers with as many speeches as the request wants", async () => {
    const response = await get("/similar/1?limit=3");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ speeches: await rankSimilar(client, "1", { limit: 3, today: today() }) });
  });

  test.each([
    ["/similar/1?limit=0", 400],
    ["/similar/1?limit=many", 400],
    ["/similar/seven", 400],
    ["/similar/99999", 404],
  ])("answers %s with %i", async (path, status) => {
    const response = await get(path);
    expect([response.status, Object.keys((await response.json()) as object)]).toEqual([status, ["error"]]);
  });

  test("answers 503 with Retry-After while the store refuses the key", async () => {
    const refused = createClient({ baseUrl: url, apiKey: "fs_unknown" });
    const logged = vi.spyOn(console, "error").mockReturnValue();
    const response = await get("/similar/1", refused);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(logged).toHaveBeenCalledOnce();
  });
});
