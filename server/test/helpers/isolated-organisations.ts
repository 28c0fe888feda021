import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  dataset,
  entity,
  featureService,
  featureView,
  int64,
  latest,
  source,
  string,
  vector,
} from "@featstore/definitions";
import { SCOPES } from "../../src/core/scopes";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createDatasetDefinitions } from "../../src/datasets/definition-store";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { createRegistryStore } from "../../src/registry/registry-store";
import { startPeople } from "./people";

const SETTINGS = `limits: { failed_attempts: 1000000 }
tiers:
  default: free
  levels:
    free: { requests_per_second: 100000, burst: 1000000, requests_per_month: 1000000, exports: 1000, resources: ["*"] }
    shared: { requests_per_second: 100000, burst: 1000000, requests_per_month: 1000000, exports: 1000, resources: ["shared_*"] }
    nothing: { requests_per_second: 100000, burst: 1000000, requests_per_month: 1000000 }
`;

const TABLES = `
create extension if not exists vector;
create table owned (id bigint generated always as identity primary key, song_id bigint, tenant text, label text, shape vector(2), made_at timestamptz);
create table shared (like owned including all)`;

const song = entity({ name: "song", key: { song_id: int64() } });
const columns = { label: string().nullable(), shape: vector(2).nullable() };
const base = { key: { song_id: int64() }, eventTime: "made_at", tieBreak: "id", history: "events", columns } as const;
const ownedSource = source({ ...base, name: "owned", table: "owned", tenant: "tenant" });
const sharedSource = source({ ...base, name: "shared", table: "shared" });
const ownedSongs = featureView({
  name: "owned_songs",
  version: 1,
  entity: song,
  from: ownedSource,
  features: (row) => ({ label: latest(row.label), shape: latest(row.shape).space("shapes", { metric: "cosine" }) }),
});
const sharedSongs = featureView({
  name: "shared_songs",
  version: 1,
  entity: song,
  from: sharedSource,
  features: (row) => ({ label: latest(row.label), shape: latest(row.shape).space("shapes", { metric: "cosine" }) }),
});
const shelf = featureService({ name: "shelf", version: 1, features: [sharedSongs.pick("label")] });

/** Two datasets of the same rows. */
const datasets = (["shared_labels", "owned_labels"] as const).map(
  (name) =>
    dataset({
      name,
      from: shelf,
      columns: (row) => ({ label: row.shared_songs.label.describe("Its label") }),
      title: "Labels",
      purpose: "Tests",
      provenance: ["The table"],
      licence: "CC0-1.0",
      cadence: "Never",
      contact: "data@example.com",
      access: name === "shared_labels" ? "public" : "key",
    }).ir,
);

export interface OwnedRow {
  readonly song: number;
  readonly tenant: string;
  readonly label: string;
}

/**
 * Starts the application with people, whose organisations read a view with tenants, `owned_songs`, and one without,
 * `shared_songs`, and two datasets without snapshots: `shared_labels`, which is public, and `owned_labels`.
 */
export async function startOrganisations(database: Database, owned: readonly OwnedRow[]) {
  const folder = mkdtempSync(join(tmpdir(), "featstore-organisations-"));
  const file = join(folder, "featstore.config.yaml");
  writeFileSync(file, SETTINGS);
  await database.script(TABLES);
  await database.query({
    text: `with given as (select * from jsonb_to_recordset($1::text::jsonb) as g (song bigint, tenant text, label text)),
      common as (insert into shared (song_id, label, shape, made_at)
        select song, 'shared ' || song, '[1,1]', timestamptz '2026-01-01Z' from generate_series(1, 4) as song)
      insert into owned (song_id, tenant, label, shape, made_at)
        select song, tenant, label, '[1,0]', timestamptz '2026-01-01Z' from given`,
    parameters: [JSON.stringify(owned)],
  });
  const registry = createRegistryStore(database);
  const definitions = { featureViews: [ownedSongs.ir, sharedSongs.ir], featureServices: [shelf.ir] };
  const catalog = createEngine(database);
  const { plan } = await apply({ registry, catalog }, definitions, { appliedBy: "tester" });
  if (plan.outcome === "refused") throw new Error(JSON.stringify(plan));
  await createDatasetDefinitions(database).apply(datasets, "tester");
  const offline = createRunLog(database);
  await materialize(
    { registry, offline, engine: createEngine(database), holder: await thisProcess(), isDead: isSurelyDead },
    {},
  );
  const people = await startPeople(database, {
    env: { FEATSTORE_CONFIG: file, FEATSTORE_DATASETS_FOLDER: join(folder, "datasets") },
  });
  await people.deps.registry.refresh();
  const { keys } = people.deps;
  return {
    ...people,
    /** Gives an organisation a tenant and a tier, as an operator does. */
    async set(organisation: string, change: { readonly tenant?: string; readonly tier?: string }) {
      await database.query({
        text: `with changed as (update featstore.organisations set tenant = coalesce($2::text, tenant), tier = coalesce($3::text, tier)
          where id = $1::text returning id) select pg_notify('featstore_api_keys', id) from changed`,
        parameters: [organisation, change.tenant ?? null, change.tier ?? null],
      });
    },
    /** Signs in a new person, who joins the host's organisation by invitation. */
    async join(host: { readonly cookie: string }, email: string, role: string) {
      const sent = await people.request("POST", "/api/invitations", { cookie: host.cookie, body: { email, role } });
      if (sent.status !== 201) throw new Error(sent.text);
      return people.signIn(email, `/invitations/${String(sent.body.id)}`);
    },
    /** Makes a key with all scopes, unless others are given. */
    keyIn: (organisation: string | null, more: Partial<Parameters<typeof keys.create>[0]> = {}) =>
      keys.create({ name: "test", scopes: SCOPES, ...(organisation === null ? {} : { organisation }), ...more }),
    /** The response's text, which may be no JSON. */
    async ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: unknown) {
      const response = await people.app.request(path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const code = /"code":"(\w+)"/.exec(text)?.[1];
      return { status: response.status, text, code, headers: response.headers };
    },
    async close() {
      await people.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Organisations = Awaited<ReturnType<typeof startOrganisations>>;
