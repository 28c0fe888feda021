import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDataFolder } from "../../src/database/data-folder";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

const secret = "0123456789abcdef0123456789abcdef";

function expectOneProblem(stderr: string, code: string): void {
  expect(stderr).toMatch(new RegExp(`^${code}: `, "m"));
  expect(stderr).not.toContain("    at ");
}

describe("without a database", () => {
  let project: CliProject;
  beforeEach(async () => {
    project = await createCliProject({}, { isNew: true });
  });
  afterEach(() => project.remove());

  test("reports every fault of YAML and settings with its location, without secrets", async () => {
    await project.write({ "featstore.config.yaml": "server:\n  port: [1\n" });
    const broken = await project.run("serve");
    expect(broken.code).toBe(3);
    expectOneProblem(broken.stderr, "config_invalid");
    expect(broken.stderr).toContain("featstore.config.yaml:");
    await project.write({ "featstore.config.yaml": "server:\n  prot: 1\nkey_secret: hunter2\n" });
    const wrong = await project.run("check");
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain("prot");
    expect(wrong.stderr).toContain("key_secret");
    expect(wrong.stderr).not.toContain("hunter2");
    expect(await project.json("doctor")).toMatchObject({ code: 3, document: { ok: false } });
  });

  test("reports a missing configuration file", async () => {
    const outcome = await project.run("check", "--config", "elsewhere.yaml");
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain("elsewhere.yaml");
  });

  test("reports all missing, unparsable and invalid definitions with locations and suggestions", async () => {
    const none = await project.run("check");
    expect(none.code).toBe(1);
    expect(none.stdout).toContain("definitions_not_found");
    await project.write({
      "definitions/a.ts": songDefinitions({ features: "title: latest(s.titel), Plays: count()" }),
      "definitions/b.ts": "export const x = = 1;\n",
    });
    const wrong = await project.run("check");
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain("definition_syntax  line 1");
    expect(wrong.stdout).toContain("titel");
    expect(wrong.stdout).toMatch(/Did you mean `title`/);
    expect(wrong.stdout).toContain("name_invalid");
    expect(wrong.stdout).toContain("definitions/a.ts\n  song_profile@1\n");
  });

  test("explains files that export no view", async () => {
    await project.write({ "definitions/index.ts": "export const nothing = 1;\n" });
    const outcome = await project.run("check", "--offline");
    expect(outcome.stdout).toMatch(/^Checked: 0 views .*\n1 file read: only exported definitions count/);
  });

  test("rejects two definitions with the same name", async () => {
    await project.write({ "d/a.ts": songDefinitions(), "d/b.ts": songDefinitions({ features: "n: count()" }) });
    expect(await project.json("check", "--definitions", "d/*.ts", "--offline")).toMatchObject({
      code: 1,
      document: {
        ok: false,
        diagnostics: expect.arrayContaining([expect.objectContaining({ code: "definition_duplicate" })]),
      },
    });
  });

  test("reports files that plan cannot load", async () => {
    await project.write({ "definitions/index.ts": 'import { x } from "./away";\nexport const y = x;\n' });
    const outcome = await project.run("sql", "any");
    expect(outcome.code).toBe(1);
    expectOneProblem(outcome.stderr, "definition_import");
    expect(outcome.stderr).toContain("definitions/index.ts:1");
  });

  test("rejects an unknown view, and an unknown version of a known view", async () => {
    await project.write({ "definitions/index.ts": songDefinitions() });
    const view = await project.run("sql", "song_profil");
    expect(view.code).toBe(1);
    expect(view.stderr).toContain('did you mean "song_profile"?');
    const version = await project.run("sql", "song_profile@7");
    expect(version.stderr).toMatch(/^feature_view_version_not_found: .*there are: 1/);
  });

  test("reports a database that cannot be reached", async () => {
    project.environment.DATABASE_URL = "postgres://nobody:verysecret@127.0.0.1:9/none";
    await project.write({ "definitions/index.ts": songDefinitions() });
    for (const line of [["plan"], ["apply"], ["get", "song", "1"], ["materialize"]]) {
      const outcome = await project.run(...line);
      expect(outcome.code).toBe(4);
      expectOneProblem(outcome.stderr, "database_unreachable");
      expect(outcome.stderr).not.toContain("verysecret");
    }
    const doctor = await project.run("doctor");
    expect(doctor.code).toBe(4);
    expect(doctor.stdout).toContain("failed  database: database_unreachable");
  });

  test("reports a data folder held by another command", async () => {
    const held = await openDataFolder(`${project.folder}/.featstore`);
    const outcome = await project.run("sample", "load");
    await held.release();
    expect(outcome.code).toBe(5);
    expectOneProblem(outcome.stderr, "data_folder_held");
    expect(outcome.stderr).toContain(String(process.pid));
  });

  test("reports a port in use before the demo does any work", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    project.environment.HOST = "127.0.0.1";
    project.environment.PORT = String(port);
    const outcome = await project.run("demo");
    taken.close();
    expect(outcome.code).toBe(5);
    expectOneProblem(outcome.stderr, "port_in_use");
    expect(outcome.stderr).toContain("PORT");
  });

  test.each([
    [["serve", "--port", "http"], "port_invalid"],
    [["sample", "generate", "--tracks", "many"], "number_invalid"],
    [["sample", "load", "--until", "yesterday"], "time_invalid"],
    [["sample", "load", "--until", "2026-02-31"], "time_invalid"],
    [["init", "--table", "songs"], "database_required"],
  ])("%j", async (line, code) => {
    const outcome = await project.run(...line);
    expect([2, 3]).toContain(outcome.code);
    expectOneProblem(outcome.stderr, code);
  });
});

for (const target of testDatabases("all").filter(({ kind, name }) => kind === "postgres" && name !== "pgbouncer")) {
  describe.skipIf(target.skip)(`on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(songTable);
      project = await createCliProject({ DATABASE_URL: opened.url, FEATSTORE_KEY_SECRET: secret });
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });

    test("reading before anything is applied tells which command to run first", async () => {
      const outcome = await project.run("get", "song", "1");
      expect(outcome.code).toBe(4);
      expectOneProblem(outcome.stderr, "migrations_pending");
      await project.write({ "definitions/index.ts": songDefinitions() });
      expect((await project.run("plan")).code).toBe(0);
    });

    test("reports a missing table and a missing column", async () => {
      await project.write({ "definitions/index.ts": songDefinitions({ table: "song" }) });
      const missing = await project.run("check");
      expect(missing.code).toBe(1);
      expect(missing.stdout).toMatch(/relation_missing[\s\S]*Did you mean `songs`/);
      await opened.database.script("alter table songs rename column title to titel");
      await project.write({ "definitions/index.ts": songDefinitions() });
      const column = await project.run("apply");
      await opened.database.script("alter table songs rename column titel to title");
      expect(column.code).toBe(1);
      expect(column.stdout).toMatch(/database_column_missing[\s\S]*Nothing was applied/);
    });

    test("rejects an unknown entity, view and feature", async () => {
      expect((await project.run("apply")).code).toBe(0);
      expect((await project.run("materialize")).code).toBe(0);
      expect((await project.run("get", "sang", "1")).stderr).toMatch(/^entity_not_found: .*song/);
      expect((await project.run("get", "song", "1", "--features", "song_profil")).stderr).toMatch(
        /^feature_view_not_found: /,
      );
      expect((await project.run("get", "song", "1", "--features", "song_profile.titel")).stderr).toMatch(
        /^feature_not_found: /,
      );
      expect((await project.run("get", "song", "one")).stderr).toMatch(/^id_[a-z_]+: /);
      expect((await project.run("materialize", "nothing")).stderr).toMatch(/^feature_view_not_found: /);
      expect((await project.run("keys", "revoke", "nobody")).stderr).toMatch(/^key_not_found: /);
      expect((await project.run("keys", "create", "--name", "x", "--scopes", "all")).stderr).toMatch(
        /unknown scope "all"/,
      );
      project.environment.FEATSTORE_KEY_SECRET = "";
      expect(await project.run("keys", "list")).toMatchObject({ code: 3 });
      project.environment.FEATSTORE_KEY_SECRET = secret;
    });

    test.skipIf(target.hasVectors)("reports that pgvector is missing and a definition needs it", async () => {
      await opened.database.script("alter table songs add column vec real[]");
      const text = songDefinitions({ features: "v: latest(s.vec).space('x').describe('V')" });
      await project.write({
        "definitions/index.ts": text.replace("title: string().nullable()", "vec: vector(3).nullable()"),
      });
      const outcome = await project.run("check");
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).toContain("vector_extension_missing");
      const doctor = await project.run("doctor");
      expect(doctor.code).toBe(4);
      expect(doctor.stdout).toMatch(/failed {2}pgvector: not available[\s\S]*install/);
      await project.write({ "definitions/index.ts": songDefinitions() });
    });

    test("privileges on all declared columns suffice for check, doctor and the compiled SQL", async () => {
      const role = `columns_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
      const fresh = await target.open();
      const admin = createPostgresDatabase({ url: fresh.directUrl ?? "", poolSize: 1 });
      const url = new URL(fresh.url ?? "");
      url.username = role;
      const restricted = await createCliProject({ DATABASE_URL: url.href, FEATSTORE_KEY_SECRET: secret });
      try {
        await admin.script(`create schema "My Music"; set search_path to "My Music"; ${songTable}`);
        await admin.script(`alter table "My Music".songs add column secret text; create role ${role} login;
          create schema featstore authorization ${role}; create schema features authorization ${role};
          grant usage on schema "My Music" to ${role}; grant select (id, created_at) on "My Music".songs to ${role}`);
        await restricted.write({ "definitions/index.ts": songDefinitions({ table: "My Music.songs" }) });
        const check = await restricted.run("check");
        expect(check.code).toBe(1);
        expect(check.stdout).toMatch(
          /relation_unreadable.*`title` of[\s\S]*grant select \("title"\) on "My Music"."songs" to/,
        );
        const doctor = await restricted.run("doctor");
        expect(doctor.code).toBe(4);
        const [grant] = doctor.stdout.match(/grant [^;]*;/) ?? [];
        expect(grant).toBe(`grant select (title) on "My Music".songs to ${role};`);
        await admin.script(grant ?? "");
        expect(await restricted.run("check")).toMatchObject({ code: 0 });
        expect(await restricted.run("doctor")).toMatchObject({ code: 0 });
        expect(await restricted.run("apply")).toMatchObject({ code: 0, stderr: "" });
        expect(await restricted.run("materialize")).toMatchObject({ code: 0 });
        expect((await restricted.run("get", "song", "1")).stdout).toContain("Anthem");
      } finally {
        await restricted.remove();
        await admin.script(`drop owned by ${role} cascade; drop role ${role}`);
        await admin.close();
        await fresh.drop();
      }
    });

    test("distinguishes a missing database or role from an unreachable server", async () => {
      const url = new URL(opened.url ?? "");
      const at = async (change: (url: URL) => void, ...line: string[]) => {
        const other = new URL(url);
        change(other);
        project.environment.DATABASE_URL = other.href;
        const outcome = await project.run(...line);
        project.environment.DATABASE_URL = opened.url;
        return outcome;
      };
      for (const line of [["plan"], ["check"], ["serve", "--port", "0"]]) {
        const database = await at(
          (other) => {
            other.pathname = "/not_there";
          },
          ...line,
        );
        expect(database.code).toBe(4);
        expectOneProblem(database.stderr, "database_not_found");
        const role = await at(
          (other) => {
            other.username = "nobody_at_all";
          },
          ...line,
        );
        expect(role.code).toBe(4);
        expectOneProblem(role.stderr, "database_login_failed");
      }
      const doctor = await at((other) => {
        other.pathname = "/not_there";
      }, "doctor");
      expect(doctor).toMatchObject({ code: 4 });
      expect(doctor.stdout).toMatch(/failed {2}database: database_not_found: [\s\S]*create the database/);
    });

    test("a role without privileges gets the exact SQL, which makes everything work", async () => {
      const role = `app_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
      const fresh = await target.open();
      const admin = createPostgresDatabase({ url: fresh.directUrl ?? "", poolSize: 1 });
      try {
        await admin.script(songTable);
        await admin.script(`create role ${role} login; revoke create on schema public from public`);
        const url = new URL(fresh.url ?? "");
        url.username = role;
        const restricted = await createCliProject({ DATABASE_URL: url.href, FEATSTORE_KEY_SECRET: secret });
        await restricted.write({ "definitions/index.ts": songDefinitions() });
        const apply = await restricted.run("apply");
        expect(apply.code).toBe(4);
        expect(apply.stderr).not.toContain("    at ");
        const before = await restricted.run("doctor");
        expect(before.code).toBe(4);
        const statements = before.stdout.match(/(?:create schema|grant|alter schema) [^;]*;/g) ?? [];
        expect(statements).toHaveLength(3);
        await admin.script(statements.join("\n"));
        expect((await restricted.run("doctor")).code).toBe(0);
        expect(await restricted.run("apply")).toMatchObject({ code: 0, stderr: "" });
        expect((await restricted.run("materialize")).code).toBe(0);
        expect(await restricted.run("get", "song", "1")).toMatchObject({ code: 0, stderr: "" });
        await restricted.remove();
      } finally {
        await admin.script(`drop owned by ${role} cascade; drop role ${role}`);
        await admin.close();
        await fresh.drop();
      }
    });
  });
}
