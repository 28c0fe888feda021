import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { featstore } from "../featstore-cli";
import { randomNumbers } from "../random-numbers";
import type { ReferenceDatabase } from "../reference-database";

export const DIMENSIONS = 384;
export const ITEMS = "benchmark_items";
export const TENANT_ITEMS = "benchmark_tenant_items";
/** The tenant that owns one row of a thousand. */
export const SMALL_TENANT = "small";

const LATENT = 32;
const CLUSTERS = 200;

/** Makes unit vectors like embeddings: clusters in fewer dimensions than the space has, with noise in all dimensions. */
export function vectorMaker(seed: number): () => Float64Array {
  // The space is the same for all seeds; the vectors differ.
  const fixed = normal(randomNumbers(17));
  const projection = Float64Array.from({ length: DIMENSIONS * LATENT }, fixed);
  const centres = Array.from({ length: CLUSTERS }, () => Float64Array.from({ length: LATENT }, fixed));
  const random = randomNumbers(seed);
  const gauss = normal(random);
  return () => {
    const centre = centres[Math.floor(random() * CLUSTERS)] ?? new Float64Array(LATENT);
    const latent = centre.map((value) => value + 0.5 * gauss());
    const vector = Float64Array.from({ length: DIMENSIONS }, (_, dimension) => {
      let value = 0.5 * gauss();
      for (let at = 0; at < LATENT; at++) value += (projection[dimension * LATENT + at] ?? 0) * (latent[at] ?? 0);
      return value;
    });
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
}

/** Draws normal numbers by Box and Muller. */
function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function vectorText(vector: Float64Array): string {
  return `[${Array.from(vector, (value) => value.toFixed(6)).join(",")}]`;
}

/** Fills the table, applies its two views (shared and per tenant) and materializes them. */
export async function createVectorItems(database: ReferenceDatabase, folder: string, count: number): Promise<void> {
  const { sql, environment } = database;
  await sql.unsafe("create extension if not exists vector");
  await sql.unsafe(`create table ${ITEMS} (
    item_id bigint primary key, tenant_id text not null, share float8 not null, embedding vector(${DIMENSIONS}) not null,
    event_time timestamptz not null default '2026-01-01')`);
  const copy = await sql`copy benchmark_items (item_id, tenant_id, share, embedding) from stdin`.writable();
  await pipeline(Readable.from(rowsOf(count)), copy);
  await sql.unsafe(`analyze ${ITEMS}`);
  mkdirSync(join(folder, "items"));
  const file = join(folder, "items", "index.ts");
  writeFileSync(file, definitions());
  await featstore(["apply"], { ...environment, FEATSTORE_DEFINITIONS: file });
  await featstore(["materialize", ITEMS, TENANT_ITEMS], environment);
}

function* rowsOf(count: number): Generator<string> {
  const random = randomNumbers(19);
  const next = vectorMaker(23);
  for (let id = 1; id <= count; id++) {
    const tenant = id % 1000 === 0 ? SMALL_TENANT : "large";
    yield `${id}\t${tenant}\t${random()}\t${vectorText(next())}\n`;
  }
}

function definitions(): string {
  const one = (name: string, tenant: string) => `const ${name}_source = source({
  name: "${name}",
  table: "${ITEMS}",
  key: { item_id: int64() },
  eventTime: "event_time",
  tieBreak: "item_id",
  history: "events",${tenant}
  columns: { share: float64(), embedding: vector(${DIMENSIONS}) },
});

export const ${name} = featureView({
  name: "${name}",
  version: 1,
  entity: item,
  from: ${name}_source,
  features: (row) => ({
    share: latest(row.share),
    embedding: latest(row.embedding).space("benchmark-${DIMENSIONS}", { metric: "cosine" }),
  }),
});
`;
  return `import { entity, featureView, float64, int64, latest, source, vector } from "@featstore/definitions";

const item = entity({ name: "benchmark_item", key: { item_id: int64() } });

${one(ITEMS, "")}
${one(TENANT_ITEMS, '\n  tenant: "tenant_id",')}`;
}
