import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../server/src/database/database";
import { type OpenTestDatabase, testDatabases } from "../../server/test/helpers/test-database";
import { type GenerateSampleOptions, generateSample } from "../src/generate-sample";

/** 2026-01-01T00:00:00Z */
const until = 1_767_225_600_000_000n;

/** A database that only hashes the loaded data. */
function hashingDatabase(): { readonly database: Database; readonly digest: () => string } {
  const hash = createHash("sha256");
  const database: Database = {
    kind: "postgres",
    query: async (statement) =>
      // Reports pgvector as installed, so that vectors are generated.
      (statement.text.includes("pg_extension") ? [{ schema: "public" }] : []) as never,
    stream: () => {
      throw new Error("not called");
    },
    copyTo: () => {
      throw new Error("not called");
    },
    script: async () => {},
    copyFrom: async ({ table, columns }, chunks) => {
      hash.update(`${table}(${columns.join()})`);
      for await (const chunk of chunks) hash.update(chunk);
      return 0;
    },
    listen: async () => async () => {},
    close: async () => {},
  };
  return { database, digest: () => hash.digest("hex") };
}

async function digestOf(options: Partial<GenerateSampleOptions>): Promise<string> {
  const { database, digest } = hashingDatabase();
  await generateSample({ until, tracks: 300, analyses: 2000, ...options, database });
  return digest();
}

test("generates the same bytes for the same options, on any machine and in any version", async () => {
  const digest = await digestOf({});
  expect(await digestOf({})).toBe(digest);
  expect(digest).toBe("ad3a2902f002607152354a63a42dce1022daf32d5b1dae5aa555f743665743e9");
  const others = await Promise.all([
    digestOf({ seed: 2 }),
    digestOf({ seed: 2 ** 32 + 1 }),
    digestOf({ tracks: 301 }),
    digestOf({ until: until + 1n }),
    digestOf({ knownTime: true }),
    digestOf({ embeddings: false }),
    digestOf({ tenants: ["a", "b"] }),
  ]);
  expect(new Set([digest, ...others]).size).toBe(8);
});

test("refuses invalid numbers", async () => {
  const { database } = hashingDatabase();
  for (const wrong of [
    { tracks: -1 },
    { analyses: 1.5 },
    { tracks: 2 ** 31 },
    { seed: -1 },
    { tracks: 0 },
    { tenants: [] },
  ]) {
    await expect(generateSample({ database, until, ...wrong })).rejects.toThrow(RangeError);
  }
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(target.name, () => {
    let opened: OpenTestDatabase;
    let database: Database;
    const one = async (text: string) => (await database.query({ text }))[0];
    beforeAll(async () => {
      opened = await target.open();
      database = opened.database;
      const reports: number[] = [];
      const result = await generateSample({
        database,
        until,
        tracks: 2000,
        analyses: 20_000,
        knownTime: true,
        onProgress: (rows) => reports.push(rows),
      });
      expect(result).toEqual({ tracks: 2000, analyses: 20_000, embeddings: target.hasVectors });
      expect(reports.at(-1)).toBe(22_000);
    });
    afterAll(() => opened?.drop());

    test("has the domain's shape: coverage, artists, skew", async () => {
      expect(
        await database.query({
          text: "select analyzer_type, count(distinct track_id)::int4 as tracks from analysis_results group by 1 order by 1",
        }),
      ).toEqual([
        { analyzer_type: "algorithmic", tracks: 2000 },
        { analyzer_type: "emotion-distilroberta", tracks: 1700 },
        { analyzer_type: "gemma-3-27b-it", tracks: 1180 },
        { analyzer_type: "ollama-llama3.1-8b", tracks: 60 },
        { analyzer_type: "qwen-3-4b-fp8", tracks: 2000 },
      ]);
      expect(
        await one(`select count(distinct artist) between 250 and 345 as artists,
  (select max(n) > 10 * avg(n) from (select count(*) as n from tracks group by artist) a) as skewed_artists,
  (select max(n) > 5 * avg(n) from (select count(*) as n from analysis_results group by track_id) t) as skewed_analyses
from tracks`),
      ).toEqual({ artists: true, skewed_artists: true, skewed_analyses: true });
    });

    test("has the defects of real data", async () => {
      const row = await one(`select
  count(*) filter (where created_at is null)::int4 as no_time,
  count(*) filter (where track_id is null)::int4 as no_track,
  count(*) filter (where ingested_at - created_at > interval '1 day')::int4 as late,
  count(*) filter (where jsonb_typeof(analysis_data->'quality_score') = 'string')::int4 as text_numbers,
  count(*) filter (where analysis_data->>'quality_score' in ('n/a', '', 'high', '0,8'))::int4 as no_numbers,
  count(*) filter (where analyzer_type like 'qwen%' and analysis_data is not null and not analysis_data ? 'quality_score')::int4 as absent,
  count(*) filter (where analysis_data is null)::int4 as no_data,
  count(*) filter (where themes like '[%')::int4 as json_themes,
  count(*) filter (where themes like '%, %')::int4 as comma_themes,
  count(*) filter (where sentiment not in ('positive', 'neutral', 'negative'))::int4 as odd_labels,
  count(*) filter (where (extract(epoch from created_at) * 1000000)::bigint % 1000 <> 0)::int4 > 15000 as microseconds,
  (select count(*) from (select 1 from analysis_results group by track_id, analyzer_type, created_at, analysis_data having count(*) > 1) d)::int4 as doubled,
  (select count(*) from (select 1 from analysis_results group by track_id, created_at having count(distinct analysis_data) > 1) d)::int4 as tied
from analysis_results`);
      expect(Object.entries(row ?? {}).filter(([, value]) => value === false || value === 0)).toEqual([]);
      const track = await one(`select
  count(*) filter (where jsonb_typeof(spotify_data->'popularity') = 'string')::int4 as text_numbers,
  count(*) filter (where spotify_data->>'release_date' !~ '^\\d{4}-\\d\\d-\\d\\d$')::int4 as odd_dates,
  count(*) filter (where (spotify_data->>'followers') ~ '^\\d{10}$')::int4 as beyond_int32,
  count(*) filter (where spotify_data is null)::int4 as no_data,
  count(*) filter (where lyrics is null)::int4 as no_lyrics,
  count(*) filter (where artist like '"%')::int4 as quoted
from tracks`);
      expect(Object.entries(track ?? {}).filter(([, value]) => value === 0)).toEqual([]);
    });

    test("has no row younger than an hour before its end time, and emotion shares that add up to 1", async () => {
      expect(
        await one(`select max(created_at) <= '2025-12-31 23:00:00' as past, max(created_at) > '2025-12-31 20:00:00' as recent,
  max(ingested_at) <= '2026-01-01' as known, min(confidence) >= 0 and max(confidence) <= 1 as confidence,
  (select bool_and(total = 1) from (select (select sum(value::numeric) from jsonb_each_text(analysis_data->'emotions')) as total
     from analysis_results where analysis_data ? 'emotions') e) as emotions
from analysis_results`),
      ).toEqual({ past: true, recent: true, known: true, confidence: true, emotions: true });
    });

    test("is marked as synthetic", async () => {
      expect(await one("select obj_description('tracks'::regclass, 'pg_class') as comment")).toEqual({
        comment: "Featstore sample data: synthetic, generated with seed 1",
      });
    });

    test.skipIf(!target.hasVectors)("has clustered unit vectors", async () => {
      expect(
        await one(`select max(abs(vector_norm(lyrics_embedding) - 1)) < 1e-3 as lyrics, max(abs(vector_norm(audio_embedding) - 1)) < 1e-3 as audio,
  count(*) filter (where lyrics_embedding is null)::int4 > 0 as missing from tracks`),
      ).toEqual({ lyrics: true, audio: true, missing: true });
      const distances =
        await one(`select avg(a.lyrics_embedding <=> b.lyrics_embedding) filter (where a.artist = b.artist) as same,
  avg(a.lyrics_embedding <=> b.lyrics_embedding) filter (where a.artist <> b.artist) as other
from tracks a join tracks b on a.id < b.id where a.id <= 200 and b.id <= 200`);
      expect(Number(distances?.same)).toBeLessThan(Number(distances?.other) / 1.5);
    });

    test("generates tenants with the same ids and other values", async () => {
      await generateSample({
        database,
        until,
        tracks: 50,
        analyses: 400,
        tenants: ["north", "south"],
        embeddings: false,
      });
      expect(
        await one(`select count(*)::int4 as rows, count(distinct id)::int4 as ids, count(distinct tenant_id)::int4 as tenants,
  (select count(*)::int4 from tracks n join tracks s using (id) where n.tenant_id = 'north' and s.tenant_id = 'south' and n.lyrics = s.lyrics) as equal_lyrics
from tracks`),
      ).toEqual({ rows: 100, ids: 50, tenants: 2, equal_lyrics: 0 });
      expect(await one("select count(*)::int4 as rows from analysis_results")).toEqual({ rows: 800 });
    });
  });
}
