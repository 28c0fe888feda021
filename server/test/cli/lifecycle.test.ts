import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps, type Deps } from "../../src/deps";
import { type RunningServer, serve } from "../../src/main";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

// Every command through the socket of a running embedded server, in the order in which a newcomer uses them.
describe("commands with a running embedded server", () => {
  let project: CliProject;
  let deps: Deps;
  let server: RunningServer;

  beforeAll(async () => {
    project = await createCliProject();
    const env = { ...project.environment, PORT: "0", HOST: "127.0.0.1" };
    deps = await createDeps(loadConfig({ env, folder: project.folder }));
    server = await serve(deps);
    await deps.database.script(songTable);
    await project.write({ "definitions/index.ts": songDefinitions() });
  });
  afterAll(async () => {
    await server?.close();
    await deps?.close();
    await project?.remove();
  });

  test("check compares the definitions with the database", async () => {
    expect(await project.json("check", "--strict")).toMatchObject({
      code: 0,
      document: { ok: true, compared_with_database: true, views: 1, services: 1, diagnostics: [] },
    });
  });

  test("sql prints the files' SQL before anything is applied", async () => {
    const { code, stdout } = await project.run("sql", "song_profile");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^-- song_profile@1\n-- \$1: the as-of time/);
    expect(stdout).toContain('from "songs"');
  });

  test("sql --engine prints the SQL of another kind of engine, with its placeholders", async () => {
    const { code, stdout } = await project.run("sql", "song_profile", "--engine", "spark");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^-- song_profile@1\n-- :p1: the as-of time/);
    expect(stdout).toContain("from `songs`");
    expect(stdout).not.toContain("$1");
  });

  test("plan shows changes, apply applies them, and a second plan is empty", async () => {
    const planned = await project.run("plan");
    expect(planned).toMatchObject({ code: 0, stderr: "" });
    expect(planned.stdout).toMatch(/song_profile@1: new$/m);
    expect(planned.stdout).toMatch(/shelf@1: new$/m);
    expect(planned.stdout).toMatch(/songs: .*transaction/);
    expect(await project.json("apply", "--message", "first")).toMatchObject({
      code: 0,
      document: { outcome: "changes", views: [{ name: "song_profile", state: "new" }] },
    });
    expect(await project.json("plan")).toMatchObject({ code: 0, document: { outcome: "nothing" } });
  });

  test("materialize shows progress on stderr, and get shows values, nulls and statuses", async () => {
    const materialized = await project.json("materialize", "song_profile");
    expect(materialized).toMatchObject({
      code: 0,
      document: { views: [{ view: "song_profile", version: 1, state: "published", rows: 2 }] },
    });
    expect(materialized.stderr).toMatch(/1\/1 song_profile@1 published, 2 rows/);
    expect(await project.json("get", "song", "2", "1", "9", "--features", "song_profile")).toMatchObject({
      code: 0,
      document: {
        ids: ["2", "1", "9"],
        columns: ["song_profile.plays", "song_profile.title"],
        rows: [
          [1, null],
          [1, "Anthem"],
          [null, null],
        ],
        status: ["complete", "complete", "unknown_entity"],
      },
    });
    const { stdout } = await project.run("get", "song", "1", "9", "--service", "shelf");
    expect(stdout.split("\n")[0]).toMatch(/^\s+1\s+9$/);
    expect(stdout).toMatch(/song_profile\.title\s+Anthem\s+null/);
    expect(stdout).toContain("unknown_entity");
  });

  test("a key created by the command reads applied views over HTTP without a restart", async () => {
    const { document } = await project.json("keys", "create", "--name", "me");
    expect(document).toMatchObject({ name: "me", tenant: null });
    const { key, id } = document as { key: string; id: string };
    await deps.registry.refresh();
    const response = await fetch(`${server.url}/api/features/1?features=song_profile`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await response.json()).toMatchObject({ song_id: 1, features: { song_profile: { title: "Anthem" } } });
    const listed = await project.run("keys", "list");
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).not.toContain(key);
    expect(await project.run("keys", "revoke", id)).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
    expect((await project.run("keys", "list")).stdout).toContain("revoked");
  });

  test("keys are limited, rotated, disabled and enabled by commands, and counted by their secret", async () => {
    const create = ["keys", "create", "--name", "ci", "--scopes", "features:read:song_*", "--expires", "90d"];
    const { document } = await project.json(...create, "--network", "127.0.0.0/8,::1", "--limits", "batch_ids=5");
    const made = document as { id: string; key: string };
    expect(made).toMatchObject({ networks: ["127.0.0.0/8", "::1"], limits: { batch_ids: 5 }, state: "active" });
    const statusOf = async (key: string, features: string) =>
      (
        await fetch(`${server.url}/api/features/1?features=${features}`, {
          headers: { authorization: `Bearer ${key}` },
        })
      ).status;
    expect([await statusOf(made.key, "song_profile"), await statusOf(made.key, "other")]).toEqual([200, 403]);
    expect((await project.run("keys", "list")).stdout).toContain("networks 127.0.0.0/8, ::1, limits batch_ids=5");
    const rotated = (await project.json("keys", "rotate", made.id, "--grace", "0s")).document as typeof made;
    await expect.poll(() => statusOf(made.key, "song_profile")).toBe(401);
    for (const [command, status] of [
      ["disable", 401],
      ["enable", 200],
    ] as const) {
      expect(await project.run("keys", command, rotated.id)).toMatchObject({ code: 0 });
      await expect.poll(() => statusOf(rotated.key, "song_profile")).toBe(status);
    }
    expect((await project.run("keys", "rotate", made.id)).stderr).toMatch(/^key_already_rotated: /);
    const listed = (await project.json("keys", "list")).document as { readonly secrets: readonly object[] };
    expect(listed.secrets).toMatchObject([{ name: null, configured: true, newest: true }]);
    for (const wrong of [
      ["create", "--name", "x", "--expires", "soon"],
      ["create", "--name", "x", "--limits", "requests_per_second"],
      ["create", "--name", "x", "--network", "home"],
      ["create", "--name", "x", "--organisation", "org_aaaaaaaaaaaaaaaa"],
      ["create", "--name", "a\nb"],
      ["rotate", rotated.id, "--grace", "31d"],
      ["rotate", rotated.id, "--grace", "-1s"],
      ["rotate", "nobody"],
      ["disable", "nobody"],
    ])
      expect((await project.run("keys", ...wrong)).code).toBeGreaterThan(0);
  });

  test("rejects a changed meaning under the same version and suggests the next version", async () => {
    const features = "plays: count().describe('Plays')";
    await project.write({ "definitions/index.ts": songDefinitions({ features }) });
    const refused = await project.run("apply");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/song_profile@1: refused[\s\S]*breaking[\s\S]*version 2/);
    await project.write({ "definitions/index.ts": songDefinitions() });
  });

  test("sql --registry prints the stored text", async () => {
    const [stored, compiled] = [
      await project.run("sql", "song_profile@1", "--registry"),
      await project.run("sql", "song_profile"),
    ];
    const resolved = compiled?.stdout.replaceAll('from "songs"', 'from "public"."songs" as "songs"');
    expect(stored).toEqual({ ...compiled, stdout: resolved });
    expect(stored?.stdout).not.toBe(compiled?.stdout);
  });

  test("materialize --as-of warns that past values are served, and the next run serves current ones", async () => {
    const past = await project.json("materialize", "song_profile", "--as-of", "2026-01-02");
    expect(past).toMatchObject({
      code: 0,
      document: {
        warnings: expect.arrayContaining([
          { code: "past_served", message: expect.stringContaining("2026-01-02T00:00:00") },
        ]),
      },
    });
    expect(past.stderr).toMatch(/^warning: past_served: song_profile@1 /m);
    const present = await project.json("materialize", "song_profile");
    expect(present).toMatchObject({ code: 0, document: { warnings: [] } });
    expect(present.stderr).not.toContain("past_served");
  });

  test("get notes that --tenant has no effect on shared views", async () => {
    const outcome = await project.run("get", "song", "1", "--tenant", "acme");
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining("Anthem") });
    expect(outcome.stderr).toMatch(/^note: .*--tenant /);
  });

  test("types writes a declaration file", async () => {
    expect((await project.run("types", "--out", "out/featstore.d.ts")).code).toBe(0);
    const text = await readFile(join(project.folder, "out/featstore.d.ts"), "utf8");
    expect(text).toContain("export interface SongProfileV1 {");
    expect(text).toContain("readonly title: string | null;");
    expect(text).toContain('export type SongProfileV1Definition = ViewDefinition<"song_profile", 1, SongProfileV1>;');
  });

  test("get reads a scoped view as the given tenant, and fails without one", async () => {
    await deps.database.script(`
      create table plays (tenant_id text, song_id integer, id integer, seconds integer, at timestamptz);
      insert into plays values ('acme', 1, 1, 10, '2026-01-01'), ('umbrella', 1, 1, 77, '2026-01-01')`);
    await project.write({
      "tenants/plays.ts": `import { entity, featureView, int32, int64, source, sum } from "@featstore/definitions";
const plays = source({ name: "plays", table: "plays", key: { song_id: int64() }, eventTime: "at", tieBreak: "id",
  tenant: "tenant_id", history: "events", columns: { seconds: int32().nullable() } });
const listener = entity({ name: "played_song", key: { song_id: int64() } });
export const played = featureView({ name: "played", version: 1, entity: listener, from: plays, features: (p) => ({ seconds: sum(p.seconds) }) });
`,
    });
    expect(await project.run("apply", "--definitions", "tenants")).toMatchObject({ code: 0 });
    expect(await project.run("materialize", "played")).toMatchObject({ code: 0 });
    const read = (...tenant: string[]) => project.json("get", "played_song", "1", "--features", "played", ...tenant);
    expect(await read("--tenant", "acme")).toMatchObject({ code: 0, document: { rows: [["10"]] } });
    expect(await read("--tenant", "umbrella")).toMatchObject({ code: 0, document: { rows: [["77"]] } });
    expect(await read("--tenant", "nobody")).toMatchObject({ document: { status: ["unknown_entity"] } });
    expect(await read()).toMatchObject({ code: 1, document: { error: { code: "tenant_required" } } });
  });

  test("doctor finds no faults, then the drift of a changed table", async () => {
    const { code, stdout } = await project.run("doctor");
    expect(stdout).toMatch(new RegExp(`process ${process.pid}\\b`));
    expect(stdout).not.toMatch(/^failed/m);
    expect(code).toBe(0);
    await deps.database.script("alter table songs rename column title to name");
    const drifted = await project.run("doctor");
    await deps.database.script("alter table songs rename column name to title");
    expect(drifted.code).toBe(1);
    expect(drifted.stdout).toMatch(/failed {2}schema drift: songs .*title/);
  });

  test("Ctrl-C stops materialize with its exit code, and the next run succeeds at once", async () => {
    const stopped = await project.runUntil("song_profile@1 …", "materialize");
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toMatch(/song_profile@1 +(failed|not begun)/);
    expect((await project.run("materialize")).code).toBe(0);
  });

  test("materialize fails with a clear error if the table is missing, and the old generation stays", async () => {
    await deps.database.script("alter table songs rename to songs_away");
    const failed = await project.run("materialize");
    await deps.database.script("alter table songs_away rename to songs");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/song_profile@1: source_missing: .*songs/);
    expect((await project.run("get", "song", "1")).stdout).toContain("Anthem");
  });
});
