import { describe, expect, test } from "vitest";
import { checkClock } from "../../../src/cli/doctor/clock-check";
import type { Database } from "../../../src/database/database";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { createCliProject } from "../cli";

const NOW = 1_767_225_600_000_000n;
const SECOND = 1_000_000n;

/** A database whose clock is off, and that takes some seconds to answer. */
function answering({ offset, takes }: { readonly offset: bigint; readonly takes: bigint }) {
  let now = NOW;
  const query = async () => {
    now += takes;
    return [{ now: String(now - takes / 2n + offset) }];
  };
  return { database: { query } as unknown as Database, clock: () => now };
}

test.each([
  [0n, "ok"],
  [4n, "ok"],
  [-4n, "ok"],
  [6n, "warning"],
  [-6n, "warning"],
  [7200n, "warning"],
])("a database whose clock is %s s ahead: %s", async (seconds, status) => {
  const { database, clock } = answering({ offset: seconds * SECOND, takes: 0n });
  const result = await checkClock(database, clock);
  expect(result).toMatchObject({ check: "clock", status });
  if (status === "warning") expect(result.found).toContain(`${seconds < 0n ? -seconds : seconds} s`);
});

test("the time that the database takes to answer is no difference", async () => {
  const { database, clock } = answering({ offset: 0n, takes: 30n * SECOND });
  expect(await checkClock(database, clock)).toMatchObject({ status: "ok" });
});

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(target.name, () => {
    test("featstore doctor compares the clocks", async () => {
      const opened: OpenTestDatabase = await target.openMigrated();
      const project = await createCliProject({ DATABASE_URL: opened.url });
      const { document } = await project.json("doctor");
      expect((document as { readonly checks: readonly object[] }).checks).toContainEqual(
        expect.objectContaining({ check: "clock", status: "ok" }),
      );
      await project.remove();
      await opened.drop();
    });
  });
}
