import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type RunningServer, serve } from "../../src/main";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

const tenantTables = `
create table plays (tenant_id text, song_id integer, id integer, seconds integer, at timestamptz);
insert into plays values ('acme', 1, 1, 10, '2026-01-01'), ('umbrella', 1, 1, 77, '2026-01-01')`;

const tenantDefinitions = `import { entity, featureView, int32, int64, source, sum } from "@featstore/definitions";
const plays = source({ name: "plays", table: "plays", key: { song_id: int64() }, eventTime: "at", tieBreak: "id",
  tenant: "tenant_id", history: "events", columns: { seconds: int32().nullable() } });
const listener = entity({ name: "played_song", key: { song_id: int64() } });
export const played = featureView({ name: "played", version: 1, entity: listener, from: plays, features: (p) => ({ seconds: sum(p.seconds) }) });
`;

/** Checks the reference, which does not depend on the database. */
async function expectReference(project: CliProject): Promise<void> {
  const shown = await project.run("docs");
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain("### `song_profile`");
  expect(shown.stdout).toMatch(/\| .* \| applied 1 \(new\) \| .*@.* \| first \|/);
  expect(await project.json("docs")).toMatchObject({
    code: 0,
    document: {
      format_version: 1,
      feature_views: [
        { name: "played", scope: "tenant", source: { tenant: "tenant_id" } },
        {
          name: "song_profile",
          features: [
            { name: "plays", expression: "count()" },
            { name: "title", columns: ["title"] },
          ],
          versions: [{ version: 1, state: "active", applied_at: expect.stringMatching(/^20.*Z$/) }],
          history: [{ kind: "apply", message: "first" }],
        },
      ],
      feature_services: [{ name: "shelf", promoted: 1 }],
    },
  });
}

async function applyAll(project: CliProject): Promise<void> {
  await project.write({
    "definitions/index.ts": `${songDefinitions()}export * from "./plays";\n`,
    "definitions/plays.ts": tenantDefinitions,
  });
  expect(await project.run("apply", "--message", "first")).toMatchObject({ code: 0 });
}

describe("docs with a running embedded server", () => {
  let project: CliProject;
  let deps: Deps;
  let server: RunningServer;

  beforeAll(async () => {
    project = await createCliProject();
    const env = { ...project.environment, PORT: "0", HOST: "127.0.0.1" };
    deps = await createDeps(loadConfig({ env, folder: project.folder }));
    server = await serve(deps);
    await deps.database.script(`${songTable};${tenantTables}`);
  });
  afterAll(async () => {
    await server?.close();
    await deps?.close();
    await project?.remove();
  });

  test("documents an empty registry", async () => {
    const { code, stdout } = await project.run("docs");
    expect(code).toBe(0);
    expect(stdout).toContain("featstore apply");
    expect(await project.json("docs")).toMatchObject({ document: { feature_views: [], entities: [] } });
  });

  test("documents the applied views, deterministically", async () => {
    await applyAll(project);
    await expectReference(project);
    expect(await project.run("docs")).toEqual(await project.run("docs"));
  });

  test("mentions tenants only by their column, and changes nothing", async () => {
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    await deps.registry.refresh();
    const before = deps.registry.current().snapshot.revision;
    const { stdout } = await project.run("docs");
    const json = await project.run("docs", "--format", "json");
    for (const text of [stdout, json.stdout]) {
      expect(text).toContain("tenant_id");
      expect(text).not.toMatch(/acme|umbrella|\b77\b|Anthem/);
    }
    await deps.registry.refresh();
    expect(deps.registry.current().snapshot.revision).toBe(before);
  });

  test("writes both formats or one into a folder", async () => {
    const both = await project.run("docs", "--out", "out/reference");
    expect(both.stdout).toMatch(/ out\/reference\/features\.md\b.*\n.* out\/reference\/features\.json\b/);
    const markdown = await readFile(join(project.folder, "out/reference/features.md"), "utf8");
    expect(markdown).toBe((await project.run("docs")).stdout);
    const json = await readFile(join(project.folder, "out/reference/features.json"), "utf8");
    expect(json).toBe((await project.run("docs", "--format", "json")).stdout);
    expect(await project.json("docs", "--out", "one", "--format", "json", "song_profile")).toMatchObject({
      code: 0,
      document: { paths: [join(project.folder, "one/features.json")] },
    });
    const one: unknown = JSON.parse(await readFile(join(project.folder, "one/features.json"), "utf8"));
    expect(one).toMatchObject({ entities: [{ name: "song" }], feature_views: [{ name: "song_profile" }] });
  });

  test("includes the SQL of each view on request", async () => {
    const [plain, withSql] = [await project.run("docs"), await project.run("docs", "--sql")];
    expect(plain.stdout).not.toContain("```sql");
    expect(withSql.stdout).toContain("<summary>SQL of version 1</summary>");
    expect(withSql.stdout).toContain("```sql\n-- $1: the as-of time");
  });

  test("rejects an unknown view", async () => {
    const outcome = await project.run("docs", "song_profil");
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^feature_view_not_found: .*"song_profile"/);
  });
});

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)(`docs on ${target.name}`, () => {
    let project: CliProject;
    let opened: OpenTestDatabase;

    beforeAll(async () => {
      opened = await target.open();
      project = await createCliProject({ DATABASE_URL: opened.url });
      await opened.database.script(`${songTable};${tenantTables}`);
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });

    test("documents the applied views", async () => {
      await applyAll(project);
      await expectReference(project);
    });
  });
}

describe("docs without a database", () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await createCliProject();
    await project.write({
      "good/index.ts": songDefinitions(),
      "bad/index.ts": songDefinitions({ features: "Plays: count(), title: latest(s.titel)" }),
    });
  });
  afterAll(() => project?.remove());

  test("documents definition files", async () => {
    const { code, stdout } = await project.run("docs", "--definitions", "good");
    expect(code).toBe(0);
    expect(stdout).toContain("### `song_profile`");
    expect(stdout).toContain("latest(row.title)");
    expect(await project.json("docs", "--definitions", "good", "song_profile@1")).toMatchObject({
      document: { feature_views: [{ name: "song_profile", history: [], versions: [{ applied_at: null }] }] },
    });
  });

  test("rejects definitions that break rules", async () => {
    const outcome = await project.run("docs", "--definitions", "bad");
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^definitions_invalid: .*\b2\b/);
    expect(outcome.stderr).toContain("name_invalid");
    expect(outcome.stderr).toContain("titel");
    expect((await project.run("docs", "--definitions", "nowhere")).stderr).toMatch(/^definitions_not_found: /);
  });

  test("rejects an unknown format", async () => {
    const outcome = await project.run("docs", "--format", "html", "--definitions", "good");
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^format_unknown: .*markdown, json/);
  });

  test("rejects an output folder that is a file", async () => {
    const outcome = await project.run("docs", "--definitions", "good", "--out", "good/index.ts");
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^folder_unusable: /);
  });
});
