import { entity, featureView, float64, int64, latest, source, string, vector } from "@featstore/definitions";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { openSongs, type Song, songViews } from "./fixture";

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`unusual vectors on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.openMigrated();
    });
    afterEach(() => opened?.drop());

    test("supports composite keys, and names that the SQL uses itself", { timeout: 60_000 }, async () => {
      const songs = source({
        name: "songs",
        table: "songs",
        key: { label: string(), distance: int64().from("song_id") },
        eventTime: "made_at",
        tieBreak: "id",
        history: "events",
        columns: { shape: vector(2).nullable(), share: float64().nullable() },
      });
      const view = featureView({
        name: "vectors_1",
        version: 1,
        entity: entity({ name: "song", key: { label: string(), distance: int64() } }),
        from: songs,
        features: (row) => ({
          key: latest(row.shape).space("shapes", { metric: "inner_product" }),
          keys: latest(row.share),
        }),
      }).ir;
      const application = await openSongs(opened.database, [view], 2);
      const song = (id: number, label: string, x: number, share: number): Song => ({
        id,
        owner: "",
        label,
        shape: [x, 1],
        share,
      });
      await application.insert([
        song(7, 'a, "b"', 1, 0),
        song(8, 'a, "b"', 2, 1),
        song(7, "é", 3, 2),
        song(9, "é", 4, 3),
      ]);
      await application.publish();
      const embedding = "vectors_1.key";
      const id = { distance: 7, label: 'a, "b"' };
      const filter = { feature: "vectors_1.keys", op: "lt", value: 3 };
      const found = await application.search({ embedding, id, filter, features: ["vectors_1.keys"] });
      expect(found).toMatchObject({
        status: 200,
        body: {
          metric: "inner_product",
          hits: [
            { id: { label: "é", distance: 7 }, distance: -4, score: 4 },
            { id: { label: 'a, "b"', distance: 8 }, distance: -3, score: 3 },
          ],
          features: { rows: [[2], [1]] },
        },
      });
      const whole = await application.search({ embedding, id, include_self: true });
      expect(whole.body.hits).toHaveLength(4);
    });

    test("searches an empty generation, and one whose vectors cannot be compared", { timeout: 60_000 }, async () => {
      const application = await openSongs(opened.database, songViews(2), 2);
      await application.publish();
      const vector = [1, 1];
      const empty = { status: 200, body: { hits: [] } };
      expect(await application.search({ embedding: "song_shape.shape", vector })).toMatchObject(empty);
      expect(
        await application.search({ embedding: "song_shape.shape", vector, features: ["song_facts.share"] }),
      ).toMatchObject({ status: 200, body: { hits: [], features: { columns: ["song_facts.share"], rows: [] } } });
      // Zeros, and lengths that overflow float32.
      const song = (id: number, shape: readonly number[] | null): Song => ({ id, owner: "", shape, share: 0 });
      await application.insert([
        song(1, [0, 0]),
        song(2, null),
        song(3, [3e38, 3e38]),
        song(4, [1e-30, 1e-30]),
        song(5, [2, 2]),
      ]);
      await application.publish();
      for (const metric of ["cosine", "l2", "inner_product"]) {
        const { status, body } = await application.search({ embedding: "song_shape.shape", vector, metric });
        expect(status).toBe(200);
        expect(body.hits.map(({ id: hit }: { id: number }) => hit).sort()).toEqual([3, 4, 5]);
      }
    });

    test.skipIf(target.name !== "postgres-16")(
      "indexes more than 2,000 dimensions with half precision",
      { timeout: 120_000 },
      async () => {
        const dimensions = 2_100;
        const application = await openSongs(opened.database, songViews(dimensions), dimensions);
        await opened.database.script(`insert into songs (song_id, shape, made_at)
        select i, array(select random() - 0.5 from generate_series(1, ${dimensions}) where i > 0)::vector(${dimensions}), timestamptz '2026-01-01Z'
        from generate_series(1, 1200) as i`);
        await application.publish({ views: ["song_shape"] });
        const { body } = await application.get("/api/feature-views/song_shape");
        expect(body.vector_search).toMatchObject([{ rows: 1200, index: { kind: "hnsw" } }]);
        const search = { embedding: "song_shape.shape", id: 7, include_self: true };
        const indexed = await application.search(search);
        expect(indexed.body).toMatchObject({
          method: "hnsw",
          hits: [{ id: 7 }, ...Array.from({ length: 9 }, () => ({}))],
        });
        // Ordered by the full precision.
        const distances = indexed.body.hits.map(({ distance }: { distance: number }) => distance);
        expect(distances).toEqual([...distances].sort((left, right) => left - right));
        expect(distances[0]).toBeCloseTo(0, 6);
      },
    );
  });
}
