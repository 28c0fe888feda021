import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCOPES } from "../../src/core/scopes";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type ServerProcess, startServerProcess } from "./server-process";

// Runs the SQL of docs/guide/running.md as printed: a server with the reading role serves, records usage, and can do
// nothing else.

const guide = readFileSync(join(import.meta.dirname, "../../../docs/guide/running.md"), "utf8");
const SECRET = "0123456789abcdef0123456789abcdef";
const SOON = { timeout: 30_000, interval: 100 };

const definitions = (hasVectors: boolean) => `
import { count, entity, featureView, int64, latest, source, vector } from "@featstore/definitions";
const plays = source({
  name: "plays", table: "plays", key: { song_id: int64() }, eventTime: "played_at", tieBreak: "id", history: "events",
  columns: { id: int64()${hasVectors ? ", sound: vector(3).nullable()" : ""} },
});
const song = entity({ name: "song", key: { song_id: int64() } });
export const songPlays = featureView({
  name: "song_plays", version: 1, entity: song, from: plays, owner: "me", description: "Plays",
  features: (p) => ({
    plays: count().describe("Plays"),
    ${hasVectors ? 'sound: latest(p.sound).space("sound").describe("Sound"),' : ""}
  }),
});`;

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`separate database roles on ${target.name}`, { timeout: 120_000 }, () => {
    const suffix = `_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
    const [writer, reader] = [`featstore_writer${suffix}`, `featstore_reader${suffix}`];
    let opened: OpenTestDatabase;
    let project: CliProject;
    let server: ServerProcess;
    let key: string;

    /** Returns the guide's blocks for a role, with the names of this test. */
    const sqlFor = (role: string): string => {
      const blocks = [...guide.matchAll(/^```sql (\w+)\n([\s\S]*?)^```$/gm)].filter(([, whose]) => whose === role);
      expect(blocks.length).toBeGreaterThan(0);
      const text = blocks.map(([, , sql]) => sql).join("\n");
      const database = new URL(opened.url ?? "").pathname.slice(1);
      return text
        .replaceAll(/featstore_(?:writer|reader)\b/g, `$&${suffix}`)
        .replace("database music", `database ${database}`);
    };
    const urlOf = (role: string): string => {
      const url = new URL(opened.url ?? "");
      url.username = role;
      url.password = role === writer ? "change me" : "change me too";
      return url.href;
    };
    const asRole = async <Result>(role: string, text: string): Promise<readonly Result[]> => {
      const database = createPostgresDatabase({ url: urlOf(role), poolSize: 1 });
      return database.query<Result & object>({ text }).finally(() => database.close());
    };
    const request = (path: string, body?: object) =>
      fetch(`${server.url}${path}`, {
        headers: { "x-api-key": key, "content-type": "application/json" },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      });
    const rowsIn = async (table: string): Promise<number> => {
      const [row] = await opened.database.query<{ rows: number }>({
        text: `select count(*)::int as rows from ${table}`,
      });
      return row?.rows ?? 0;
    };

    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(`
${target.hasVectors ? "create extension vector;" : ""}
create table plays (id bigint primary key, song_id bigint not null, played_at timestamptz not null${target.hasVectors ? ", sound vector(3)" : ""});
insert into plays select i, i % 5, '2026-01-01Z'${target.hasVectors ? ", '[1,2,3]'" : ""} from generate_series(1, 20) as i;
do $$ begin execute format('revoke all on database %I from public', current_database()); end $$;
revoke all on schema public from public;
${sqlFor("administrator")}`);
      project = await createCliProject({ DATABASE_URL: urlOf(writer), FEATSTORE_KEY_SECRET: SECRET });
      await project.write({ "definitions/index.ts": definitions(target.hasVectors) });
      expect(await project.run("apply")).toMatchObject({ code: 0 });
      const asWriter = createPostgresDatabase({ url: urlOf(writer), poolSize: 1 });
      await asWriter.script(sqlFor("writer")).finally(() => asWriter.close());
      expect(await project.run("materialize")).toMatchObject({ code: 0 });
      const { document } = await project.json("keys", "create", "--name", "test", "--scopes", SCOPES.join(","));
      key = (document as { key: string }).key;
      server = await startServerProcess(project.folder, urlOf(reader), {
        FEATSTORE_AUDIT_ONE_IN: "1",
        FEATSTORE_ONLINE_STORE: "postgres",
      });
    }, 120_000);
    afterAll(async () => {
      await server?.end("SIGTERM");
      await project?.remove();
      await opened?.drop();
      const maintenance = createPostgresDatabase({
        url: (target.name === "postgres-16" ? process.env.TEST_DATABASE_URL : process.env.TEST_DATABASE_15_URL) ?? "",
        poolSize: 1,
      });
      for (const role of [writer, reader]) await maintenance.query({ text: `drop role if exists ${role}` });
      await maintenance.close();
    });

    test("a server with the reading role serves features, and follows the writer's next generation", async () => {
      const read = async () => (await (await request("/api/features/1?metadata=true")).json()) as object;
      expect(await read()).toMatchObject({ status: "complete", features: { song_plays: { plays: 4 } } });
      expect((await request("/api/features/batch", { ids: [1, 2], features: ["song_plays"] })).status).toBe(200);
      expect((await request("/api/feature-views/song_plays")).status).toBe(200);
      expect((await request("/api/runs")).status).toBe(200);
      expect((await request("/readyz")).status).toBe(200);
      expect(await (await request("/health")).json()).toMatchObject({ status: "ok" });
      if (target.hasVectors) {
        const search = await request("/api/embeddings/search", { embedding: "song_plays.sound", id: 1, k: 2 });
        expect([search.status, await search.json()]).toMatchObject([200, {}]);
      }
      await opened.database.query({ text: "insert into plays (id, song_id, played_at) values (21, 1, '2026-01-02Z')" });
      expect(await project.run("materialize")).toMatchObject({ code: 0 });
      await expect.poll(read, SOON).toMatchObject({ features: { song_plays: { plays: 5 } } });
    });

    test("a server with the reading role rejects requests that write", async () => {
      const refused = [
        await request("/api/features/1?as_of=2026-01-01T00:00:00Z"),
        await request("/api/training-sets", {
          features: ["song_plays.plays"],
          format: "csv",
          rows: [{ song_id: 1, as_of: "2026-01-01T00:00:00Z" }],
        }),
      ];
      for (const response of refused)
        expect([response.status, await response.json()]).toEqual([
          503,
          expect.objectContaining({ code: "store_unavailable", detail: expect.stringContaining("role") }),
        ]);
    });

    test.for([
      "select * from plays",
      "delete from features.song_plays_v1",
      "create table features.mine (id int)",
      "create table featstore.mine (id int)",
      "drop view features.song_plays_v1",
      "update featstore.generations set generation = generation + 1",
      "update featstore.registry_state set revision = revision + 1",
      "insert into featstore.api_keys (id, name, digest, scopes) values ('x', 'x', 'x', '{}')",
      "delete from featstore.view_reads",
      "update featstore.answers set status = 'missing'",
    ])("the reading role may not: %s", async (text) => {
      await expect(asRole(reader, text)).rejects.toMatchObject({ sqlState: "42501" });
    });

    test("commands that write fail with the reading role", async () => {
      const asReader = await createCliProject({ DATABASE_URL: urlOf(reader), FEATSTORE_KEY_SECRET: SECRET });
      await asReader.write({ "definitions/index.ts": definitions(target.hasVectors) });
      for (const line of [["materialize"], ["keys", "create", "--name", "x"]]) {
        const { code, stdout, stderr } = await asReader.run(...line);
        expect([code === 0, stdout + stderr]).toEqual([false, expect.stringContaining("permission denied")]);
      }
      expect((await asReader.run("get", "song", "1")).code).toBe(0);
      const doctor = await asReader.json("doctor");
      expect([doctor.code, doctor.document]).toMatchObject([0, { ok: true }]);
      expect(doctor.document).toMatchObject({
        checks: expect.arrayContaining([expect.objectContaining({ check: "schemas", status: "warning" })]),
      });
      await asReader.remove();
    });

    test("a stopped server has recorded reads by key and answers for the audit, without logging faults", async () => {
      expect(await server.end("SIGTERM")).toBe(0);
      expect(await rowsIn("featstore.view_reads")).toBe(1);
      expect(await rowsIn("featstore.answers")).toBeGreaterThan(0);
      const log = server.log();
      expect(log.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/role .*schemas/));
      expect(log.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    });
  });
}
