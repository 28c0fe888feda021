import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectDefinitions } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, expect, test } from "vitest";
import { declarations } from "../../../server/src/cli/types/declarations";
import { loadConfig } from "../../../server/src/core/config";
import { SCOPES } from "../../../server/src/core/scopes";
import type { Database } from "../../../server/src/database/database";
import { isSurelyDead, thisProcess } from "../../../server/src/database/lease-holder";
import { openPgliteDatabase } from "../../../server/src/database/pglite-database";
import { createDeps, type Deps } from "../../../server/src/deps";
import { createEngine } from "../../../server/src/engine/index";
import { type RunningServer, serve } from "../../../server/src/main";
import { materialize } from "../../../server/src/materialization/materialize";
import { createRunLog } from "../../../server/src/materialization/run-log";
import { apply } from "../../../server/src/registry/apply";
import { createRegistryStore } from "../../../server/src/registry/registry-store";
import { pgliteImage } from "../../../server/test/helpers/pglite-image";
import { decodeBatch } from "../src/arrow";
import { AuthenticationError, BadRequestError, type Client, createClient, NotFoundError } from "../src/index";
import { listening, platform, radio, sounds, traffic, tuner } from "./support/listening";

// Tests the client against a real server on the embedded database.

let folder: string;
let database: Database;
let deps: Deps;
let server: RunningServer;
let client: Client;
let connection: { readonly baseUrl: string; readonly apiKey: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "featstore-client-"));
  database = await openPgliteDatabase({ image: await pgliteImage("empty") });
  await database.script(`
    create extension vector;
    create table play_events (id bigint, track_id bigint, played_at timestamptz, seconds float8, player text, serial bigint, raw jsonb, sound vector(3));
    insert into play_events values
      (1, 7, now() - interval '1 day', 10.5, 'web', 9007199254740993, '{"a": [1]}', '[1,2,3]'),
      (2, 7, now() - interval '2 days', 4, null, 5, null, null),
      (3, 8, now() - interval '60 days', null, 'phone', -9223372036854775808, null, '[0,0,1]');
    create table stops (station text, platform int, stopped_at timestamptz);
    insert into stops values ('Köln, Hbf', 7, now() - interval '1 hour');`);
  const env = {
    PORT: "0",
    HOST: "127.0.0.1",
    FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
    FEATSTORE_LOG_LEVEL: "silent",
  };
  deps = await createDeps(loadConfig({ env, folder }), { database });
  const registry = createRegistryStore(database);
  const offline = createRunLog(database);
  const definitions = collectDefinitions([{ listening, sounds, traffic, radio, tuner }]);
  const applied = await apply({ registry, catalog: createEngine(database) }, definitions, {
    appliedBy: "test",
  });
  expect(applied.plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const { views } = await materialize({
    registry,
    offline,
    engine: createEngine(database),
    holder: await thisProcess(),
    isDead: isSurelyDead,
  });
  expect(views.map(({ state }) => state)).toEqual(["published", "published", "published"]);
  await deps.registry.refresh();
  server = await serve(deps);
  const { key } = await deps.keys.create({ name: "client", scopes: SCOPES, tenant: null });
  connection = { baseUrl: server.url, apiKey: key };
  client = createClient(connection);
});

afterAll(async () => {
  await server?.close();
  await deps?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("reads features computed from inputs, singly and in a batch", async () => {
  const row = await client.features.get(7, {
    service: tuner,
    inputs: { later: 1n, heard: new Float32Array([2, 4, 6]) },
    metadata: true,
  });
  expect(row.features.computed.next).toBe(9007199254740994n);
  expect(row.features.computed.likeness).toBeCloseTo(1, 6);
  expect(row.computedMetadata).toEqual({
    service: "tuner@1",
    types: { next: "int64", likeness: "float64" },
    defaulted: [],
  });
  const { rows, columns } = await client.features.getBatch({
    ids: [8, 7, 1000],
    service: tuner,
    inputs: { later: 2n },
    inputsByRow: [{ later: 1n, heard: [0, 0, -2] }, {}, {}],
  });
  expect(columns.slice(-2)).toEqual(["computed.next", "computed.likeness"]);
  expect(rows.map(({ features }) => features.computed)).toEqual([
    { next: null, likeness: expect.closeTo(-1, 6) },
    { next: 9007199254740995n, likeness: 0 },
    { next: null, likeness: 0 },
  ]);
  await expect(client.features.getBatch({ ids: [7], service: tuner })).rejects.toMatchObject({
    name: "BadRequestError",
    code: "input_missing",
  });
});

test("reads a row by definitions, with typed values", async () => {
  const row = await client.features.get(7, { features: [listening, sounds.pick("sound")], metadata: true });
  expect(row).toMatchObject({
    id: 7,
    status: "complete",
    features: {
      listening: { plays_7d: 2, player: "web", serial: 9007199254740993n, raw: { a: [1] } },
      sounds: { sound: [1, 2, 3] },
    },
    views: { listening: "complete", sounds: "complete" },
    metadata: { listening: { version: 2, generation: 1 } },
  });
  expect(row.requestId).not.toBeNull();
});

test("reads the same row by names and by a service", async () => {
  const named = await client.features.get("7", { features: ["listening.serial"] });
  expect(named.features).toEqual({ listening: { serial: "9007199254740993" } });
  const served = await client.features.get(7n, { service: radio });
  expect(served.features).toEqual({ listening: { serial: 9007199254740993n, plays_7d: 2 }, sounds: { seconds: 10.5 } });
  const all = await client.features.get(7, { entity: "track" });
  expect(Object.keys(all.features).sort()).toEqual(["listening", "sounds"]);
});

test("reads a batch in order, with repeats, an expired and an unknown entity", async () => {
  const ids = [8, 7, "999", 7];
  const batch = await client.features.getBatch({ ids, features: [listening.pick("serial"), sounds.pick("seconds")] });
  expect(batch.columns).toEqual(["listening.serial", "sounds.seconds"]);
  expect(batch.values).toEqual([
    [null, null],
    [9007199254740993n, 10.5],
    [null, null],
    [9007199254740993n, 10.5],
  ]);
  expect(batch.rows.map(({ id, status, views }) => [id, status, views.listening])).toEqual([
    [8, "partial", "expired"],
    [7, "complete", "complete"],
    ["999", "unknown_entity", "unknown_entity"],
    [7, "complete", "complete"],
  ]);
  const complete = await client.features.getBatch({ ids: [7], service: radio });
  expect(complete.rows[0]?.views).toEqual({ listening: "complete", sounds: "complete" });
});

test("sends a composite key in a path and in a body", async () => {
  const key = { platform: 7, station: "Köln, Hbf" };
  const single = await client.features.get(key, { features: [traffic] });
  expect(single.features).toEqual({ traffic: { stops_1d: 1 } });
  const { rows } = await client.features.getBatch({ ids: [key], features: ["traffic"], entity: platform });
  expect(rows[0]?.features).toEqual({ traffic: { stops_1d: 1 } });
});

test("reads embeddings, views and services", async () => {
  const { embeddings, status } = await client.embeddings.get(7, { embedding: sounds.pick("sound") });
  expect(status).toBe("complete");
  expect(Object.values(embeddings)).toEqual([
    { space: "sound-3", dimensions: 3, metric: "cosine", status: "complete", vector: [1, 2, 3] },
  ]);
  expect((await client.featureViews.list()).map(({ name }) => name)).toEqual(["listening", "sounds", "traffic"]);
  expect((await client.featureViews.get("listening")).versions.map(({ version }) => version)).toEqual([2]);
  expect((await client.featureViews.getVersion("listening", 2)).features.map(({ name }) => name)).toContain("serial");
  expect((await client.featureServices.list()).map(({ name }) => name)).toEqual(["radio", "tuner"]);
});

test("error answers have the server's code and request id", async () => {
  const error = await client.features.get(7, { features: ["listenin"] }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({ code: "feature_view_not_found", requestId: expect.any(String) });
  await expect(client.features.get("seven", { features: ["listening"] })).rejects.toBeInstanceOf(BadRequestError);
  const stranger = createClient({ baseUrl: server.url, apiKey: "no-key" });
  await expect(stranger.featureViews.list()).rejects.toBeInstanceOf(AuthenticationError);
});

test("supports services, metadata, budgets, faulty ids, as-of reads and Arrow", async () => {
  const ids = [7, "x"];
  const requestOptions = {
    ids,
    services: [radio],
    onInvalidId: "null",
    metadata: true,
    latencyBudgetMs: 2000,
  } as const;
  const batch = await client.features.getBatch(requestOptions);
  expect(batch.rows.map(({ status }) => status)[1]).toBe("invalid_id");
  expect(batch.errors).toMatchObject([{ position: 1, code: "id_invalid" }]);
  for (const view of Object.values(batch.metadata ?? {})) expect(view.age_seconds).toBeGreaterThanOrEqual(0);
  const then = await client.features.get(7, { features: [listening], asOf: new Date(Date.now() - 36 * 3_600_000) });
  const now = await client.features.get(7, { features: [listening] });
  expect([then.features.listening.serial, now.features.listening.serial]).toEqual([5n, 9007199254740993n]);
  const present = await client.features.get(7, { features: [sounds] });
  const past = await client.features.get(7, { features: [sounds], asOf: new Date() });
  expect(past.features).toEqual(present.features);
  const chosen = { service: tuner, inputs: { later: 1n, heard: new Float32Array([2, 4, 6]) } };
  const computed = await client.features.get(7, chosen);
  const computedThen = await client.features.get(7, { ...chosen, asOf: new Date() });
  expect(computedThen.features).toEqual(computed.features);
  const { bytes } = await client.features.getBatchArrow(requestOptions);
  // An Arrow stream starts with a continuation marker.
  expect(new DataView(bytes.buffer).getInt32(0, true)).toBe(-1);
});

test("the types that `featstore types` writes are those of the type tests", async () => {
  const text = declarations(await createRegistryStore(database).snapshot());
  await expect(text).toMatchFileSnapshot("./golden/featstore-types.d.ts");
});

test("manages keys, and reads usage, runs, profiles and health", async () => {
  const { key, id } = await client.keys.create({ name: "second", scopes: ["features:read"], limits: { burst: 5 } });
  const second = createClient({ baseUrl: server.url, apiKey: key });
  expect((await second.features.get(7, { features: ["listening"] })).status).toBe("complete");
  const rotated = await client.keys.rotate(id, { graceSeconds: 0 });
  expect((await client.keys.get(id)).replaced_by).toBe(rotated.id);
  expect((await client.keys.update(rotated.id, { name: "third", disabled: true })).state).toBe("disabled");
  expect((await client.keys.revoke(rotated.id)).state).toBe("revoked");
  expect((await client.keys.list()).map(({ name }) => name)).toContain("third");
  await expect(client.keys.update(rotated.id, { name: "fourth" })).rejects.toMatchObject({ name: "ConflictError" });
  expect((await client.usage.get({ by: "operation" })).usage.map(({ operation }) => operation)).toContain("createKey");
  const runs: string[] = [];
  for await (const { view, state } of client.runs.list({ limit: 1 })) runs.push(`${view} ${state}`);
  expect(runs.sort()).toEqual(["listening published", "sounds published", "traffic published"]);
  expect((await client.featureViews.profile("listening")).features.serial?.type).toBe("int64");
  await expect(client.featureViews.drift("listening")).rejects.toMatchObject({ name: "NotFoundError" });
  expect((await client.health()).status).toBe("ok");
});

test("decodes a batch to a typed table", async () => {
  const batch = await client.features.getBatchArrow({ ids: [7, 8], features: [listening.pick("serial"), sounds] });
  const table = decodeBatch(batch);
  expect(table.getChild("listening.serial")?.toJSON()).toEqual([9007199254740993n, null]); // expired
  expect(table.getChild("sounds.sound")?.get(0)?.toJSON()).toEqual([1, 2, 3]);
});

test("reads that share a request give what single reads give, errors included", async () => {
  const batching = createClient({ ...connection, batch: { maxRows: 3 } });
  const ids = [7, 8n, "999", "x", "7.0", 2n ** 63n, "007", "-", { track_id: 7 }, 7, "a".repeat(3000)];
  const key = { platform: 7, station: "Köln, Hbf" };
  const keys = [key, { ...key, platform: 8 }, { station: "x", platform: "y" }, { station: "x", platform: 2n ** 40n }];
  const readAll = (by: Client) => [
    ...ids.map((id) => by.features.get(id, { features: [listening, sounds] })),
    ...ids.map((id) => by.features.get(id, { features: ["listening.raw", "sounds"] })),
    ...ids.map((id) => by.features.get(id, { service: radio })),
    ...ids.map((id) => by.features.get(id, { service: tuner, inputs: { later: 1n } })),
    ...ids.map((id) => by.features.get(id, { services: [radio], latencyBudgetMs: 2000 })),
    ...ids.map((id) => by.features.get(id, { entity: "track" })),
    ...ids.slice(0, 3).map((id) => by.features.get(id, { features: ["nothing"] })),
    ...keys.map((id) => by.features.get(id, { features: [traffic] })),
  ];
  const outcomes = async (reads: readonly Promise<{ readonly requestId: string | null }>[]) =>
    (await Promise.allSettled(reads)).map((read) => {
      if (read.status === "fulfilled") return { ...read.value, requestId: null };
      const { name, status, code, detail, errors } = read.reason;
      return { name, status, code, detail, errors };
    });
  const [single, shared] = [await outcomes(readAll(client)), await outcomes(readAll(batching))];
  expect(shared).toEqual(single);
  expect(new Set(single.map((outcome) => ("code" in outcome ? outcome.code : "row")))).toEqual(
    new Set(["row", "id_invalid", "id_not_exact", "id_too_long", "feature_view_not_found"]),
  );
});

test("a key with another name than the entity's is refused, also when reads share a request", async () => {
  const named = { name: "InvalidCallError", message: expect.stringMatching(/"track_id".*"artist_id"/) };
  const id = { artist_id: 7 };
  await expect(client.features.get(id, { features: ["listening"] })).rejects.toMatchObject(named);
  await expect(client.embeddings.get(id, { embedding: "sounds.sound" })).rejects.toMatchObject(named);
  const batching = createClient({ ...connection, batch: true });
  const [right, wrong] = await Promise.allSettled(
    [7, id].map((each) => batching.features.get(each, { features: ["listening"] })),
  );
  expect(right?.status).toBe("fulfilled");
  expect(wrong).toMatchObject({ status: "rejected", reason: named });
});

test("streams more rows than one request has, and tells what is left of the limits", async () => {
  const batching = createClient({ ...connection, batch: { maxRows: 2 } });
  const serials: unknown[] = [];
  for await (const { features } of batching.features.stream([7, 8, 7, 9, 7], { features: [listening.pick("serial")] }))
    serials.push(features.listening.serial);
  expect(serials).toEqual([9007199254740993n, null, 9007199254740993n, null, 9007199254740993n]);
  const { response } = await client.featureViews.list().withResponse();
  expect(response.limits[0]).toEqual({
    name: "key",
    remaining: expect.any(Number),
    resetSeconds: expect.any(Number),
  });
});
