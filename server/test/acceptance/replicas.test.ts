import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRegistryStore } from "../../src/registry/registry-store";
import { openTcpProxy, type TcpProxy } from "../helpers/tcp-proxy";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { createServerKey } from "./server-process";
import { type Serving, startServing } from "./serving";
import { applySongs, createSongs, materializeSongs } from "./songs";

const targets = testDatabases("all");
const direct = targets.find(({ name }) => name === "postgres-16");
const pooled = targets.find(({ name }) => name === "pgbouncer");
if (direct === undefined || pooled === undefined) throw new Error("no such test databases");

/** Well above the ten seconds that a replica without notifications may need. */
const SOON = { timeout: 30_000, interval: 100 };

describe.skipIf(direct.skip || pooled.skip)("replicas of one database", () => {
  let folder: string;
  let opened: OpenTestDatabase;
  let proxy: TcpProxy;
  let key: string;
  const replicas = new Map<string, Serving>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "featstore-replicas-"));
    // Its URL goes through the pooler to the same database as the direct URL.
    opened = await pooled.openMigrated();
    const { url = "", directUrl = "" } = opened;
    await createSongs(opened.database, 3);
    const { hostname, port } = new URL(directUrl);
    proxy = await openTcpProxy({ host: hostname, port: Number(port) });
    const viaProxy = new URL(directUrl);
    viaProxy.hostname = "127.0.0.1";
    viaProxy.port = String(proxy.port);
    const secret = { FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef", FEATSTORE_LOG_LEVEL: "silent" };
    const environments = {
      notified: { DATABASE_URL: directUrl },
      "with a broken channel": { DATABASE_URL: directUrl, DATABASE_DIRECT_URL: viaProxy.href },
      // The pooler accepts LISTEN but never delivers notifications.
      "behind a pooler": { DATABASE_URL: url, DATABASE_DIRECT_URL: url, DATABASE_PREPARE: "false" },
      "of PostgreSQL alone": { DATABASE_URL: directUrl, FEATSTORE_ONLINE_STORE: "postgres" },
    };
    for (const [name, environment] of Object.entries(environments))
      replicas.set(
        name,
        await startServing({ environment: { ...secret, ...environment }, folder: join(folder, name) }),
      );
    key = await createServerKey(opened.database);
    await proxy.down();
  }, 120_000);
  afterAll(async () => {
    for (const replica of replicas.values()) await replica.close();
    await opened?.drop();
    rmSync(folder, { recursive: true });
  });

  /** Waits until every replica gives the answer. */
  const all = async (path: string, expected: unknown) => {
    for (const [name, replica] of replicas)
      await expect.poll(() => replica.get(path, key), { ...SOON, message: name }).toMatchObject({ body: expected });
  };

  test("all replicas serve what is applied, materialized and promoted, even without notifications", async () => {
    await applySongs(opened.database, 1);
    await all("/api/feature-views", { feature_views: [{ name: "song_profile", version: 1, served: null }] });

    await materializeSongs(opened.database);
    const first = { features: { song_profile: { title: "song 1", plays: 1 } }, status: "complete" };
    await all("/api/features/1", first);

    await opened.database.script("update songs set title = 'song one' where id = 1");
    await materializeSongs(opened.database);
    await all("/api/features/1?metadata=true", {
      features: { song_profile: { title: "song one" } },
      metadata: { song_profile: { version: 1, generation: 2 } },
    });

    await applySongs(opened.database, 2, false);
    await materializeSongs(opened.database, "song_profile@2");
    await all("/api/features/1?features=song_profile@2", { features: { "song_profile@2": { first_title: null } } });
    await all("/api/features/1?metadata=true", { metadata: { song_profile: { version: 1 } } });
    await createRegistryStore(opened.database).promote({
      kind: "feature_view",
      name: "song_profile",
      version: 2,
      actor: "test",
      message: null,
    });
    await all("/api/features/1?metadata=true", { metadata: { song_profile: { version: 2 } } });
  }, 240_000);
});
