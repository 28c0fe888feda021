import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createDeps } from "../../src/deps";
import { serve } from "../../src/main";
import { createRunLog } from "../../src/materialization/run-log";
import { createReadStore } from "../../src/usage/read-store";
import { type CliProject, createCliProject, songDefinitions, songTable } from "./cli";

let project: CliProject;

beforeAll(async () => {
  project = await createCliProject();
});
afterAll(() => project?.remove());

test("plan and retire list the keys that read a view, online and by training sets, until they are revoked", async () => {
  const ok = async (...line: string[]) => {
    const outcome = await project.run(...line);
    expect(outcome).toMatchObject({ code: 0 });
    return outcome.stdout;
  };
  const keyOf = async (name: string) =>
    (await project.json("keys", "create", "--name", name, "--scopes", "features:read,training:read,training:write"))
      .document as { id: string; key: string };

  const env = { ...project.environment, PORT: "0", HOST: "127.0.0.1" };
  const deps = await createDeps(loadConfig({ env, folder: project.folder }));
  const server = await serve(deps);
  await deps.database.script(songTable);
  await project.write({ "definitions/index.ts": songDefinitions() });
  await ok("apply");
  await ok("materialize");
  const [ranking, training] = [await keyOf("ranking"), await keyOf("training")];
  const request = (path: string, { key }: { readonly key: string }, init: RequestInit = {}) =>
    fetch(`${server.url}/api/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    });
  await deps.registry.refresh();
  for (const id of ["1", "2"]) expect((await request(`features/${id}`, ranking)).status).toBe(200);
  const started = await request("training-sets", training, {
    method: "POST",
    body: JSON.stringify({ service: "shelf", rows: [{ song_id: "1", as_of: "2026-06-01T00:00:00Z" }] }),
  });
  expect(started.status).toBe(202);
  const { id } = (await started.json()) as { id: string };
  await expect.poll(async () => (await request(`training-sets/${id}/data`, training)).status).toBe(200);
  await server.close();
  await deps.close();
  const database = await project.open();

  const today = new Date().toISOString().slice(0, 10);
  await project.write({
    "definitions/index.ts": songDefinitions({ version: 2, features: "plays: count()" }).replace(
      /export const shelf.*\n/,
      "",
    ),
  });
  const planned = await project.json("plan");
  expect(planned.document).toMatchObject({
    views: [
      {
        name: "song_profile",
        keys: [
          { id: ranking.id, name: "ranking", version: 1, last_read_on: today },
          { id: training.id, name: "training", version: 1 },
        ],
      },
    ],
  });
  expect(JSON.stringify(planned.document)).not.toContain(ranking.key);
  expect(await ok("plan")).toContain(`ranking (${ranking.id}) version 1 on ${today}`);
  await ok("keys", "revoke", ranking.id);
  expect(await ok("plan")).not.toContain("ranking");

  const reads = createReadStore(database);
  const unknown = [
    { keyId: training.id, view: "song_profile", version: 9 },
    { keyId: "nobody", view: "song_profile", version: 1 },
  ];
  await database.query({
    text: "select featstore.note_reads($1::text::jsonb)::text",
    parameters: [JSON.stringify(unknown)],
  });
  expect(await reads.readers()).toHaveLength(1);
  await database.script("update featstore.view_reads set last_read_on = last_read_on - 31");
  expect(await reads.readers()).toEqual([]);
  await database.script("update featstore.view_reads set last_read_on = last_read_on - 10");
  await createRunLog(database).sweep([]);
  expect(await database.query({ text: "select 1 as one from featstore.view_reads" })).toEqual([]);
});
