import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { type CliProject, createCliProject } from "../cli";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

// The files outside the scaffolded projects, which the programs of all tests share: parsing them takes seconds.
const sources = new Map<string, ts.SourceFile | undefined>();

/** Type-checks with the scaffolded project's settings and our packages from source; returns the errors of the projects' files. */
function typeErrors(folder: string, projects: readonly string[] = ["."]): string {
  const definitions = join(repository, "feature-definitions/src");
  const { config, error } = ts.readConfigFile(join(folder, projects[0] ?? ".", "tsconfig.json"), ts.sys.readFile);
  expect(error).toBeUndefined();
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    { compilerOptions: config.compilerOptions, include: projects.map((project) => `${project}/definitions`) },
    ts.sys,
    folder,
    {
      typeRoots: [join(repository, "node_modules/@types")],
      paths: {
        "@featstore/definitions": [join(definitions, "index.ts")],
        "@featstore/definitions/testing": [join(definitions, "testing/index.ts")],
      },
    },
  );
  expect(fileNames).not.toEqual([]);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    if (path.startsWith(folder)) return getSourceFile(path, ...rest);
    if (!sources.has(path)) sources.set(path, getSourceFile(path, ...rest));
    return sources.get(path);
  };
  const program = ts.createProgram(fileNames, options, host);
  // Not the whole program: our sources have their own, stricter settings.
  const faults = fileNames.flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  return ts.formatDiagnostics(faults, host);
}

describe("init without a database", () => {
  let project: CliProject;
  beforeEach(async () => {
    project = await createCliProject({}, { isNew: true });
  });
  afterEach(() => project.remove());

  test("scaffolds a project on the sample that type-checks and passes its checks and tests", async () => {
    expect(await project.json("init")).toMatchObject({
      code: 0,
      document: { unchanged: [], table: "public.speeches", view: "speech_profile@1" },
    });
    const manifest = JSON.parse(await readFile(join(project.folder, "package.json"), "utf8"));
    expect(manifest.scripts.check).toBe("tsc && featstore check");
    expect(typeErrors(project.folder)).toBe("");
    expect(await project.run("check", "--strict")).toMatchObject({ code: 0 });
    const tested = await project.run("test");
    expect(tested.stdout).toMatch(/^2 .*\b0 /m);
  });

  test("the scaffolded project can be applied, materialized and read", async () => {
    await project.run("init");
    await project.open();
    expect(await project.run("sample", "load")).toMatchObject({ code: 0 });
    expect(await project.run("apply")).toMatchObject({ code: 0, stderr: "" });
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    expect(await project.json("get", "speech", "1")).toMatchObject({ code: 0, document: { ids: ["1"] } });
  });

  test("does not change existing files", async () => {
    await project.write({ "package.json": "mine", "definitions/index.ts": "export {};" });
    expect(await project.json("init")).toMatchObject({
      code: 0,
      document: { unchanged: ["package.json", "definitions/index.ts"] },
    });
    expect(await readFile(join(project.folder, "package.json"), "utf8")).toBe("mine");
  });

  test("installs from tarballs, or reports that there are none", async () => {
    expect((await project.run("init", "--packages", "nowhere")).stderr).toMatch(/^packages_not_found: /);
    await project.write({ "packages/featstore-definitions-0.1.0.tgz": "" });
    expect((await project.run("init", "--packages", "packages")).stderr).toMatch(/featstore-server-/);
    await project.write({ "packages/featstore-server-0.1.0.tgz": "" });
    expect((await project.run("init", "app", "--packages", "packages")).code).toBe(0);
    const manifest = JSON.parse(await readFile(join(project.folder, "app/package.json"), "utf8"));
    expect(manifest.dependencies).toEqual({
      "@featstore/definitions": "file:../packages/featstore-definitions-0.1.0.tgz",
      "@featstore/server": "file:../packages/featstore-server-0.1.0.tgz",
    });
    await project.write({ "packages/featstore-client-0.1.0.tgz": "" });
    await project.run("init", "reader", "--packages", "packages");
    expect(JSON.parse(await readFile(join(project.folder, "reader/package.json"), "utf8")).dependencies).toMatchObject({
      "@featstore/client": "file:../packages/featstore-client-0.1.0.tgz",
    });
  });

  test("a failing test shows what differs", async () => {
    await project.run("init");
    const path = join(project.folder, "definitions/speech-profile.test.ts");
    await writeFile(path, (await readFile(path, "utf8")).replace("row_count: 1", "row_count: 2"));
    const outcome = await project.run("test");
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/row_count .*1.* 2$/m);
    await writeFile(path, "export const x = ;");
    expect((await project.run("test")).stdout).toContain("definition_syntax");
  });
});

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)("init on a table of the database", () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(`
create extension vector;
create schema music;
create type mood as enum ('calm "day"', 'wild');
create table music."class" (
  id bigint primary key, "Song Title" text not null, label varchar(20), score numeric(5,2), seen timestamptz not null,
  heard timestamp, day date, data jsonb, tags text[], weights float8[], flag boolean, feel mood, cover bytea,
  "row" integer, count smallint, meaning vector(3), row_count int);
insert into music."class" (id, "Song Title", seen, meaning, feel) values (7, 'x', '2026-01-01', '[1,2,3]', 'wild');
create table "Odd Songs" (code text primary key, seen timestamptz not null, price numeric(10,2));
insert into "Odd Songs" values ('it''s a/b', '2026-01-01', 9.90);
create table timeless (id int primary key);
create table plays (id bigserial primary key, song_id bigint not null, seconds int, played_at timestamptz not null);
insert into plays (song_id, seconds, played_at) values (7, 10, '2026-01-01'), (7, 20, '2026-01-01');
create table "Order Lines" ("Order ID" uuid, "Line No" int, "Qty" int, "createdAt" timestamptz not null, "updatedAt" timestamptz not null,
  primary key ("Order ID", "Line No"));
insert into "Order Lines" values ('0b1f7f0e-32f4-4f5e-9a53-0e8f5f1f5a10', 1, 2, '2026-01-01', '2026-01-02');
create table visitors ("ID" uuid primary key default gen_random_uuid(), "firstName" text, "createdAt" timestamp not null);
insert into visitors values ('0b1f7f0e-32f4-4f5e-9a53-0e8f5f1f5a10', 'Ann', '2026-01-01');
create table logins ("userId" bigint not null, device text, at timestamptz not null);
insert into logins values (7, 'phone', '2026-01-01');
create table hits (page_id bigint not null, at timestamptz not null);
create table orders (id bigint primary key, customer_id bigint not null, total numeric, ordered_at timestamptz not null);
insert into orders values (7, 8, 9.90, '2026-01-01');
create table jobs (id bigint primary key, customer_id bigint, status text, last_modified timestamptz not null);
insert into jobs values (1, 7, 'open', '2026-01-01'), (2, 7, 'done', '2026-01-02'), (3, null, 'done', '2026-01-02');
create table states (customer_id bigint not null, status text, updated_at timestamptz not null);
insert into states values (7, 'open', '2026-01-01');
create table shipments (id bigint primary key, order_id bigint not null, created_at timestamptz not null, delivered_at timestamptz);
create table members (id int primary key, vip boolean, tags text[], meaning jsonb, "lastLogin" timestamptz, updated_at timestamptz not null);
insert into members values (7, true, '{a}', '{}', '2026-01-01', '2026-01-02');
create table accounts (id int primary key, name text, updated_at timestamptz not null, date_joined timestamptz not null);
create table untimed (page_id int);
create table "Artists" ("artistId" bigint primary key, name text, created_at timestamp not null);
insert into "Artists" values (1, 'Ann', '2026-01-01'), (2, 'Bea', '2026-01-01');
create schema other;
create table other."Likes.of.all" (id int primary key, by_artist int references "Artists", at timestamptz not null);
insert into other."Likes.of.all" values (1, 1, '2026-01-02'), (2, 1, '2026-01-02');
create table views_of_pages (page_id text not null, at timestamptz not null, unique (page_id, at));
do $$ begin for i in 1..300 loop execute format('create table many_%s (id int)', i); end loop; end $$;
create table a_table_of_which_the_name_is_long_enough (an_id_of_which_the_name_is_long_enough_too int primary key, at timestamptz not null);
create view heard as select id, heard as at from music."class"`);
      project = await createCliProject({
        DATABASE_URL: opened.url,
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
      });
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });

    test("any column name and type becomes a definition that type-checks and runs", async () => {
      const { code, stderr } = await project.run("init", "--table", "music.class", "--time", "seen");
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("music.class") });
      const text = await readFile(join(project.folder, "definitions/index.ts"), "utf8");
      expect(text).toContain('song_title: string().from("Song Title"),');
      expect(text).toContain("cover (bytea)");
      expect(typeErrors(project.folder)).toBe("");
      expect(await project.run("check", "--strict")).toMatchObject({ code: 0 });
      expect((await project.run("test")).stdout).toMatch(/^2 .*\b0 /m);
      const tested = await readFile(join(project.folder, "definitions/class-entity-profile.test.ts"), "utf8");
      expect(tested).toContain('feel: "calm \\"day\\""');
      expect(await project.run("apply")).toMatchObject({ code: 0 });
      expect(await project.run("materialize")).toMatchObject({ code: 0 });
      expect((await project.run("get", "class_entity", "7")).stdout).toMatch(/feel\s+wild/);
    });

    test("the README reads an existing key, quoted for the shell, the URL and the program; numeric stays exact", async () => {
      const odd = join(project.folder, "odd");
      expect(await project.run("init", "odd", "--table", "Odd Songs")).toMatchObject({ code: 0 });
      const readme = await readFile(join(odd, "README.md"), "utf8");
      expect(readme).toContain(`npx featstore get odd_song 'it'\\''s a/b'\n`);
      expect(readme).toContain(`'http://localhost:8080/api/features/it'\\''s%20a%2Fb?features=odd_song_profile'`);
      expect(readme).toContain(`client.features.get("it's a/b", { features: ["odd_song_profile"] })`);
      const text = await readFile(join(odd, "definitions/index.ts"), "utf8");
      expect(text).toContain("price: decimal().nullable(), // numeric(10,2) in the database");
      expect(typeErrors(odd)).toBe("");
      const definitions = ["--definitions", join(odd, "definitions")];
      expect((await project.run("test", ...definitions)).stdout).toMatch(/^1 .*\b0 /m);
      await opened.database.script(`insert into "Odd Songs" values ('odd', '2026-01-01', 'NaN')`);
      expect(await project.run("apply", ...definitions)).toMatchObject({ code: 0 });
      const refused = await project.run("materialize", "odd_song_profile");
      expect(refused.stdout).toMatch(/non_finite_value: "price" /);
      await opened.database.script(`delete from "Odd Songs" where code = 'odd'`);
      expect(await project.run("materialize", "odd_song_profile")).toMatchObject({ code: 0 });
      expect((await project.run("get", "odd_song", "it's a/b")).stdout).toContain("9.9");
    });

    test("a table with many rows per key is scaffolded as events", async () => {
      const events = join(project.folder, "events");
      const init = await project.run("init", "events", "--table", "plays", "--key", "song_id", "--time", "played_at");
      expect(init.code).toBe(0);
      expect(typeErrors(events)).toBe("");
      const definitions = ["--definitions", join(events, "definitions")];
      expect((await project.run("test", ...definitions)).stdout).toMatch(/^2 .*\b0 /m);
      expect(await project.run("apply", ...definitions)).toMatchObject({ code: 0 });
      expect(await project.run("materialize", "song_plays")).toMatchObject({ code: 0 });
      const { stdout } = await project.run("get", "song", "7");
      expect(stdout).toMatch(/song_plays\.seconds\s+20/);
      expect(stdout).toMatch(/song_plays\.row_count\s+2/);
    });

    test("quoted names, composite and missing keys: the scaffolded project passes its checks and runs", async () => {
      const tables = [
        ["Order Lines", [], "current", '"updatedAt" looks like a column that changes', 'eventTime: "created_at"'],
        [
          "members",
          [],
          "current",
          "No event time: ",
          "vip: any(row.vip)",
          "max(row.updated_at)",
          "takes tags, meaning:",
        ],
        ["accounts", [], "current", 'eventTime: "date_joined"', "latest(row.updated_at)"],
        ["timeless", [], "current", "No event time: "],
        [
          "Order Lines",
          ["--key", "Order ID"],
          "current",
          '"updatedAt" looks like a column that changes',
          'key: { order_id: uuid().from("Order ID"), line_no: ',
          'from: orderLines.keyedBy("order_id")',
          'eventTime: "created_at"',
        ],
        [
          "jobs",
          ["--key", "customer_id"],
          "current",
          '"last_modified" looks like a column that changes',
          "key: { id: int64() }",
          "customer_id: int64().nullable(),",
          'from: jobs.keyedBy("customer_id")',
          "No event time: ",
        ],
        ["visitors", [], "current", "one row to a key", 'visitor_id: uuid().from("ID")'],
        ["logins", ["--key", "userId"], "events", "many rows to a key", 'tieBreak: "device"'],
        ["hits", ["--key", "page_id"], "events", "many rows to a key"],
        ["orders", [], "events", '"customer_id" and "ordered_at"', 'tieBreak: "id"'],
        ["orders", ["--key", "customer_id"], "events", "many rows to a key", 'tieBreak: "id"'],
        ["shipments", ["--time", "created_at"], "current", '"delivered_at" looks like a column that changes'],
        ["a_table_of_which_the_name_is_long_enough", [], "current", "one row to a key"],
      ] as const;
      const folders: string[] = [];
      for (const [table, line, history, ...words] of tables) {
        const folder = `made${folders.length}`;
        folders.push(folder);
        const made = await project.json("init", folder, "--table", table, ...line);
        expect(made).toMatchObject({ code: 0 });
        const text = await readFile(join(project.folder, folder, "definitions/index.ts"), "utf8");
        for (const word of [`history: "${history}"`, ...words]) expect(text).toContain(word);
        const definitions = ["--definitions", join(project.folder, folder, "definitions")];
        const checked = await project.json("check", "--strict", ...definitions);
        const { diagnostics } = checked.document as { diagnostics: { code: string }[] };
        expect(diagnostics.filter(({ code }) => code !== "entity_without_population")).toEqual([]);
        const tests = text.includes("eventTime: ") ? 2 : 1;
        expect((await project.run("test", ...definitions)).stdout).toContain(`${tests} test`);
        const view = (made.document as { view: string }).view.replace("@1", "");
        const applied = await project.run("apply", ...definitions);
        expect(`${table} ${line.join(" ")} ${applied.stderr}`).toBe(`${table} ${line.join(" ")} `);
        expect(await project.run("materialize", view)).toMatchObject({ code: 0 });
      }
      expect(typeErrors(project.folder, folders)).toBe("");
    });

    test("rows that are updated, without a unique key: check names what is missing", async () => {
      await project.run("init", "states", "--table", "states", "--key", "customer_id");
      const text = await readFile(join(project.folder, "states/definitions/index.ts"), "utf8");
      expect(text).toContain('history: "current"');
      const { document } = await project.json("check", "--definitions", join(project.folder, "states/definitions"));
      expect(document).toMatchObject({
        diagnostics: [{ code: "entity_without_population" }, { code: "key_not_unique", definition: "states" }],
      });
    });

    test("a foreign key on the key makes the referenced table the population", async () => {
      const folder = join(project.folder, "likes");
      const made = await project.json("init", folder, ...["--table", 'other."Likes.of.all"', "--key", "by_artist"]);
      expect(made).toMatchObject({ code: 0, document: { table: "other.Likes.of.all", view: "artist_likes_of_all@1" } });
      const text = await readFile(join(folder, "definitions/index.ts"), "utf8");
      expect(text).toContain('table: "public.Artists",\n  key: { artist_id: int64().from("artistId") },');
      expect(text).toContain('key: { artist_id: int64().from("by_artist") },');
      expect(text).toContain("from: artists,");
      expect(typeErrors(project.folder, ["likes"])).toBe("");
      const definitions = ["--definitions", join(folder, "definitions")];
      expect((await project.json("check", "--strict", ...definitions)).document).toMatchObject({ diagnostics: [] });
      expect((await project.run("test", ...definitions)).stdout).toMatch(/^2 .*\b0 /m);
      expect(await project.run("apply", ...definitions)).toMatchObject({ code: 0 });
      expect(await project.run("materialize", "artist_likes_of_all")).toMatchObject({ code: 0 });
      expect((await project.run("get", "artist", "1")).stdout).toMatch(/row_count\s+2/);
      expect((await project.run("get", "artist", "2")).stdout).not.toContain("unknown");
    });

    test("a definition names the schema found by the search path", async () => {
      await project.run("init", "schema", "--table", "plays", "--key", "song_id");
      const text = await readFile(join(project.folder, "schema/definitions/index.ts"), "utf8");
      expect(text).toContain('table: "public.plays",');
    });

    test("writes no tie-break if a unique index prevents ties, and check requires none", async () => {
      await project.run("init", "tieless", "--table", "views_of_pages", "--key", "page_id");
      const text = await readFile(join(project.folder, "tieless/definitions/index.ts"), "utf8");
      expect(text).not.toContain("tieBreak");
      const definitions = ["--definitions", join(project.folder, "tieless/definitions")];
      const { document } = await project.json("check", ...definitions);
      expect(document).toMatchObject({ diagnostics: [{ code: "entity_without_population" }] });
    });

    test("names of tables and columns may be quoted as in SQL", async () => {
      expect(await project.json("init", "quoted1", "--table", '"Odd Songs"')).toMatchObject({
        document: { table: "public.Odd Songs" },
      });
      expect(await project.json("init", "quoted2", "--table", '"music"."class"', "--time", '"seen"')).toMatchObject({
        document: { table: "music.class" },
      });
    });

    test("an error names the nearest tables and the number of others", async () => {
      const { stderr } = await project.run("init", "other", "--table", "many_3000");
      expect(stderr).toMatch(/ many_300, many_[0-9]+, .* \d+ more$/m);
      expect(stderr.length).toBeLessThan(400);
    });

    test("the README's command reads a composite key", async () => {
      const folder = join(project.folder, "lines");
      await project.run("init", folder, "--table", "Order Lines");
      const readme = await readFile(join(folder, "README.md"), "utf8");
      const id = "0b1f7f0e-32f4-4f5e-9a53-0e8f5f1f5a10";
      expect(readme).toContain(`npx featstore get order_line '${id},1'\n`);
      expect(readme).toContain(`client.features.get({ order_id: "${id}", line_no: 1 }`);
      expect((await project.run("get", "order_line", `${id},1`)).stdout).toMatch(/qty\s+2/);
    });

    test.each([
      [[], "table_required"],
      [["--table", "music.clas"], "table_not_found"],
      [["--table", "untimed", "--key", "page_id"], "time_not_chosen"],
      [["--table", "music.class", "--time", "sen"], "column_not_found"],
      [["--table", "music.class", "--time", "day"], "column_type_unfit"],
      [["--table", "music.class", "--time", "seen", "--key", "cover"], "column_type_unfit"],
    ])("init %j", async (line, code) => {
      const outcome = await project.run("init", "other", ...line);
      expect(outcome.stderr).toMatch(new RegExp(`^${code}: `, "m"));
      expect(outcome.code).not.toBe(0);
    });
  });
}
