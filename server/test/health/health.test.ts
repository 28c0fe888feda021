import { describe, expect, test } from "vitest";
import { DatabaseError } from "../../src/database/database-error";
import { createHealthService, type HealthReport } from "../../src/health/health";
import { createOutsideChecks } from "../../src/health/outside-checks";
import { createQualityStore } from "../../src/quality/quality-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";
import { testDatabases } from "../helpers/test-database";

async function reportOf(failedViews: () => Promise<never>, holdsAll = true) {
  const { registry } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: {} })])),
    onlineStore: createFakeOnlineStore(new Map(), true),
  });
  const clock = () => 1_767_225_600_000_000n;
  const outside = createOutsideChecks({ parts: [] });
  return createHealthService({
    registry,
    failedViews,
    differingViews: async () => [],
    holdsAll: () => holdsAll,
    outside,
    clock,
  }).report();
}

describe("the database check", () => {
  test.each([
    ["unreachable", undefined, "database_unreachable", ""],
    ["unreachable", "57P03", "database_unreachable", "57P03"],
    ["unreachable", "28P01", "database_login_failed", "28P01"],
    ["deadline_exceeded", undefined, "database_unreachable", ""],
    ["statement_failed", "42P01", "database_schema_missing", "featstore apply"],
    ["statement_failed", "3F000", "database_schema_missing", "schema featstore"],
    ["statement_failed", "42501", "database_refuses", "featstore doctor"],
  ] as const)("reports %s %s as %s", async (code, sqlState, fault, detail) => {
    const fail = async () => {
      throw new DatabaseError(code, "with a secret", sqlState);
    };
    const report = await reportOf(fail);
    expect(report.checks.database).toEqual({ ok: false, code: fault, detail: expect.stringContaining(detail) });
    expect(report.status).toBe("degraded");
    expect(JSON.stringify(report)).not.toContain("secret");
    expect((await reportOf(fail, false)).status).toBe("unavailable");
  });
});

for (const target of testDatabases("one")) {
  test.skipIf(target.skip)(
    `says that nothing is applied to an empty database, and is ready, on ${target.name}`,
    async () => {
      const { database, drop } = await target.openMigrated();
      const { app } = await createTestApp({
        registry: createRegistryStore(database),
        onlineStore: createFakeOnlineStore(new Map(), true),
      });
      const health = (await (await app.request("/health")).json()) as HealthReport;
      expect(health).toMatchObject({
        status: "degraded",
        registry_revision: 0,
        checks: {
          registry: { ok: false, code: "nothing_applied", detail: expect.stringContaining("featstore apply") },
        },
      });
      expect((await app.request("/readyz")).status).toBe(200);
      await drop();
    },
  );

  test.skipIf(target.skip)(
    `distinguishes a dropped schema from an unreachable database, on ${target.name}`,
    async () => {
      const { database, drop } = await target.open();
      const { failedViews } = createQualityStore(database);
      const report = await reportOf(async () => {
        await failedViews();
        throw new Error("there was a schema");
      });
      expect(report.checks.database?.code).toBe("database_schema_missing");
      await drop();
    },
  );
}
