import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleCommand } from "../helpers/bundle-child";
import { type CliProject, createCliProject, songDefinitions } from "./cli";

// Here, as for users, the server runs in another process.
let project: CliProject;
let server: ChildProcess;
let url = "";

beforeAll(async () => {
  project = await createCliProject();
  // Generate the sample first, while no server holds the folder.
  expect(await project.run("sample", "generate", "--tracks", "20", "--analyses", "40")).toMatchObject({ code: 0 });
  server = spawn(process.execPath, [await bundleCommand(), "serve", "--port", "0", "--json"], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...project.environment, HOST: "127.0.0.1" },
  });
  if (server.stdout === null) throw new Error("stdout is a pipe");
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  url = JSON.parse(line).url;
}, 120_000);

afterAll(async () => {
  server?.kill("SIGKILL");
  await project?.remove();
});

test("the server serves a view that a command applied and materialized, without a restart", async () => {
  await project.write({
    "definitions/index.ts": songDefinitions({ table: "tracks" }),
  });
  expect(await project.run("apply")).toMatchObject({ code: 0, stderr: "" });
  const created = await project.json("keys", "create", "--name", "test");
  const { key } = created.document as { key: string };
  const read = async () => {
    const response = await fetch(`${url}/api/features/7?features=song_profile`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: response.status, body: await response.json() };
  };
  // The command ends once the server serves what it published.
  expect(await project.json("materialize")).toMatchObject({ code: 0, document: { served: true } });
  expect(await read()).toMatchObject({
    status: 200,
    body: { song_id: 7, status: "complete", features: { song_profile: { plays: 1 } } },
  });
});

test("backfill ends once the server serves what it published", async () => {
  expect(await project.json("backfill", "song_profile")).toMatchObject({ code: 0, document: { served: true } });
});

test("SIGTERM stops the server with exit code 0 and releases the folder", async () => {
  server.kill("SIGTERM");
  const [code] = await once(server, "exit");
  expect(code).toBe(0);
  expect((await project.run("doctor")).stdout).toContain("not in use");
});
