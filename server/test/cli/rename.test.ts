import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type RunningServer, serve } from "../../src/main";
import { type CliProject, createCliProject, songTable } from "./cli";

/** A view of songs, and a service with computed features over it. */
const definitions = (name: string, { renamedFrom = "", service = 1, version = 1 } = {}) => `
import { count, entity, featureService, featureView, int64, max, source, string } from "@featstore/definitions";
const songs = source({
  name: "songs", table: "songs", key: { song_id: int64().from("id") }, eventTime: { column: "created_at", zone: "UTC" },
  history: "current", columns: { title: string().nullable() },
});
const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
export const view = featureView({
  name: "${name}", version: ${version}, entity: song, from: songs, description: "Songs", ${renamedFrom && `renamedFrom: "${renamedFrom}",`}
  features: (s) => ({ plays: count().describe("Plays"), title: max(s.title).describe("Title") }),
});
export const shelf = featureService({
  name: "shelf", version: ${service}, features: [view.all()],
  computed: (f) => ({
    twice: f.${name}.plays.times(2).describe("Twice the plays"),
    hit: f.${name}.title.describe("Its title").oneOf("Anthem"),
  }),
});
`;

describe("a renamed view, with a running server", () => {
  let project: CliProject;
  let deps: Deps;
  let server: RunningServer;
  let key = "";

  const define = (...options: Parameters<typeof definitions>) =>
    project.write({ "definitions/index.ts": definitions(...options) });
  const read = async (path: string) => {
    await deps.registry.refresh();
    const response = await fetch(`${server.url}/api/${path}`, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  const ok = async (...line: string[]) => {
    const outcome = await project.run(...line);
    expect(outcome).toMatchObject({ code: 0 });
    return outcome.stdout;
  };

  beforeAll(async () => {
    project = await createCliProject();
    const env = { ...project.environment, PORT: "0", HOST: "127.0.0.1" };
    deps = await createDeps(loadConfig({ env, folder: project.folder }));
    server = await serve(deps);
    await deps.database.script(songTable);
    await define("song_profile");
    await ok("apply");
    await ok("materialize");
    key = ((await project.json("keys", "create", "--name", "me")).document as { key: string }).key;
    await read("features/1?features=song_profile");
  });
  afterAll(async () => {
    await server?.close();
    await deps?.close();
    await project?.remove();
  });

  test("a service whose columns would be renamed needs a new version", async () => {
    await define("tunes", { renamedFrom: "song_profile" });
    const { code, stdout } = await project.run("plan");
    expect(code).toBe(1);
    expect(stdout).toMatch(/tunes@1: metadata.*song_profile/);
    expect(stdout).toMatch(/shelf@1: refused; .*song_profile .*tunes .* 2$/m);
  });

  test("is served under its new name at once, and under the old name with a warning", async () => {
    await define("tunes", { renamedFrom: "song_profile", service: 2 });
    expect(await ok("apply", "--message", "as the team calls them")).toMatch(/tunes@1: .*song_profile/);
    await expect.poll(() => deps.registry.current().snapshot.featureViews.has("tunes")).toBe(true);
    const held = async () => (await deps.health.report()).checks.online_store?.ok;
    await expect.poll(held).toBe(true);
    const { headers, body } = await read("features/1?features=tunes&metadata=true");
    expect(headers.get("deprecation")).toBeNull();
    expect(body).toMatchObject({
      features: { tunes: { plays: 1, title: "Anthem" } },
      metadata: { tunes: { version: 1, generation: 1 } },
    });
    const old = await read("features/1?features=song_profile.plays");
    expect(old).toMatchObject({ status: 200, body: { features: { song_profile: { plays: 1 } } } });
    expect(old.headers.get("deprecation")).toMatch(/^@\d{10}$/);
    expect(old.headers.get("link")).toBe('</api/feature-views/tunes/versions/1>; rel="successor-version"');
    expect((await read("feature-views")).body.feature_views).toMatchObject([{ name: "tunes" }]);
    expect((await read("feature-views/song_profile")).body).toMatchObject({
      versions: [{ name: "tunes", deprecation: { successor: "tunes@1" } }],
    });
    expect(await ok("history", "song_profile")).toMatch(/tunes@1 metadata.*song_profile/);
    expect(await ok("materialize", "--incremental")).toContain("tunes@1");
    expect(await project.json("plan")).toMatchObject({ document: { outcome: "nothing" } });
  });

  test("services still read it, online and in training sets", async () => {
    expect((await read("features/1?service=shelf@1")).body).toMatchObject({
      features: { song_profile: { plays: 1, title: "Anthem" }, computed: { twice: 2 } },
    });
    expect((await read("features/1?service=shelf")).body).toMatchObject({
      features: { tunes: { plays: 1 }, computed: { twice: 2 } },
    });
    await project.write({ "spine.csv": "song_id,as_of\n1,2026-06-01T00:00:00Z\n" });
    for (const [service, name] of [
      ["shelf@1", "song_profile"],
      ["shelf@2", "tunes"],
    ]) {
      const out = `${name}.csv`;
      await ok("training-set", "--service", service ?? "", "--spine", "spine.csv", "--out", out);
      const [header] = (await readFile(join(project.folder, out), "utf8")).split("\n");
      expect(header).toContain(`${name}.plays,${name}.title,computed.twice`);
    }
    const types = await ok("types");
    expect(types).toContain("TunesV1");
    expect(types).toContain('readonly hit: "Anthem" | null;');
    await deps.registry.refresh();
    await project.write({ key: `${key}\n` });
    expect(await ok("types", "--url", server.url, "--key-file", "key")).toBe(types);
    const { document } = await project.json("docs", "--format", "json");
    expect(document).toMatchObject({
      feature_views: [
        {
          name: "tunes",
          services: ["shelf@1", "shelf@2"],
          history: [{ message: "as the team calls them" }, { kind: "apply" }],
        },
      ],
      feature_services: [{ versions: [{}, { features: [{ view: "song_profile", type: "int32" }, {}] }] }],
    });
    expect(await ok("runs", "song_profile")).toContain("tunes@1");
  });

  test("its former name can be retired like a version", async () => {
    expect(await project.json("retire", "song_profile@1")).toMatchObject({
      document: { error: { code: "former_name" } },
    });
    expect(await ok("retire", "song_profile", "--sunset", "2100-01-01")).toMatch(
      /"song_profile" .*"tunes".* 2100-01-01/,
    );
    expect((await read("features/1?features=song_profile")).headers.get("sunset")).toBe(
      "Fri, 01 Jan 2100 00:00:00 GMT",
    );
    const ended = await ok("retire", "song_profile", "--now");
    expect(ended).toMatch(/"song_profile".*"tunes".*\b410\b/);
    expect(ended).toContain("shelf@1");
    expect(await read("features/1?features=song_profile")).toMatchObject({
      status: 410,
      body: { code: "feature_view_retired", detail: expect.stringContaining('"tunes"') },
    });
    expect((await read("features/1?service=shelf@1")).status).toBe(410);
    expect((await read("features/1?service=shelf")).status).toBe(200);
  });
});
