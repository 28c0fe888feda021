import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectDefinitions } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../../../server/src/core/config";
import { SCOPES } from "../../../server/src/core/scopes";
import type { Database } from "../../../server/src/database/database";
import { openPgliteDatabase } from "../../../server/src/database/pglite-database";
import { createDeps, type Deps } from "../../../server/src/deps";
import { createEngine } from "../../../server/src/engine/index";
import { type RunningServer, serve } from "../../../server/src/main";
import { apply } from "../../../server/src/registry/apply";
import { createRegistryStore } from "../../../server/src/registry/registry-store";
import { pgliteImage } from "../../../server/test/helpers/pglite-image";
import { BadRequestError, type Client, createClient, GoneError, TrainingSetFailedError } from "../src/index";
import { listening } from "./support/listening";

// Tests the client's training sets against a real server on the embedded database.

let folder: string;
let database: Database;
let deps: Deps;
let server: RunningServer;
let client: Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "featstore-client-"));
  database = await openPgliteDatabase({ image: await pgliteImage("empty") });
  await database.script(`
    create extension vector;
    create table play_events (id bigint, track_id bigint, played_at timestamptz, seconds float8, player text, serial bigint, raw jsonb, sound vector(3));
    insert into play_events select i, i % 5, timestamptz '2026-01-01Z' + i * interval '1 hour', i, 'web', 9007199254740993 + i, null, null
      from generate_series(0, 99) as i;`);
  const env = {
    PORT: "0",
    HOST: "127.0.0.1",
    FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
    FEATSTORE_LOG_LEVEL: "silent",
  };
  deps = await createDeps(loadConfig({ env, folder }), { database });
  const registry = createRegistryStore(database);
  const definitions = collectDefinitions([{ listening }]);
  await apply({ registry, catalog: createEngine(database) }, definitions, { appliedBy: "test" });
  server = await serve(deps);
  const { key } = await deps.keys.create({ name: "client", scopes: SCOPES, tenant: null });
  client = createClient({ baseUrl: server.url, apiKey: key });
});

afterAll(async () => {
  await server?.close();
  await deps?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

const features = [listening.pick("plays_7d")];

test("creates training sets from a CSV stream and from rows with a label, and deletes them", async () => {
  const lines = Array.from(
    { length: 50 },
    (_, index) => `${index % 5},2026-01-0${1 + (index % 4)}T00:00:00Z,${index}\n`,
  );
  const data = ReadableStream.from([Buffer.from("track_id,as_of,note\n"), ...lines.map((line) => Buffer.from(line))]);
  const labels = [{ feature: listening.pick("serial"), horizon: "5h", name: "next" }];
  const options = { features, labels, format: "csv", columns: ["note"] } as const;
  const set = await client.trainingSets.create({ ...options, spine: { format: "csv", data } }).wait({ everyMs: 10 });
  const { stream, sha256 } = await set.download();
  const path = join(folder, "train.csv");
  await writeFile(path, stream);
  const bytes = await readFile(path);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
  expect(bytes.toString().split("\n").slice(0, 2)).toEqual([
    "track_id,as_of,note,listening@2.plays_7d,next",
    "0,2026-01-01T00:00:00.000000Z,0,1,9007199254740998",
  ]);

  const rows = lines.map((line) => {
    const [track_id = "", as_of = "", note = ""] = line.trimEnd().split(",");
    return { track_id: BigInt(track_id), as_of, note: Number(note) };
  });
  const same = await client.trainingSets.create({ ...options, rows }).wait({ everyMs: 10 });
  expect(same.manifest).toMatchObject({ result: { sha256 }, labels: [{ name: "next", rows: { not_known_yet: 0 } }] });
  expect((await client.trainingSets.rerun(set.id).wait({ everyMs: 10 })).manifest).toMatchObject({
    rerun: { of: set.id, same: true },
  });

  expect(await set.delete()).toMatchObject({ id: set.id, state: "deleted", manifest: null });
  await expect(set.download()).rejects.toBeInstanceOf(GoneError);
  expect((await client.trainingSets.get(same.id)).state).toBe("finished");
});

test("reports faults with their position, before or after the answer", async () => {
  const spine = { format: "csv", data: "track_id,as_of\n7,yesterday\n" } as const;
  const refused = await client.trainingSets.create({ features, spine }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BadRequestError);
  expect(refused).toMatchObject({ code: "spine_time_invalid", problem: { errors: [{ path: "line 2, as_of" }] } });

  const rows = Array.from({ length: 40 }, (_, index) => ({
    track_id: index % 5,
    as_of: `2026-01-02T${String(Math.floor(index / 5)).padStart(2, "0")}:00:00Z`,
    hit: 5 + Math.floor((Math.floor(index / 5) - (index % 5) + 4) / 5),
  }));
  const leaking = client.trainingSets.create({ features, rows, labelColumn: "hit" });
  const failed = await leaking.wait({ everyMs: 10 }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(TrainingSetFailedError);
  expect(failed).toMatchObject({
    failure: { code: "training_set_leaks", errors: [{ path: "listening@2.plays_7d" }] },
  });
});
