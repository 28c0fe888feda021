import {
  compileView,
  count,
  entity,
  type FeatureView,
  featureView,
  float64,
  hours,
  int64,
  latest,
  servedFeatures,
  source,
  string,
  sum,
} from "@featstore/definitions";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../../src/run-holder";
import { materialize } from "../../../src/services/materialize";
import { servedViews } from "../../../src/services/serving-registry";
import { createMemoryOnlineStore, type MemoryEvent } from "../../../src/stores/memory-online-store";
import { KEY_SEPARATOR, type OnlineRow } from "../../../src/stores/online-store";
import { sliceOf } from "../../../src/stores/packed-row";
import { createPostgresOfflineStore } from "../../../src/stores/postgres-offline-store";
import {
  createChangesLoader,
  createGenerationLoader,
  createPostgresOnlineStore,
} from "../../../src/stores/postgres-online-store";
import { createPostgresRegistryStore } from "../../../src/stores/postgres-registry-store";
import type { RegisteredView } from "../../../src/stores/registry";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../stores/registry/fixture";

/* The law: whatever was published, what memory holds of a generation is what PostgreSQL answers for it. */

const runs = Math.ceil(Number(process.env.LAW_RUNS ?? 400) / 80);
const seed = Number(process.env.LAW_SEED ?? Date.now());
const HOUR = 3_600_000_000n;
const first = 1_767_225_600_000_000n; // 2026-01-01

const TABLES = `
create table plays (id bigint primary key, owner text, room text, track_id bigint, seconds float8, shown boolean, played_at timestamptz);
create table moods (track_id bigint primary key, mood text, shown boolean)`;

const track = entity({ name: "track", key: { track_id: int64() } });
const spot = entity({ name: "spot", key: { room: string(), track_id: int64() } });
const plays = source({
  name: "plays",
  table: "plays",
  key: { room: string(), track_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  tenant: "owner",
  history: "events",
  columns: { seconds: float64().nullable(), shown: string() },
});
