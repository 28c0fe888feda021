import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createApp } from "../../src/app";
import { loadConfig } from "../../src/core/config";
import { SCOPES } from "../../src/core/scopes";
import { createDeps } from "../../src/deps";
import { onlySecret } from "../../src/keys/key-secrets";
import { createKeyStore } from "../../src/keys/key-store";
import { createKeyService } from "../../src/keys/keys";
import { testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  test.skipIf(target.skip)(
    `a server with another secret than that of the keys says so once, on ${target.name}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "featstore-secret-"));
      const { database, drop } = await target.openMigrated();
      try {
        const before = createKeyService(createKeyStore(database), onlySecret("the secret of before the restore"));
        const { key } = await before.create({ name: "a", scopes: SCOPES });
        const logFile = join(folder, "server.log");
        const env = { FEATSTORE_DATA_DIR: folder, FEATSTORE_LOG_FILE: logFile, FEATSTORE_KEY_SECRET: "n".repeat(32) };
        const deps = await createDeps(loadConfig({ env, folder }), { database });
        const response = await createApp(deps).request("/api/features/1", { headers: { "x-api-key": key } });
        expect(await response.json()).toMatchObject({ code: "key_unknown" });
        await deps.close();
        const log = readFileSync(logFile, "utf8").trim().split("\n");
        const warnings = log.map((line) => JSON.parse(line)).filter(({ secret }) => secret !== undefined);
        expect(warnings).toMatchObject([{ level: 40, secret: "key_secret", keys: 1 }]);
      } finally {
        await drop();
        rmSync(folder, { recursive: true });
      }
    },
  );
}
