import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

test("an empty DATABASE_URL is rejected instead of using the embedded database", async () => {
  const project = await createCliProject({ DATABASE_URL: "" });
  try {
    for (const command of [["apply"], ["plan"], ["init", "new"]]) {
      const { code, stderr } = await project.run(...command);
      expect(code).toBe(3);
      expect(stderr).toMatch(/^config_invalid: .*DATABASE_URL: /);
    }
  } finally {
    await project.remove();
  }
});

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)("apply", () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    let label: string;
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(songTable);
      const url = new URL(opened.url ?? "");
      label = `database ${url.pathname.slice(1)} on ${url.host}`;
      url.password = "verysecret";
      project = await createCliProject({ DATABASE_URL: url.href });
      await project.write({ "definitions/index.ts": songDefinitions() });
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });

    test("reports an empty database and the command to run first", async () => {
      const { code, stderr } = await project.run("get", "song", "1");
      expect(code).toBe(4);
      expect(stderr).toMatch(/^migrations_pending: .*\bfeatstore apply\b/);
      expect(stderr).toContain(label);
    });

    test("--dry-run prints the plan and writes nothing", async () => {
      const planned = await project.run("plan");
      expect(planned.stdout).toMatch(/song_profile@1: new$/m);
      expect(await project.run("apply", "--dry-run")).toEqual(planned);
      const schemas = await opened.database.query({ text: "select to_regnamespace('featstore')::text as name" });
      expect(schemas).toEqual([{ name: null }]);
    });

    test("names the database without the password", async () => {
      const { stdout } = await project.run("apply");
      expect(stdout).toMatch(/\brevision \d/);
      expect(stdout).toContain(label);
      expect(stdout).not.toContain("verysecret");
      expect((await project.run("apply")).stdout).toContain(label);
      expect((await project.json("apply")).document).toMatchObject({ database: label });
    });

    test("reports names that do not point to the newest version: before its first run, and after a rollback", async () => {
      await project.run("materialize");
      const second = songDefinitions({ version: 2, features: "plays: count().describe('Plays')" });
      await project.write({ "definitions/index.ts": second.replace(/export const shelf.*/, "") });
      expect((await project.run("apply")).stdout).toMatch(/^"song_profile" .*version 1.*version 2/m);
      await project.run("materialize");
      expect((await project.run("apply")).stdout).not.toMatch(/^"song_profile" /m);
      expect(await project.run("rollback", "song_profile")).toMatchObject({ code: 0 });
      expect((await project.run("apply")).stdout).toMatch(
        /song_profile is rolled back to @1; .*featstore promote song_profile@2/,
      );
    });
  });
}
