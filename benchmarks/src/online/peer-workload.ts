import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { featstore } from "../featstore-cli";
import type { ReferenceDatabase } from "../reference-database";

/** The usual workload for comparing feature servers: int64 features of one entity, ten per view. */
export interface PeerSize {
  readonly entities: number;
  readonly views: number;
}

const FEATURES_A_VIEW = 10;

export function peerSize(quick: boolean): PeerSize {
  return { entities: quick ? 600 : 10_000, views: 25 };
}

/** Returns the name of the service with a number of features. */
export function peerService(features: number): string {
  return `benchmark_peer_${features}`;
}

/** Fills the tables, applies the definitions with the CLI and materializes the views. */
export async function createPeerWorkload(database: ReferenceDatabase, folder: string, size: PeerSize): Promise<void> {
  for (let view = 0; view < size.views; view++) await database.sql.unsafe(tableSql(view, size.entities));
  await applyDefinitions(database, join(folder, "peer"), peerDefinitions(size.views));
  await featstore(["materialize", ...viewNumbers(size.views).map(viewName)], database.environment);
}

/** Registers `count` more views of the first table; they are neither materialized nor read. */
export async function registerMoreViews(database: ReferenceDatabase, folder: string, count: number): Promise<void> {
  const views = viewNumbers(count).map((number) => viewText(`benchmark_more_${number}`, 0));
  await applyDefinitions(database, join(folder, "more"), [IMPORTS, ENTITY, sourceText(0), ...views].join("\n\n"));
}

/** Applies a file of definitions. */
export async function applyDefinitions(database: ReferenceDatabase, folder: string, text: string): Promise<void> {
  mkdirSync(folder);
  const file = join(folder, "index.ts");
  writeFileSync(file, `${text}\n`);
  await featstore(["apply"], { ...database.environment, FEATSTORE_DEFINITIONS: file });
}

const viewNumbers = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
export const viewName = (view: number): string => `benchmark_peer_${String(view).padStart(2, "0")}`;
const features = viewNumbers(FEATURES_A_VIEW).map((feature) => `f${feature}`);

function tableSql(view: number, entities: number): string {
  const columns = features.map((name) => `floor(random() * 1000000)::bigint as ${name}`).join(", ");
  return `create table ${viewName(view)} as
    select entity_id::bigint, timestamptz '2026-01-01' as event_time, ${columns} from generate_series(1, ${entities}) as entity_id;
    analyze ${viewName(view)}`;
}

const IMPORTS = 'import { entity, featureService, featureView, int64, latest, source } from "@featstore/definitions";';
const ENTITY = 'const peer = entity({ name: "benchmark_peer", key: { entity_id: int64() } });';

function peerDefinitions(views: number): string {
  const service = (count: number) => `export const service${count} = featureService({
  name: "${peerService(count * FEATURES_A_VIEW)}",
  version: 1,
  features: [${viewNumbers(count).map((view) => `${viewName(view)}.pick(${quoted(features)})`)}],
});`;
  const each = viewNumbers(views).flatMap((view) => [sourceText(view), viewText(viewName(view), view)]);
  const services = [...new Set([Math.min(5, views), views])].map(service);
  return [IMPORTS, ENTITY, ...each, ...services].join("\n\n");
}

function sourceText(view: number): string {
  return `const source${view} = source({
  name: "${viewName(view)}",
  table: "${viewName(view)}",
  key: { entity_id: int64() },
  eventTime: "event_time",
  history: "events",
  columns: { ${features.map((name) => `${name}: int64()`).join(", ")} },
});`;
}

function viewText(name: string, table: number): string {
  return `export const ${name} = featureView({
  name: "${name}",
  version: 1,
  entity: peer,
  from: source${table},
  features: (row) => ({ ${features.map((feature) => `${feature}: latest(row.${feature})`).join(", ")} }),
});`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
