import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { avg, count, entity, featureView, float64, int64, latest, source, string } from "@featstore/definitions";
import type { Definitions, FeatureView } from "@featstore/definitions/compiler";
import { createParquetThread } from "../../src/columnar/parquet/parquet-thread";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { apply } from "../../src/registry/apply";
import { createRegistryStore } from "../../src/registry/registry-store";
import type { TrainingManifest } from "../../src/training-sets/output/training-manifest";
import { csvSpine } from "../../src/training-sets/spine/read-csv";
import { jsonRowsSpine } from "../../src/training-sets/spine/read-json";
import { defaultSpineLimits } from "../../src/training-sets/spine/spine-limits";
import type { SpineReader } from "../../src/training-sets/spine/spine-row";
import { createTrainingSetFiles } from "../../src/training-sets/training-set-files";
import { createTrainingSetStore } from "../../src/training-sets/training-set-store";
import {
  createTrainingSets,
  type TrainingSetRequest,
  type TrainingSets,
  type TrainingSetsOptions,
} from "../../src/training-sets/training-sets";
import { prepare } from "../registry/fixture";

/** Applies definitions as the command line does. */
export async function applyDefinitions(
  database: Database,
  definitions: Definitions,
  engine = createEngine(database),
): Promise<void> {
  const registry = createRegistryStore(database);
  const { plan } = await apply({ registry, catalog: engine }, definitions, { appliedBy: "tester" });
  if (plan.outcome === "refused") throw new Error(JSON.stringify(plan));
}

export const onlyViews = (...featureViews: readonly FeatureView[]): Definitions => ({
  featureViews,
  featureServices: [],
});

const TABLES = `
create table events (id bigint primary key, track_id bigint, title text, value float8, big bigint, created_at timestamptz);
insert into events
  select i, i % 10, 'title, "' || i || '"', i / 4.0, 9007199254740993 + i, timestamptz '2026-01-01 00:00:00.123456Z' + i * interval '1 minute'
  from generate_series(1, 100) as i`;

const track = entity({ name: "track", key: { track_id: int64() } });
const events = source({
  name: "events",
  table: "events",
  key: { track_id: int64() },
  eventTime: "created_at",
  tieBreak: "id",
  history: "events",
  columns: { title: string().nullable(), value: float64().nullable(), big: int64().nullable() },
});
const scores = featureView({
  name: "scores",
  version: 1,
  entity: track,
  from: events,
  features: (row) => ({ average: avg(row.value), events: count(), title: latest(row.title), big: latest(row.big) }),
});

/** The features that the tests request. */
export const features = ["scores.events", "scores.average", "scores.title", "scores.big"];

/** A hundred facts about ten tracks, a minute apart, and a view of them. */
export async function prepareScores(database: Database): Promise<void> {
  await prepare(database, TABLES);
  await applyDefinitions(database, onlyViews(scores.ir));
}

/** Rows of a request, as JSON texts. */
export function rowsSpine(rows: readonly unknown[]): SpineReader {
  return jsonRowsSpine(
    rows.map((row) => JSON.stringify(row)),
    (index) => `rows[${index}]`,
    false,
  );
}

export function csvText(text: string): SpineReader {
  return csvSpine(
    (async function* () {
      yield Buffer.from(text);
    })(),
  );
}

export interface TestTrainingSets {
  readonly folder: string;
  readonly sets: TrainingSets;
  readonly faults: unknown[];
  /** Makes a training set and returns its manifest and its text. */
  make(
    request: Partial<TrainingSetRequest> & Pick<TrainingSetRequest, "spine">,
  ): Promise<{ id: string; manifest: TrainingManifest; text: string }>;
  file(id: string, name: string): Promise<Buffer>;
  /** The spine tables and the folders, each sorted. */
  left(): Promise<{ tables: readonly string[]; folders: readonly string[] }>;
  close(): Promise<void>;
}

export async function openTrainingSets(
  database: Database,
  more: Partial<TrainingSetsOptions> & { readonly folder?: string } = {},
): Promise<TestTrainingSets> {
  const folder = more.folder ?? (await mkdtemp(join(tmpdir(), "featstore-training-")));
  const registry = createRegistryStore(database);
  const faults: unknown[] = [];
  const sets = createTrainingSets({
    engine: createEngine(database),
    store: createTrainingSetStore(database),
    files: createTrainingSetFiles(folder),
    parquet: createParquetThread({ memoryMb: 1024 }),
    packages: { featstore: "test" },
    snapshot: () => registry.snapshot(),
    holder: await thisProcess(),
    isDead: isSurelyDead,
    maxRows: 10_000,
    spineLimits: defaultSpineLimits,
    maxJoinedRows: 1_000_000,
    limits: { total: 64, perTenant: 8 },
    deadlineMs: 600_000,
    onFault: (error) => faults.push(error),
    ...more,
  });
  return {
    folder,
    sets,
    faults,
    async make(request) {
      const { id, done } = await sets.start({ format: "jsonl", tenant: null, ...request });
      const manifest = await done;
      return { id, manifest, text: (await readFile(join(folder, id, manifest.result.file))).toString("utf8") };
    },
    file: (id, name) => readFile(join(folder, id, name)),
    async left() {
      const tables = await database.query<{ name: string }>({
        text: "select relname as name from pg_class where relname like 'training_spine%' and relkind in ('r', 'v') order by 1",
      });
      return { tables: tables.map(({ name }) => name), folders: (await readdir(folder).catch(() => [])).sort() };
    },
    async close() {
      await sets.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
