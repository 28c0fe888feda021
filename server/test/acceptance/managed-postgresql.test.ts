import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { type CliProject, createCliProject } from "../cli/cli";
import { type Pooler, startPooler } from "../helpers/pooler";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type ServerProcess, startServerProcess } from "./server-process";

// Runs the SQL of docs/guide/managed-postgresql.md as printed, on a database that is restricted like a provider's: the
// administrator and the role are no superusers, the role may create neither schemas nor extensions, PgBouncer pools transactions and requires TLS and a
// password, the extension is in a schema of its own, and the source has row-level security.

const guide = readFileSync(join(import.meta.dirname, "../../../docs/guide/managed-postgresql.md"), "utf8");
const SECRET = "0123456789abcdef0123456789abcdef";
const SOON = { timeout: 30_000, interval: 100 };

const definitions = `
import { count, entity, featureView, int64, latest, source, vector } from "@featstore/definitions";
const plays = source({
  name: "plays", table: "plays", key: { song_id: int64() }, eventTime: "played_at", tieBreak: "id", history: "events",
  columns: { id: int64(), sound: vector(3).nullable() },
});
const song = entity({ name: "song", key: { song_id: int64() } });
export const songPlays = featureView({
  name: "song_plays", version: 1, entity: song, from: plays, owner: "me", description: "Plays",
  features: (p) => ({
    plays: count().describe("Plays"),
    sound: latest(p.sound).space("sound").describe("Sound"),
  }),
});`;

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)("a managed PostgreSQL", { timeout: 120_000 }, () => {
    const suffix = `${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
    const role = `featstore_writer_${suffix}`;
    const administrator = `managed_administrator_${suffix}`;
    let opened: OpenTestDatabase;
    let pooler: Pooler;
    let project: CliProject;
    let server: ServerProcess | undefined;

    /** Returns the guide's blocks whose text has the words, with the names of this test. */
    const sqlWith = (...words: readonly string[]): string => {
      const blocks = [...guide.matchAll(/^```sql administrator\n([\s\S]*?)^```$/gm)].map(([, sql]) => sql ?? "");
      const chosen = blocks.filter((sql) => words.some((word) => sql.includes(word)));
      expect(chosen).toHaveLength(words.length);
      const database = new URL(opened.directUrl ?? "").pathname.slice(1);
      return chosen
        .join("\n")
        .replaceAll("featstore_writer", role)
        .replaceAll("database music", `database ${database}`);
    };
    const succeed = async (...line: string[]): Promise<void> => {
      const { code, stdout, stderr } = await project.run(...line);
      expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
    };
    const asAdministrator = async (text: string): Promise<void> => {
      const url = new URL(opened.directUrl ?? "");
      url.username = administrator;
      const database = createPostgresDatabase({ url: url.href, poolSize: 1 });
      await database.script(text).finally(() => database.close());
    };
    const asRole = async <Result>(text: string, url = pooler.urlFor("transaction", role)) => {
      const database = createPostgresDatabase({ url, poolSize: 1, prepare: false });
      return database.query<Result & object>({ text }).finally(() => database.close());
    };
    const checks = async (): Promise<readonly { check: string; status: string; advice: string | null }[]> => {
      const { document } = await project.json("doctor");
      return (document as { checks: { check: string; status: string; advice: string | null }[] }).checks;
    };

    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(`
create role ${administrator} login createrole;
do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('alter database %I owner to ${administrator}', current_database());
end $$;
revoke all on schema public from public;`);
      await asAdministrator(
        "create table plays (id bigint primary key, song_id bigint not null, played_at timestamptz not null)",
      );
      pooler = await startPooler({
        url: opened.directUrl ?? "",
        database: new URL(opened.directUrl ?? "").pathname.slice(1),
        passwords: { [role]: "change me" },
      });
      project = await createCliProject({
        DATABASE_URL: pooler.urlFor("transaction", role),
        DATABASE_DIRECT_URL: pooler.urlFor("session", role),
        DATABASE_PREPARE: "false",
        FEATSTORE_KEY_SECRET: SECRET,
      });
      await project.write({ "definitions/index.ts": definitions });
    });
    afterAll(async () => {
      await server?.end("SIGTERM");
      await project?.remove();
      await pooler?.close();
      await opened?.drop();
      const maintenance = createPostgresDatabase({ url: process.env.TEST_DATABASE_URL ?? "", poolSize: 1 });
      for (const name of [role, administrator]) await maintenance.query({ text: `drop role if exists ${name}` });
      await maintenance.close();
    });

    test("the role has none of the rights that a provider does not give", async () => {
      await asAdministrator(sqlWith("create role"));
      // Not through the pooler: its connections keep the settings that the role had when they were opened.
      const direct = new URL(opened.directUrl ?? "");
      direct.username = role;
      await expect(asRole("create extension vector", direct.href)).rejects.toMatchObject({ sqlState: "42501" });
      // Providers let their administrator create some extensions.
      await opened.database.script(sqlWith("create extension"));
      await opened.database.script(`grant usage on schema extensions to ${administrator}`);
      await asAdministrator(`alter table plays add column sound extensions.vector(3);
insert into plays select i, i % 5, '2026-01-01Z', '[1,2,3]' from generate_series(1, 20) as i;
alter table plays enable row level security;`);
      const [rights] = await asRole<object>(
        "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user",
      );
      expect(Object.values(rights ?? {})).toEqual([false, false, false, false]);
      for (const text of ["create schema mine", "create table public.mine (id int)"])
        await expect(asRole(text)).rejects.toMatchObject({ sqlState: "42501" });
      await expect(asRole("select 1", pooler.urlFor("transaction", role, "disable"))).rejects.toMatchObject({
        code: "unreachable",
      });
    });

    test("the doctor reports that row-level security hides the source, with the policy of the guide", async () => {
      const hidden = (await checks()).filter(({ status }) => status !== "ok");
      expect(hidden).toMatchObject([
        { check: "source plays", status: "warning", advice: expect.stringContaining("create policy") },
        { check: "migrations", status: "warning" },
      ]);
      expect(await asRole("select * from plays")).toEqual([]);
      await asAdministrator(sqlWith("create policy"));
      expect((await checks()).map(({ check, status }) => `${check} ${status}`)).toContain("source plays ok");
    });

    test("features and embeddings are applied, materialized, served and searched", async () => {
      for (const line of [["apply"], ["materialize"], ["materialize", "--incremental"]]) await succeed(...line);
      const { document } = await project.json("keys", "create", "--name", "test", "--scopes", SCOPES);
      const { DATABASE_URL, FEATSTORE_LOG_LEVEL: _, ...environment } = project.environment;
      const started = await startServerProcess(
        project.folder,
        DATABASE_URL ?? "",
        environment as Record<string, string>,
      );
      server = started;
      const headers = { "x-api-key": (document as { key: string }).key, "content-type": "application/json" };
      const read = async () => (await fetch(`${started.url}/api/features/1`, { headers })).json();
      expect(await read()).toMatchObject({ status: "complete", features: { song_plays: { plays: 4 } } });
      const search = await fetch(`${started.url}/api/embeddings/search`, {
        method: "POST",
        headers,
        body: JSON.stringify({ embedding: "song_plays.sound", id: 1, k: 2 }),
      });
      expect(search.status).toBe(200);
      await opened.database.query({ text: "insert into plays (id, song_id, played_at) values (21, 1, '2026-01-02Z')" });
      await succeed("materialize");
      await expect.poll(read, SOON).toMatchObject({ features: { song_plays: { plays: 5 } } });
    });

    test("a training set is made over the pooler", async () => {
      await project.write({ "spine.csv": "song_id,as_of\n1,2026-01-03T00:00:00Z\n" });
      const line = ["training-set", "--features", "song_plays.plays", "--spine", "spine.csv", "--out", "train.csv"];
      await succeed(...line);
      expect(readFileSync(join(project.folder, "train.csv"), "utf8")).toContain(",5");
    });

    test("the server listens over the pooler in session mode and logs no faults", async () => {
      expect(await server?.end("SIGTERM")).toBe(0);
      expect(server?.log().filter(({ level }) => Number(level) >= 40)).toEqual([]);
    });
  });
}

const SCOPES = "features:read,embeddings:read,registry:read";
