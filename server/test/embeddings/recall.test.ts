import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { distanceOf, openSongs, randomOf, type Song, songViews } from "./fixture";

/*
 * Measures the recall of searches: the share of the truly nearest vectors that a search finds. Speed is measured in
 * `benchmarks/`.
 */

const DIMENSIONS = 24;
const SONGS = 12_000;
const OWNED = 6_000;
const QUERIES = 20;
const K = 10;

/** Vectors around some hundred centres, like those of texts. */
function songsOf(random: () => number): Song[] {
  const spread = () => random() + random() + random() - 1.5;
  const point = () => Array.from({ length: DIMENSIONS }, spread);
  const centres = Array.from({ length: 100 }, point);
  const near = () => {
    const centre = centres[Math.floor(random() * centres.length)] ?? [];
    return centre.map((value) => Math.fround(value + 0.6 * spread()));
  };
  const shared = Array.from({ length: SONGS }, (_, id) => ({ id, owner: "", shape: near(), share: random() }));
  // One tenant has nearly all rows, the other a thousandth.
  const own = Array.from({ length: OWNED }, (_, id) => ({
    id,
    owner: id % 1000 === 0 ? "small" : "large",
    shape: near(),
    share: random(),
  }));
  return [...shared, ...own];
}

for (const target of testDatabases("main").filter(({ name }) => name === "postgres-16")) {
  describe.skipIf(target.skip)(`recall on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let application: Awaited<ReturnType<typeof openSongs>>;
    const random = randomOf(5);
    const songs = songsOf(random);

    beforeAll(async () => {
      opened = await target.openMigrated();
      application = await openSongs(opened.database, songViews(DIMENSIONS), DIMENSIONS);
      await application.insert(songs);
      for (const view of (await application.publish()).views) expect(view).toMatchObject({ state: "published" });
    }, 120_000);
    afterAll(() => opened?.drop());

    const measure = async (
      embedding: string,
      candidates: readonly Song[],
      tenant: string | null,
      extra: Readonly<Record<string, unknown>> = {},
    ) => {
      let hits = 0;
      let expected = 0;
      const methods = new Set<string>();
      for (let query = 0; query < QUERIES; query++) {
        const vector = songs[Math.floor(random() * songs.length)]?.shape ?? [];
        const { status, body } = await application.search({ embedding, vector, k: K, ...extra }, tenant);
        expect(status, JSON.stringify(body)).toBe(200);
        methods.add(body.method);
        const distances = candidates
          .map(({ shape }) => distanceOf("cosine", vector, shape ?? []))
          .sort((a, b) => a - b);
        const nearest = distances.slice(0, K);
        expect(body.hits).toHaveLength(nearest.length);
        const farthest = nearest.at(-1) ?? 0;
        const ids = new Set(candidates.map(({ id }) => id));
        for (const { id, distance } of body.hits) {
          expect(ids.has(id)).toBe(true);
          if (distance <= farthest + 1e-6) hits += 1;
        }
        expected += nearest.length;
      }
      return { recall: hits / expected, methods: [...methods] };
    };
    const shared = songs.filter(({ owner }) => owner === "");

    test("is measured by the first materialization and shown in the catalog", async () => {
      const { body } = await application.get("/api/feature-views/song_shape");
      expect(body.vector_search).toMatchObject([
        {
          feature: "shape",
          generation: 1,
          rows: SONGS,
          index: { kind: "hnsw", m: 16 },
          recall: { at: 10, sample: 50 },
        },
      ]);
      expect(body.vector_search[0].recall.recall).toBeGreaterThanOrEqual(0.95);
      expect((await application.get("/api/feature-views/song_facts")).body).not.toHaveProperty("vector_search");
    });

    test("without a filter", async () => {
      const { recall, methods } = await measure("song_shape.shape", shared, null);
      expect(methods).toEqual(["hnsw"]);
      expect(recall).toBeGreaterThanOrEqual(0.95);
    });

    for (const [share, method] of [
      [0.5, "hnsw"],
      [0.05, "exact"],
      [0.01, "exact"],
      [0.001, "exact"],
    ] as const) {
      test(`with a filter that matches ${share * 100} %`, async () => {
        const filter = { feature: "song_facts.share", op: "lt", value: share };
        const stored = shared.filter((song) => (song.share ?? 1) < share);
        const { recall, methods } = await measure("song_shape.shape", stored, null, { filter });
        expect(methods).toEqual([method]);
        expect(recall).toBeGreaterThanOrEqual(method === "exact" ? 1 : 0.95);
      });
    }

    test("for a tenant with a thousandth of the rows, and for one with nearly all", async () => {
      const of = (tenant: string) => songs.filter(({ owner }) => owner === tenant);
      const small = await measure("own_shape.shape", of("small"), "small");
      expect(small).toEqual({ recall: 1, methods: ["exact"] });
      const large = await measure("own_shape.shape", of("large"), "large");
      expect(large.methods).toEqual(["hnsw"]);
      expect(large.recall).toBeGreaterThanOrEqual(0.95);
    });

    test("with many hits, and with another metric than the index's", async () => {
      const { status, body } = await application.search({ embedding: "song_shape.shape", id: 7, k: 1000 });
      expect([status, body.hits.length, body.method]).toEqual([200, 1000, "hnsw"]);
      const other = await application.search({ embedding: "song_shape.shape", id: 7, metric: "l2" });
      expect(other.body).toMatchObject({ metric: "l2", method: "exact" });
    });
  });
}
