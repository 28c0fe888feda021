import { expect, test } from "vitest";
import { checkPgvector, checkVersion } from "../../../src/cli/doctor/server-checks";
import type { Database } from "../../../src/database/database";

const answering = (row: object) => ({ query: async () => [row] }) as unknown as Database;

test.each([
  ["140011", "14.11", "failed"],
  ["150000", "15.0", "ok"],
  ["180002", "18.2", "ok"],
])("PostgreSQL %s", async (number, name, status) => {
  const result = await checkVersion(answering({ number, name }));
  expect(result.status).toBe(status);
  expect(result.found).toContain(name);
  expect(result.advice === undefined).toBe(status === "ok");
});

test.each([
  [{ installed: null, available: null }, false, "ok"],
  [{ installed: null, available: null }, true, "failed"],
  [{ installed: null, available: "0.8.5" }, true, "failed"],
  [{ installed: "0.8.0", available: "0.8.5" }, true, "ok"],
  [{ installed: "0.10.1", available: "0.10.1" }, true, "ok"],
  [{ installed: "0.8.5", available: "0.8.5", is_visible: false, schema: "extensions" }, true, "failed"],
  [{ installed: "0.8.5", available: "0.8.5", is_visible: false, schema: "extensions" }, false, "ok"],
  [{ installed: "0.7.4", available: "0.8.5" }, true, "failed"],
  [{ installed: "0.7.4", available: "0.7.4" }, false, "warning"],
])("pgvector %j, needed %s", async (row, needed, status) => {
  expect((await checkPgvector(answering(row), needed)).status).toBe(status);
});
