import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createApp } from "../../src/app";
import { loadConfig } from "../../src/core/config";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { createDeps } from "../../src/deps";
import { pgliteImage } from "../helpers/pglite-image";

/** Rules of `promtool check metrics`. */
test("the names of counters end in _total, those of other metrics do not, and each metric has a help text", async () => {
  const database = await openPgliteDatabase({ image: await pgliteImage("migrated") });
  const folder = mkdtempSync(join(tmpdir(), "featstore-metrics-"));
  const env = {
    FEATSTORE_DATA_DIR: folder,
    FEATSTORE_LOG_FILE: join(folder, "server.log"),
    FEATSTORE_SCHEDULER: "off",
    FEATSTORE_AUTH: "true",
  };
  const deps = await createDeps(loadConfig({ folder, env }), { database });
  try {
    const text = await (await createApp(deps).request("/metrics")).text();
    const metrics = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => ({ name, type }));
    expect(metrics.length).toBeGreaterThan(30);
    expect(metrics.filter(({ name, type }) => name.endsWith("_total") !== (type === "counter"))).toEqual([]);
    expect(metrics.filter(({ name }) => !new RegExp(`^# HELP ${name} \\S`, "m").test(text))).toEqual([]);
    expect(metrics.filter(({ name }) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  } finally {
    await deps.close();
    rmSync(folder, { recursive: true });
    await database.close();
  }
});
