import {
  bool,
  days,
  entity,
  featureView,
  float64,
  int64,
  latest,
  source,
  string,
  vector,
} from "@featstore/definitions";
import { compileView, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createVectorStore } from "../../src/embeddings/vector-store";
import { createEngine } from "../../src/engine/index";
import type { MaterializeRequest } from "../../src/materialization/materialization";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createPostgresOnlineStore } from "../../src/serving/online-store/postgres-online-store";
import { createTestApp, withKey } from "../helpers/test-app";
import { changeOf, prepare, viewChange } from "../registry/fixture";

/** 2026-01-02, microseconds. */
export const NOW = 1_767_312_000_000_000;

const columns = (dimensions: number) => ({
  shape: vector(dimensions).nullable(),
  share: float64().nullable(),
  label: string().nullable(),
  shown: bool().nullable(),
});

/**
 * A vector and features to filter by, in shared rows (`song_shape`, `song_facts`) and in tenants' rows (`own_shape`,
 * `own_facts`). `song_facts` expires after a day.
 */
export function songViews(dimensions: number, metric: "cosine" | "l2" | "inner_product" = "cosine"): FeatureView[] {
  const song = entity({ name: "song", key: { song_id: int64() } });
  const common = { key: { song_id: int64() }, eventTime: "made_at", tieBreak: "id", history: "events" } as const;
  const songs = source({ ...common, name: "songs", table: "songs", columns: columns(dimensions) });
  const owned = source({ ...common, name: "owned", table: "owned", tenant: "owner", columns: columns(dimensions) });
  return [
    featureView({
      name: "song_shape",
      version: 1,
      entity: song,
      from: songs,
      features: (row) => ({ shape: latest(row.shape).space("shapes", { metric }) }),
    }).ir,
    featureView({
      name: "song_facts",
      version: 1,
      entity: song,
      from: songs,
      ttl: days(1),
      features: (row) => ({
        share: latest(row.share),
        label: latest(row.label).default("none"),
        shown: latest(row.shown),
      }),
    }).ir,
    featureView({
      name: "own_shape",
      version: 1,
      entity: song,
      from: owned,
      features: (row) => ({ shape: latest(row.shape).space("shapes", { metric }) }),
    }).ir,
    featureView({
      name: "own_facts",
      version: 1,
      entity: song,
      from: owned,
      features: (row) => ({ share: latest(row.share), label: latest(row.label), shown: latest(row.shown) }),
    }).ir,
  ];
}

export interface Song {
  readonly id: number;
  /** '' for the shared table. */
  readonly owner: string;
  readonly shape: readonly number[] | null;
  readonly share: number | null;
  readonly label?: string | null;
  readonly shown?: boolean | null;
  /** Days before `NOW`; half a day by default. */
  readonly age?: number;
}

/** A database with the views applied, and an application on it. */
export async function openSongs(database: Database, views: readonly FeatureView[], dimensions: number) {
  const table = (name: string) =>
    `create table ${name} (id bigint generated always as identity primary key, owner text, song_id bigint, shape vector(${dimensions}),
      share float8, label text, shown boolean, made_at timestamptz)`;
  await prepare(database, `create extension if not exists vector; ${table("songs")}; ${table("owned")}`);
  const registry = createRegistryStore(database);
  await registry.apply(
    changeOf({ featureViews: views.map((view) => viewChange(view, compileView(postgresDialect, view))) }),
  );
  const offline = createRunLog(database);
  const dependencies = {
    registry,
    offline,
    engine: createEngine(database),
    holder: await thisProcess(),
    isDead: isSurelyDead,
  };
  const vectors = createVectorStore(database);
  const onlineStore = createPostgresOnlineStore(database);
  let now = NOW;
  const application = await createTestApp({ registry, onlineStore, vectors, clock: () => now, defaultEntity: "song" });
  const keys = new Map<string | null, string>();
  const keyOf = async (tenant: string | null): Promise<string> => {
    const key = keys.get(tenant) ?? (await application.keyOf(tenant));
    keys.set(tenant, key);
    return key;
  };
  return {
    ...application,
    registryStore: registry,
    dependencies,
    offline,
    vectors,
    async insert(songs: readonly Song[]): Promise<void> {
      for (let from = 0; from < songs.length; from += 2000) {
        await database.query({
          text: `with given as (select * from jsonb_to_recordset($1::text::jsonb) as g (id bigint, owner text, shape text, share float8, label text, shown boolean, age float8)),
            shared as (insert into songs (song_id, shape, share, label, shown, made_at)
              select id, shape::vector, share, label, shown, timestamptz '2026-01-02Z' - coalesce(age, 0.5) * interval '24 hours' from given where owner = '')
            insert into owned (owner, song_id, shape, share, label, shown, made_at)
              select owner, id, shape::vector, share, label, shown, timestamptz '2026-01-02Z' - coalesce(age, 0.5) * interval '24 hours' from given where owner <> ''`,
          parameters: [
            JSON.stringify(
              songs
                .slice(from, from + 2000)
                .map((song) => ({ ...song, shape: song.shape === null ? null : JSON.stringify(song.shape) })),
            ),
          ],
        });
      }
    },
    async publish(request: MaterializeRequest = {}) {
      const report = await materialize(dependencies, request);
      await application.registry.refresh();
      return report;
    },
    /** Advances the clock of searches by days. */
    wait(days: number): void {
      now += days * 86_400_000_000;
    },
    /** The endpoint's response. */
    async search(body: unknown, tenant: string | null = null) {
      const response = await application.app.request("/api/embeddings/search", withKey(await keyOf(tenant), body));
      return { status: response.status, body: JSON.parse(await response.text()) };
    },
    async get(path: string, tenant: string | null = null) {
      const response = await application.app.request(path, withKey(await keyOf(tenant)));
      return { status: response.status, body: JSON.parse(await response.text()) };
    },
  };
}

/** Mulberry32: the same numbers from 0 to 1 for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The distance as pgvector computes it. */
export function distanceOf(metric: string, left: readonly number[], right: readonly number[]): number {
  const sum = (of: (a: number, b: number) => number) =>
    left.reduce((total, a, index) => total + of(a, right[index] ?? 0), 0);
  if (metric === "l2") return Math.sqrt(sum((a, b) => (a - b) ** 2));
  if (metric === "inner_product") return -sum((a, b) => a * b);
  return 1 - sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
}
