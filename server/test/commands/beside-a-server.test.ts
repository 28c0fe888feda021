import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProject, createCliProject, songDefinitions } from "./cli";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

// The one test in which the server is another process, as it is for people.
let project: CliProject;
let server: ChildProcess;
let url = "";

beforeAll(async () => {
  project = await createCliProject();
  // Sample first, by a command that has the folder to itself.
  expect(await project.run("sample", "generate", "--tracks", "20", "--analyses", "40")).toMatchObject({ code: 0 });
  const register = join(dirname(createRequire(import.meta.url).resolve("jiti")), "jiti-register.mjs");
  server = spawn(
    process.execPath,
    ["--import", register, `${repository}/server/src/cli.ts`, "serve", "--port", "0", "--json"],
    {
      cwd: project.folder,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        ...project.environment,
        HOST: "127.0.0.1",
        JITI_ALIAS: JSON.stringify({ "@featstore/definitions": `${repository}/feature-definitions/src/index.ts` }),
      },
    },
  );
  if (server.stdout === null) throw new Error("stdout is a pipe");
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  url = JSON.parse(line).url;
}, 120_000);

afterAll(async () => {
  server?.kill("SIGKILL");
  await project?.remove();
});

test("a view applied and materialized beside the server is read from it without a restart", async () => {
  await project.write({
    "definitions/index.ts": songDefinitions({ table: "tracks" }),
  });
  expect(await project.run("apply")).toMatchObject({ code: 0, stderr: "" });
  expect(await project.run("materialize")).toMatchObject({ code: 0 });
  const created = await project.json("keys", "create", "--name", "test");
  const { key } = created.document as { key: string };
  const read = async () => {
    const response = await fetch(`${url}/api/features/7?features=song_profile`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: response.status, body: await response.json() };
  };
  await expect.poll(async () => (await read()).status, { timeout: 10_000 }).toBe(200);
  expect((await read()).body).toMatchObject({
    song_id: 7,
    status: "complete",
    features: { song_profile: { plays: 1 } },
  });
});

test("SIGTERM ends the server with exit code 0, and the folder is free again", async () => {
  server.kill("SIGTERM");
  const [code] = await once(server, "exit");
  expect(code).toBe(0);
  expect((await project.run("doctor")).stdout).toContain("held by nobody");
});
