import type { SampleDatabase } from "./sample-database";
import {
  checkSampleTables,
  createStaging,
  dropStaging,
  findVectorType,
  publishStaging,
  type SampleShape,
  stagingTable,
} from "./sample-tables";
import { analysisFields } from "./synthetic/analysis-row";
import { planAnalyses } from "./synthetic/plan";
import { createRandom, seedOf } from "./synthetic/random";
import { csvField, timestampText } from "./synthetic/text";
import { createTracks } from "./synthetic/track-row";
import { createVectors } from "./synthetic/vectors";
import { trackTables } from "./track-tables";

export interface GenerateSampleOptions {
  readonly database: SampleDatabase;
  /** Default 57,718. */
  readonly tracks?: number;
  /** Default 269,646. */
  readonly analyses?: number;
  /** Default 1. The same options give the same rows on any machine. */
  readonly seed?: number;
  /** Microseconds since 1970 UTC; all rows are at least an hour older. */
  readonly until: bigint;
  /** With tenants, both tables have a `tenant_id`, and each tenant has all of `tracks` and `analyses` with the same ids but other values. */
  readonly tenants?: readonly string[];
  /** Adds an `ingested_at` to `analysis_results`, later than `created_at`. Default false. */
  readonly knownTime?: boolean;
  /** Fill the embedding columns, which exist wherever pgvector does. Default true. */
  readonly embeddings?: boolean;
  /** Default `public`. */
  readonly schema?: string;
  /** Replace tables of these names that are not sample data. Default false. */
  readonly replace?: boolean;
  /** Called every few thousand rows with the number of rows sent so far to both tables. */
  readonly onProgress?: (rows: number) => void;
}

export interface GeneratedSample {
  readonly tracks: number;
  readonly analyses: number;
  /** True if embeddings were loaded; false without pgvector or if they were not requested. */
  readonly embeddings: boolean;
}

const CHUNK_CHARACTERS = 65_536;

/** Groups lines into chunks, since each chunk is a write to the database. */
function* inChunks(lines: Iterable<string>, onRows: (rows: number) => void): Generator<string> {
  let chunk = "";
  let rows = 0;
  for (const line of lines) {
    chunk += `${line}\n`;
    rows += 1;
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      onRows(rows);
      chunk = "";
      rows = 0;
    }
  }
  if (rows > 0) {
    yield chunk;
    onRows(rows);
  }
}

interface Lines {
  readonly tenants: readonly (string | null)[];
  readonly tracks: number;
  readonly analyses: number;
  readonly until: number;
  readonly seedOfTenant: (at: number) => number;
}

const tenantField = (tenant: string | null) => (tenant === null ? "" : `${csvField(tenant)},`);

function* trackLines({ tenants, tracks, until, seedOfTenant }: Lines, embeddings: boolean): Generator<string> {
  for (const [at, tenant] of tenants.entries()) {
    const seed = seedOfTenant(at);
    const trackOf = createTracks(seed, until);
    const lyricsVector = createVectors(384, seed);
    const audioVector = createVectors(128, seed);
    for (let id = 1; id <= tracks; id += 1) {
      const { fields, cluster } = trackOf(id);
      let line = `${tenantField(tenant)}${id},${fields}`;
      if (embeddings) {
        const random = createRandom(seedOf(seed, 12, id));
        line += random.chance(0.02) ? "," : `,"${lyricsVector(seedOf(seed, 13, id), cluster)}"`;
        line += random.chance(0.15) ? "," : `,"${audioVector(seedOf(seed, 14, id), cluster)}"`;
      }
      yield line;
    }
  }
}

function* analysisLines(lines: Lines, knownTime: boolean): Generator<string> {
  for (const [at, tenant] of lines.tenants.entries()) {
    const plan = planAnalyses(lines.tracks, lines.analyses, lines.seedOfTenant(at), lines.until);
    for (let index = 0; index < lines.analyses; index += 1) {
      const planned = plan.analysisOf(index);
      const { before, after } = analysisFields(planned);
      const ids = `${tenantField(tenant)}${index + 1},${csvField(planned.trackId)}`;
      const time = planned.createdAt === null ? "" : timestampText(planned.createdAt);
      yield `${ids},${before},${time},${after}${knownTime ? `,${timestampText(planned.ingestedAt)}` : ""}`;
    }
  }
}

function checkCount(name: string, value: number, min: number): void {
  // Ids are PostgreSQL integers.
  if (!Number.isInteger(value) || value < min || value > 2_147_483_647) {
    throw new RangeError(`${name} must be a whole number from ${min} to 2147483647, not ${value}`);
  }
}

/**
 * Fills `tracks` and `analysis_results` with synthetic data in the reference database's shape, skewed and messy like real
 * data: casts that do not parse, late and duplicated rows, equal timestamps, nulls. For benchmarks and tests; the table
 * comments and every title, artist and model version say that it is synthetic. Memory does not grow with the size.
 *
 * Replaces existing sample data atomically, like `loadSample`, and throws the same errors, and a `RangeError` for invalid
 * counts.
 *
 * @example await generateSample({ database, tracks: 1_000, analyses: 5_000, seed: 7, until: 1_767_225_600_000_000n })
 */
export async function generateSample(options: GenerateSampleOptions): Promise<GeneratedSample> {
  const { database, tracks = 57_718, analyses = 269_646, seed = 1, schema = "public" } = options;
  checkCount("tracks", tracks, 0);
  checkCount("analyses", analyses, 0);
  if (tracks === 0 && analyses > 0) throw new RangeError("analyses need tracks");
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed must be a whole number from 0, not ${seed}`);
  if (options.tenants?.length === 0) throw new RangeError("tenants must name at least one tenant");

  const knownTime = options.knownTime ?? false;
  const shapeOf = (vectorType: string | undefined): SampleShape => ({
    schema,
    tables: trackTables(vectorType, knownTime),
    tenants: options.tenants !== undefined,
  });
  await checkSampleTables(database, shapeOf(undefined), options.replace ?? false);
  const vectorType = await findVectorType(database);
  const embeddings = vectorType !== undefined && (options.embeddings ?? true);
  const shape = shapeOf(vectorType);
  const lines: Lines = {
    tenants: options.tenants ?? [null],
    tracks,
    analyses,
    until: Number(options.until),
    seedOfTenant: (at) => seedOf(seed, at),
  };
  const tenant = shape.tenants ? ["tenant_id"] : [];
  const columns = {
    tracks: [
      ...tenant,
      ...["id", "title", "artist", "lyrics", "url", "created_at", "spotify_data", "audio_features"],
      ...(embeddings ? ["lyrics_embedding", "audio_embedding"] : []),
    ],
    analysis_results: [
      ...tenant,
      ...["id", "track_id", "analyzer_type", "sentiment", "confidence", "themes", "analysis_data", "created_at"],
      ...["complexity_score", "processing_time_ms", "model_version"],
      ...(knownTime ? ["ingested_at"] : []),
    ],
  };
  let sent = 0;
  const onRows = (rows: number) => {
    sent += rows;
    options.onProgress?.(sent);
  };

  await createStaging(database, shape);
  try {
    const load = (table: "tracks" | "analysis_results", rows: Iterable<string>) =>
      database.copyFrom({ table: stagingTable(shape, table), columns: columns[table] }, inChunks(rows, onRows));
    const loaded = {
      tracks: await load("tracks", trackLines(lines, embeddings)),
      analyses: await load("analysis_results", analysisLines(lines, knownTime)),
    };
    await publishStaging(database, shape, `synthetic, generated with seed ${seed}`);
    return { ...loaded, embeddings };
  } catch (error) {
    // Keeps the original error; the next load clears leftovers.
    await dropStaging(database, shape).catch(() => {});
    throw error;
  }
}
