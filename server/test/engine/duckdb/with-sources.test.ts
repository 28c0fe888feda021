import { count, entity, featureView, int64, source } from "@featstore/definitions";
import { expect, test } from "vitest";
import { readsOf } from "../../../src/engine/duckdb/with-sources";

test("views of one source read it once, so that the footers of its files are read once", () => {
  const plays = source({
    ...{ name: "plays", engine: "lake", path: "plays/*.parquet", key: { song_id: int64() }, eventTime: "at" },
    ...{ history: "events", columns: {} },
  });
  const song = entity({ name: "song", key: { song_id: int64() } });
  const viewOf = (name: string) =>
    featureView({ name, version: 1, entity: song, from: plays, features: () => ({ plays: count() }) }).ir;
  expect(readsOf([viewOf("one"), viewOf("two")]).sources).toMatchObject([
    { relation: { path: "plays/*.parquet" }, columns: ["song_id", "at"] },
  ]);
});
