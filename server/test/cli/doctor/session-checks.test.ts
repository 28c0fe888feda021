import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkKeySecret, checkPrimary, checkSessionSettings } from "../../../src/cli/doctor/session-checks";
import { secret } from "../../../src/core/config";
import type { Database } from "../../../src/database/database";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { type CliProject, createCliProject } from "../cli";

const answering = (...rows: object[]) => ({ query: async () => rows }) as unknown as Database;

test("a standby fails the check, since it is read-only", async () => {
  expect(await checkPrimary(answering({ is_standby: true }))).toMatchObject({
    status: "failed",
    found: expect.stringContaining("pg_is_in_recovery()"),
  });
  expect(await checkPrimary(answering({ is_standby: false }))).toMatchObject({ status: "ok" });
});

test("advises to remove a setting of the connection's url there, not by SQL", async () => {
  const row = { name: "statement_timeout", value: "2s", source: "client", role: "me", database: "music" };
  expect(await checkSessionSettings(answering(row))).toMatchObject([
    { check: "statement_timeout", status: "warning", advice: expect.stringContaining("DATABASE_URL") },
  ]);
});

test("a missing key secret is a warning with its consequences; the embedded database generates its own", () => {
  const postgres = {
    kind: "postgres",
    url: secret("postgres://h/d"),
    directUrl: null,
    prepare: true,
    poolSize: 1,
    waitMs: 0,
  } as const;
  expect(checkKeySecret({ database: postgres, keySecret: null, keySecrets: [] })).toMatchObject({
    status: "warning",
    found: expect.stringMatching(/FEATSTORE_KEY_SECRET.*serve and keys/),
  });
  expect(checkKeySecret({ database: postgres, keySecret: secret("x".repeat(32)), keySecrets: [] }).status).toBe("ok");
  expect(checkKeySecret({ database: { kind: "embedded", folder: "/f" }, keySecret: null, keySecrets: [] }).status).toBe(
    "ok",
  );
});

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`doctor and the session's settings on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    beforeEach(async () => {
      opened = await target.open();
      project = await createCliProject({ DATABASE_URL: opened.url });
    });
    afterEach(async () => {
      await project?.remove();
      await opened?.drop();
    });

    const checks = async () => {
      const { code, document } = await project.json("doctor");
      const { checks: all } = document as { checks: { check: string; status: string; advice: string | null }[] };
      return { code, all };
    };

    test("finds each harmful setting, and the printed SQL fixes it", async () => {
      const [row] = await opened.database.query<{ name: string }>({
        text: "select quote_ident(current_database()) as name",
      });
      const settings = {
        default_transaction_isolation: "serializable",
        idle_in_transaction_session_timeout: "3s",
        lock_timeout: "1s",
        statement_timeout: "2s",
      };
      for (const [name, value] of Object.entries(settings))
        await opened.database.script(`alter database ${row?.name} set ${name} = '${value}'`);
      const found = await checks();
      expect(found.code).toBe(0);
      const warnings = found.all.filter(({ check }) => check in settings);
      expect(warnings.map(({ check, status }) => [check, status])).toEqual(
        Object.keys(settings).map((name) => [name, "warning"]),
      );
      for (const { advice } of warnings)
        await opened.database.script(/alter role .*;/.exec(advice ?? "")?.[0] ?? "no SQL in the advice");
      expect((await checks()).all).toContainEqual(expect.objectContaining({ check: "session settings", status: "ok" }));
    });

    test("a database that is read-only by default fails the check", async () => {
      const [row] = await opened.database.query<{ name: string }>({
        text: "select quote_ident(current_database()) as name",
      });
      await opened.database.script(`alter database ${row?.name} set default_transaction_read_only = on`);
      const { code, all } = await checks();
      expect(code).toBe(4);
      expect(all).toContainEqual(
        expect.objectContaining({
          ...{ check: "default_transaction_read_only", status: "failed" },
          advice: expect.stringMatching(/alter role .* in database .* set default_transaction_read_only = 'off';/),
        }),
      );
    });

    test("reports an empty database without a list of migrations", async () => {
      expect((await checks()).all).toContainEqual(
        expect.objectContaining({
          ...{ check: "migrations", status: "warning" },
          advice: expect.stringContaining("featstore apply"),
        }),
      );
    });
  });
}
