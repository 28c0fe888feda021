import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { openTcpProxy, type TcpProxy } from "../helpers/tcp-proxy";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// Servers that share a Redis: all read what one has loaded, and keep reading without PostgreSQL.

const definitions = `import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
const plays = source({
  name: "plays", table: "plays", key: { track_id: int64() }, eventTime: "at", tieBreak: "id", history: "events",
  columns: { device: string().nullable() },
});
export const track = entity({ name: "track", key: { track_id: int64() } });
export const listening = featureView({
  name: "listening", version: 1, entity: track, from: plays, owner: "me", description: "Listening",
  features: (p) => ({ plays: count().describe("Plays"), device: latest(p.device).describe("Last device") }),
});
`;

const tables = `
create table plays (id serial primary key, track_id integer, device text, at timestamptz not null default now() - interval '1 hour');
insert into plays (track_id, device) select i % 200, 'device ' || i from generate_series(1, 1000) as i`;

const redisUrl = process.env.TEST_REDIS_URL;

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip || redisUrl === undefined)("servers that share a Redis", () => {
    let opened: OpenTestDatabase;
    let network: TcpProxy;
    let project: CliProject;
    let near: Serving;
    let far: Serving;
    let key = "";
    const prefix = `test_${randomBytes(6).toString("hex")}`;

    beforeAll(async () => {
      opened = await target.open();
      const url = new URL(opened.url ?? "");
      network = await openTcpProxy({ host: url.hostname, port: Number(url.port) });
      project = await createCliProject({
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        DATABASE_URL: opened.url,
      });
      await project.write({ "definitions/index.ts": definitions });
      await opened.database.script(tables);
      const { folder } = project;
      const environment = {
        ...project.environment,
        REDIS_URL: redisUrl,
        FEATSTORE_REDIS_PREFIX: prefix,
        FEATSTORE_ONLINE_STORE_CACHE_MB: "0",
        FEATSTORE_SCHEDULER: "off",
      };
      near = await startServing({ environment, folder });
      url.port = String(network.port);
      far = await startServing({ environment: { ...environment, DATABASE_URL: url.href }, folder });
      const created = await project.json("keys", "create", "--name", "test");
      key = (created.document as { key: string }).key;
      for (const command of ["apply", "materialize"]) {
        const { code, stdout, stderr } = await project.run(command);
        expect(code, stdout + stderr).toBe(0);
      }
      for (const { deps } of [near, far]) await deps.registry.refresh();
    });
    afterAll(async () => {
      await network?.up().catch(() => undefined);
      await far?.close();
      await near?.close();
      await network?.down();
      await opened?.drop();
      await project?.remove();
    });

    const readsOf = async ({ deps }: Serving, outcome: string): Promise<number> => {
      const { body } = await deps.exposition();
      return Number(
        new RegExp(`^featstore_online_redis_reads_total\\{outcome="${outcome}"\\} (\\S+)$`, "m").exec(body)?.[1] ?? 0,
      );
    };
    const read = (serving: Serving) => serving.post("/api/features/batch", key, { ids: [7, 8, 100_000] });

    test("both servers see an incremental run through Redis alone", async () => {
      expect(await read(far)).toMatchObject({
        status: 200,
        body: {
          rows: [
            ["device 807", 5],
            ["device 808", 5],
            [null, null],
          ],
        },
      });
      await opened.database.script("insert into plays (track_id, device) values (7, 'radio')");
      expect(await project.run("materialize", "--incremental")).toMatchObject({ code: 0 });
      for (const { deps } of [near, far]) await deps.registry.refresh();
      const responses = await readsOf(far, "answered");
      for (const serving of [near, far]) {
        expect(await read(serving)).toMatchObject({
          status: 200,
          body: {
            rows: [
              ["radio", 6],
              ["device 808", 5],
              [null, null],
            ],
            status: ["complete", "complete", "unknown_entity"],
          },
        });
      }
      expect(await readsOf(far, "answered")).toBe(responses + 1);
    });

    test("without PostgreSQL reads continue, and health reports it", async () => {
      await network.down();
      expect(await read(far)).toMatchObject({
        status: 200,
        body: {
          rows: [
            ["radio", 6],
            ["device 808", 5],
            [null, null],
          ],
        },
      });
      expect(await far.get("/api/features/8", key)).toMatchObject({ status: 200, body: { status: "complete" } });
      const ready = await fetch(`${far.url}/readyz`);
      expect(ready.status).toBe(200);
      expect(await ready.json()).toMatchObject({
        status: "degraded",
        checks: { database: { ok: false }, online_store: { ok: true } },
      });
      await network.up();
    });
  });
}
