import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app";
import { loadConfig } from "../../src/core/config";
import { createDeps } from "../../src/deps";
import { spawnRedis, withoutRedisServers } from "../helpers/redis-process";
import { testDatabases } from "../helpers/test-database";

for (const target of testDatabases("main").slice(0, 1)) {
  describe.skipIf(target.skip || withoutRedisServers)("a server whose Redis rejects its password", () => {
    test("says so in health and log, is ready, and admits an idle key's first request", async () => {
      const redis = await spawnRedis(["--user", "app", "on", ">right", "~*", "+@all"]);
      const { database, drop } = await target.openMigrated();
      const folder = mkdtempSync(join(tmpdir(), "featstore-redis-refused-"));
      const env = {
        FEATSTORE_DATA_DIR: folder,
        FEATSTORE_LOG_FILE: join(folder, "server.log"),
        FEATSTORE_SCHEDULER: "off",
        REDIS_URL: `redis://app:hunter2@127.0.0.1:${redis.port}`,
      };
      const deps = await createDeps(loadConfig({ folder, env }), { database });
      try {
        const app = createApp(deps);
        const health = (await (await app.request("/health")).json()) as { readonly checks: object };
        expect(health).toMatchObject({
          status: "degraded",
          checks: { redis: { ok: false, code: "login_failed", detail: expect.stringContaining("WRONGPASS") } },
        });
        expect((await app.request("/readyz")).status).toBe(200);
        const { key } = await deps.keys.create({
          name: "idle",
          scopes: ["features:read", "registry:read"],
          tenant: null,
        });
        const response = await app.request("/api/feature-services", { headers: { authorization: `Bearer ${key}` } });
        expect(response.status).toBe(200);
        deps.logger.flush();
        const log = readFileSync(env.FEATSTORE_LOG_FILE, "utf8");
        const warnings = log.split("\n").filter((line) => line.includes("Redis") && line.includes("WRONGPASS"));
        // One says where reads go, one who decides about limits.
        expect(warnings).toHaveLength(2);
        expect(log).not.toContain("hunter2");
      } finally {
        await deps.close();
        await drop();
        await redis.close();
        rmSync(folder, { recursive: true });
      }
    });
  });
}
