import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { bundleCommand } from "../helpers/bundle-child";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)("stopping a scaffolded project's server", () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    let child: ChildProcess | undefined;
    beforeAll(async () => {
      opened = await target.open();
      project = await createCliProject();
      expect(await project.run("init")).toMatchObject({ code: 0 });
      // Stands in for the installed command: a bundle of the sources.
      const command = join("node_modules/.bin/featstore");
      await project.write({
        [command]: `#!/bin/sh\nexec "${process.execPath}" "${await bundleCommand()}" "$@"\n`,
      });
      await chmod(join(project.folder, command), 0o755);
    });
    afterAll(async () => {
      if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await project?.remove();
      await opened?.drop();
    });

    test("SIGTERM to npm run serve reaches the server, which exits with code 0", async () => {
      child = spawn("npm", ["run", "--silent", "serve", "--", "--port", "0", "--json"], {
        cwd: project.folder,
        // Its own process group, so that the test can stop all of it.
        detached: true,
        stdio: ["ignore", "pipe", "ignore"],
        env: {
          ...{ PATH: process.env.PATH, HOME: project.folder, HOST: "127.0.0.1", DATABASE_URL: opened.url },
          FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
          FEATSTORE_LOG_FILE: join(project.folder, "server.log"),
        },
      });
      if (child.stdout === null) throw new Error("stdout is a pipe");
      const lines = createInterface({ input: child.stdout });
      const [line] = await once(lines, "line");
      const { url } = JSON.parse(line) as { url: string };
      expect((await fetch(`${url}/livez`, { headers: { connection: "close" } })).status).toBe(200);
      // The pipe closes when the last process that holds it has ended: npm and the server.
      const closed = once(child, "close");
      child.kill("SIGTERM");
      expect((await closed)[0]).toBe(0);
      await expect(fetch(`${url}/livez`)).rejects.toThrow();
    });
  });
}
