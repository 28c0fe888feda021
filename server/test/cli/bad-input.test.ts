import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { openDataFolder } from "../../src/database/data-folder";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { createDeps } from "../../src/deps";
import { serve } from "../../src/main";
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
    expect(wrong.stdout).toContain("`title`");
    expect(wrong.stdout).toContain("name_invalid");
    expect(wrong.stdout).toContain("definitions/a.ts\n  song_profile@1\n");
  });

  test("explains files that export no view", async () => {
    await project.write({ "definitions/index.ts": "export const nothing = 1;\n" });
    const outcome = await project.run("check", "--offline");
    expect(outcome.stdout).toMatch(/\b0 views .*\n1 file /);
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

  test("rejects an unknown view, an unknown version of a known view, and an unknown kind of engine", async () => {
    await project.write({ "definitions/index.ts": songDefinitions() });
    const view = await project.run("sql", "song_profil");
    expect(view.code).toBe(1);
    expect(view.stderr).toContain('"song_profile"');
    const engine = await project.run("sql", "song_profile", "--engine", "toString");
    expect(engine.stderr).toMatch(/^engine_unknown: .*postgres, duckdb, spark/);
    const version = await project.run("sql", "song_profile@7");
    expect(version.stderr).toMatch(/^feature_view_version_not_found: .*\b1\b/);
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
    expect(doctor.stdout).toMatch(/failed +database: database_unreachable/);
  });

  test.each([
    [["types"]],
    [["status"]],
    [["plan"]],
    [["keys", "list"]],
    [["organisations", "list"]],
    [["dataset", "list"]],
    [["materialize"]],
  ])("%j creates no database", async (line) => {
    await project.write({ "definitions/index.ts": songDefinitions() });
    const outcome = await project.run(...line);
    expect(outcome.code).toBe(4);
    expectOneProblem(outcome.stderr, "database_missing");
    expect(outcome.stderr).toContain("DATABASE_URL");
    expect(await readdir(project.folder)).toEqual(["definitions"]);
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

// Whatever another catalogue has is left out: diagnostics (feature-definitions), problems of the API (`app/golden`) and refusals of
// the registry (`registry/golden`).
/** Commands in a new project that fail before they need a database. */
const unusable = [
  ["gret"],
  ["keys", "lost"],
  ["get"],
  ["get", "song"],
  ["get", "song", "1", "--feature", "song_profile"],
  ["get", "song", "1", "--features"],
  ["get", "song", "1", "--features", "a", "--features", "b"],
  ["status", "now"],
  ["status", "--json=yes"],
  ["serve", "--port", "http"],
  ["sample", "generate", "--tracks", "many"],
  ["sample", "load", "--until", "yesterday"],
  ["init", "--table", "songs"],
  ["sql", "song_profile"],
  ["docs", "--definitions", "nowhere"],
  ["docs", "--format", "html", "--definitions", "good"],
  ["docs", "--definitions", "good", "--out", "good/index.ts"],
  ["sql", "song_profil", "--definitions", "good"],
  ["sql", "song_profile@7", "--definitions", "good"],
  ["check", "--config", "elsewhere.yaml"],
  ["check", "--config", "wrong.yaml"],
];

// The reason that JSON.parse gives differs between versions of Node.js.
const PARSER_REASON = /: Expected .* in JSON.*?; /;

/** Commands that a database with the applied definitions refuses. */
const refused = [
  ["get", "sang", "1"],
  ["get", "song", "1", "--service", "shelf", "--inputs", "{today}"],
  ["materialize", "song_profile", "--force"],
  ["backfill", "song_profile@7"],
  ["keys", "revoke", "nobody"],
  ["keys", "create", "--name", "x", "--scopes", "all"],
  ["promote", "song_profile"],
  ["promote", "song_profile@77"],
  ["promote", "shelf@9"],
  ["retire", "song_profile@1", "--now", "--sunset", "2100-01-01"],
  ["retire", "song_profile@1", "--undo", "--successor", "3"],
  ["history", "--limit", "few"],
  ["runs", "--state", "done"],
  ["runs", "--limit", "0"],
  ["profile", "song_profile", "--generation", "7"],
  ["audit", "--sample", "0"],
  ["erase", "song", "2", "--yes", "--dry-run"],
  ["erase", "song", "2"],
  ["training-set", "--features", "song_profile", "--sql", "delete from songs", "--out", "x.csv"],
];

/** Commands that report what they did; those with `false` only prepare the next ones. */
const reporting: readonly (readonly [line: readonly string[], isShown?: false])[] = [
  [["audit"]],
  [["apply"]],
  [["get", "song", "1", "--tenant", "acme"]],
  [["apply", "--no-promote", "--definitions", "second"], false],
  [["apply", "--definitions", "second"]],
  [["materialize", "song_profile@2"], false],
  [["promote", "song_profile@2"]],
  [["promote", "song_profile@2"]],
  [["rollback", "song_profile"]],
  [["apply", "--definitions", "second"]],
  [["retire", "song_profile@2", "--sunset", "2100-01-01", "--successor", "1"]],
  [["retire", "song_profile@2", "--undo"]],
  [["docs", "--out", "reference"]],
];

// The one place that compares whole sentences of the command line. `-u` rewrites the file.
test("the sentences of messages are those in golden/messages.md", async () => {
  const project = await createCliProject({}, { isNew: true });
  const served = await createCliProject({ HOST: "127.0.0.1", PORT: "0" });
  const deps = await createDeps(loadConfig({ env: served.environment, folder: served.folder }));
  const server = await serve(deps);
  try {
    const shown = async ({ run, folder }: CliProject, line: readonly string[]) => {
      const { code, stdout, stderr } = await run(...line);
      const text = `${stderr}${stdout}`.replaceAll(folder, "<folder>").replace(PARSER_REASON, ": …; ").trimEnd();
      return `$ featstore ${line.map((word) => (/^[\w@./:=-]+$/.test(word) ? word : `'${word}'`)).join(" ")}\n${text}\n# exit code ${code}\n`;
    };
    const features = "titles: count().describe('Rows with a title')";
    const definitions = {
      "good/index.ts": songDefinitions(),
      "second/index.ts": songDefinitions({ version: 2, features }).replace(/export const shelf.*/, ""),
      "definitions/index.ts": songDefinitions(),
    };
    await project.write({
      "good/index.ts": definitions["good/index.ts"],
      "wrong.yaml": `servre: {}
server: { hst: x, port: eighty, workers: 3 }
limits: { batch_ids: 0 }
log: { level: loud }
scheduler: maybe
`,
    });
    await served.write(definitions);
    await deps.database.script(songTable);
    const before = [];
    for (const line of [["status"], ["runs"]]) before.push(await shown(served, line));
    for (const line of [["apply"], ["materialize"]]) expect(await served.run(...line)).toMatchObject({ code: 0 });
    const [failing, failed, reported]: [string[], string[], string[]] = [[], [], []];
    for (const line of unusable) failing.push(await shown(project, line));
    for (const line of refused) failed.push(await shown(served, line));
    for (const [line, isShown = true] of reporting) {
      const text = await shown(served, line);
      if (isShown) reported.push(text);
    }
    const sections = {
      "Before a database": failing,
      "Before definitions are applied": before,
      Refused: failed,
      Reports: reported,
    };
    const text = Object.entries(sections).map(([title, all]) => `## ${title}\n\n\`\`\`\n${all.join("\n")}\`\`\`\n`);
    await expect(`# The sentences of messages\n\n${text.join("\n")}`).toMatchFileSnapshot("golden/messages.md");
  } finally {
    await server.close();
    await deps.close();
    await served.remove();
    await project.remove();
  }
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
      expect(missing.stdout).toMatch(/relation_missing[\s\S]*`songs`/);
      await opened.database.script("alter table songs rename column title to titel");
      await project.write({ "definitions/index.ts": songDefinitions() });
      const column = await project.run("apply");
      await opened.database.script("alter table songs rename column titel to title");
      expect(column.code).toBe(1);
      expect(column.stdout).toContain("database_column_missing");
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
      expect((await project.run("keys", "create", "--name", "x", "--scopes", "all")).stderr).toMatch(/"all"/);
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
      expect(doctor.stdout).toMatch(/failed +pgvector: /);
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
          create schema featstore_auth authorization ${role};
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
      expect(doctor.stdout).toMatch(/failed +database: database_not_found: /);
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
        expect(statements).toHaveLength(4);
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
