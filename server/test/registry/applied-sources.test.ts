import { count, entity, featureView, int64, source, string } from "@featstore/definitions";
import type { Catalog } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import { appliedSources } from "../../src/registry/plan/applied-sources";

const songs = source({
  name: "songs",
  engine: "lake",
  path: "songs.parquet",
  key: { song_id: int64().from("id") },
  history: "current",
  columns: { title: string() },
});
const plays = source({
  ...{ name: "plays", engine: "lake", path: "plays/*.parquet", key: { song_id: int64() } },
  ...{ eventTime: "played_at", tieBreak: "id", history: "events", columns: {} },
});
const viewOf = (from: typeof plays | typeof songs) =>
  featureView({
    name: "listening",
    version: 1,
    entity: entity({ name: "song", key: { song_id: int64() }, from: songs }),
    from,
    features: () => ({ plays: count() }),
  }).ir;

const columns = ["id", "song_id", "played_at", "title", "other"].map((name) => {
  return { name, type: name === "title" ? "text" : "bigint", isEnum: false, nullable: null };
});
const files = { count: 2, bytes: 700, digest: "ab" };
const described: Catalog = {
  relations: [
    {
      relation: { kind: "files", engine: "lake", path: "plays/*.parquet" },
      state: "found",
      columns,
      files,
      ...found(),
    },
    { relation: { kind: "files", engine: "lake", path: "songs.parquet" }, state: "missing" },
  ],
  tableNames: [],
  hasVectorExtension: false,
};

function found() {
  return { uniqueKeys: [], isReadable: true };
}

test("lists the declared columns and the files of sources that another engine reads", () => {
  expect(appliedSources(viewOf(plays), described)).toEqual([
    { source: "plays", engine: "lake", columns: { id: "bigint", song_id: "bigint", played_at: "bigint" }, files },
  ]);
  expect(appliedSources(viewOf(songs), described)).toEqual([]);
  expect(appliedSources(viewOf(plays), null)).toEqual([]);
});
