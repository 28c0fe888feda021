import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { compareWithTables } from "../acceptance/served-differences";
import { type ServerProcess, startServerProcess } from "../acceptance/server-process";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { runShellPage } from "./run-shell-page";

// Restored into another PostgreSQL server, where numbers of transactions mean something else.
const anotherServer = process.env.TEST_HOSTILE_DATABASE_URL;
const programs = process.env.TEST_POSTGRES_PROGRAMS;
const [, target] = testDatabases("main");
const skip = target === undefined || target.skip || anotherServer === undefined || programs === undefined;

describe.skipIf(skip)("docs/backup-restore-upgrade.md", { timeout: 240_000 }, () => {
  const name = `restored_${process.pid}`;
  const administratorUrl = anotherServer ?? "postgres://none";
  const restoredUrl = Object.assign(new URL(administratorUrl), { pathname: `/${name}` }).href;
  const secrets = { FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef" };
  let original: OpenTestDatabase;
  let project: CliProject;
  let server: ServerProcess;
  let key: string;
  let outputs: readonly string[];

  const administer = async (url: string, text: string) => {
    const database = createPostgresDatabase({ url, poolSize: 1 });
    await database.query({ text }).finally(() => database.close());
  };

  beforeAll(async () => {
    if (target === undefined) return;
    original = await target.open();
    await administer(administratorUrl, `create database ${name}`);
    const url = original.url ?? "";
    project = await createCliProject({ DATABASE_URL: url, ...secrets });
    const dataFolder = join(project.folder, ".featstore");
    const restoredFolder = join(project.folder, "restored");
    await mkdir(restoredFolder);
    const { document } = await project.json("sample", "load", "--publish");
    ({ key } = document as { key: string });
    // A generation in two layers, as incremental runs leave it, and a file in the data folder.
    await administer(url, "update analyses set confidence = 0.125 where speech_id = 7");
    expect(await project.run("materialize", "--incremental")).toMatchObject({ code: 0 });
    expect(await project.run("dataset", "build", "state_of_the_union")).toMatchObject({ code: 0 });
    outputs = await runShellPage("docs/backup-restore-upgrade.md", {
      folder: project.folder,
      environment: {
        ...secrets,
        DATABASE_URL: url,
        FEATSTORE_DATA_DIR: dataFolder,
        RESTORED_URL: restoredUrl,
        RESTORED_DATA_DIR: restoredFolder,
      },
      programs: [programs ?? ""],
    });
    server = await startServerProcess(project.folder, restoredUrl, { ...secrets, FEATSTORE_DATA_DIR: restoredFolder });
  });
  afterAll(async () => {
    await server?.end("SIGTERM");
    await project?.remove();
    await original?.drop();
    await administer(administratorUrl, `drop database if exists ${name} with (force)`);
  });

  test("a restored server answers a key of the dump with every value of the tables", async () => {
    const { values, differences } = await compareWithTables({ url: server.url, key, databaseUrl: restoredUrl });
    expect(differences).toEqual([]);
    expect(values).toBeGreaterThan(5_000);
  });

  test("files of datasets are served from the restored data folder", async () => {
    const path = "/api/datasets/state_of_the_union/snapshots/latest/files/README.md";
    const response = await fetch(`${server.url}${path}`, { headers: { "x-api-key": key } });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("State of the Union")]);
  });

  test("the first run after a restore is full and says why; the next one is incremental", async () => {
    expect(outputs.at(-1)).toContain("everything was computed: there is no earlier run to find changes since");
    const environment = { DATABASE_URL: restoredUrl, FEATSTORE_DATA_DIR: join(project.folder, "restored"), ...secrets };
    const restored = await createCliProject(environment);
    const { document } = await restored.json("materialize", "--incremental");
    const { views } = document as { views: readonly { kind: string }[] };
    expect(views.map(({ kind }) => kind)).toEqual(views.map(() => "incremental"));
    await restored.remove();
  });
});
