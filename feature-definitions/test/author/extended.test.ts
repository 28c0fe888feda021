import { describe, expect, expectTypeOf, test } from "vitest";
import {
  checkCatalog,
  checkDefinitions,
  type FeatureView,
  meaningHash,
  parseFeatureView,
  scopeOf,
} from "../../src/compiler";
import {
  countDistinct,
  entity,
  featureView,
  float64,
  int64,
  latest,
  type RowOf,
  source,
  string,
} from "../../src/index";

const tracks = source({
  name: "tracks",
  table: "tracks",
  key: { track_id: int64().from("id") },
  history: "current",
  columns: { artist: string().nullable().static(), title: string(), plays: float64().nullable() },
});
const analyses = source({
  name: "analyses",
  table: "analysis_results",
  key: { track_id: int64() },
  eventTime: "created_at",
  tieBreak: "id",
  history: "events",
  columns: { score: float64() },
});
const artist = entity({ name: "artist", key: { artist: string() }, from: tracks.keyedBy("artist") });
const extended = analyses.extend(tracks, { by: "track_id", columns: ["artist", "title"] });

const over = (from: typeof extended): FeatureView =>
  featureView({
    name: "activity",
    version: 1,
    entity: artist,
    from: from.keyedBy("artist"),
    features: (a) => ({
      tracks: countDistinct(a.track_id).describe("Tracks"),
      title: latest(a.title).describe("Title"),
    }),
  }).ir;
const view = over(extended);
const codes = (of: FeatureView) =>
  checkDefinitions({ featureViews: [of], featureServices: [] }).map(({ code, path }) => `${code} ${path}`);

describe("extended sources", () => {
  test("pass the checks and survive a round trip through JSON", () => {
    expect(codes(view)).toEqual([]);
    expect(parseFeatureView(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });

  test("accept conditions on the new key column and on the former one", () => {
    const named = extended.where((a) => a.artist.ne("x").and(a.track_id.gt(0n)));
    expect(codes(over(named))).toEqual([]);
  });

  test("have the columns of both sources, with the added ones nullable and the former key included", () => {
    const typed = featureView({
      name: "typed",
      version: 1,
      entity: artist,
      from: extended.keyedBy("artist"),
      features: (a) => ({
        artist: latest(a.artist),
        title: latest(a.title),
        score: latest(a.score),
        last: latest(a.track_id),
      }),
    });
    expectTypeOf<RowOf<typeof typed>["title"]>().toEqualTypeOf<string | null>();
    expectTypeOf<RowOf<typeof typed>["last"]>().toEqualTypeOf<bigint | null>();
    // @ts-expect-error unknown column
    analyses.extend(tracks, { by: "track_id", columns: ["artst"] });
    // @ts-expect-error unknown column of the base
    analyses.extend(tracks, { by: "song_id", columns: ["artist"] });
    // @ts-expect-error a float cannot be a key
    analyses.keyedBy("score");
  });

  test("report wrong names in code without type checks", () => {
    const loose = analyses.extend as unknown as (of: unknown, options: unknown) => typeof extended;
    expect(codes(over(loose(tracks, { by: "trak_id", columns: ["artist", "tilte", "title"] })))).toEqual([
      "column_unknown source.extend.by.track_id",
      "column_unknown source.extend.columns.tilte",
    ]);
    expect(codes(over(loose(tracks, { by: "track_id", columns: ["artist", "title", "title"] })))).toEqual([
      "column_duplicate source.columns.title",
    ]);
  });

  test("are checked part by part, each under its own name", () => {
    const bare = source({ name: "bare", table: "", key: { track_id: int64() }, columns: { artist: string() } });
    const { ir } = featureView({
      name: "v",
      version: 1,
      entity: artist,
      from: analyses
        .extend(
          bare.where((b) => b.artist.eq("x")),
          { by: "track_id", columns: ["artist"] },
        )
        .keyedBy("artist"),
      features: (a) => ({ n: countDistinct(a.track_id).describe("Tracks") }),
    });
    const found = checkDefinitions({ featureViews: [ir], featureServices: [] });
    expect(found.map(({ definition, code }) => `${definition} ${code}`)).toEqual([
      "bare source_without_relation",
      "bare history_undeclared",
    ]);
  });

  test("change meaning if the meaning of the extension changes, but not if it only gains columns", () => {
    const renamed = { ...tracks.ir, name: "songs", columns: [...tracks.ir.columns].reverse() };
    const other = (ir: FeatureView["source"], columns: readonly ("artist" | "title")[] = ["title", "artist"]) =>
      meaningHash(over(analyses.extend({ ...tracks, ir }, { by: "track_id", columns }) as typeof extended));
    expect(other(renamed)).toBe(meaningHash(view));
    expect(other({ ...tracks.ir, relation: { kind: "table", schema: "x", table: "tracks" } })).not.toBe(
      meaningHash(view),
    );
    expect(other({ ...tracks.ir, tieBreak: ["id"] })).not.toBe(meaningHash(view));
    expect(other(tracks.where((t) => t.title.ne("x")).ir)).not.toBe(meaningHash(view));
    const named = (column: string) =>
      tracks.ir.columns.map((each) => (each.name === "plays" ? { ...each, column } : each));
    expect(other({ ...tracks.ir, columns: named("listens") })).toBe(meaningHash(view));
  });

  test("are scoped if one part is, and static if the columns they read of the extension are", () => {
    const scoped = { ...tracks, ir: { ...tracks.ir, tenant: "owner" } };
    expect(scopeOf(over(analyses.extend(scoped, { by: "track_id", columns: ["artist", "title"] })))).toBe("tenant");
    const isStatic = (of: typeof tracks) =>
      analyses.extend(of, { by: "track_id", columns: ["artist"] }).ir.columns.find(({ name }) => name === "artist")
        ?.static;
    expect(isStatic(tracks)).toBe(true);
    expect(isStatic(tracks.where((t) => t.artist.ne("x")))).toBe(true);
    expect(isStatic(tracks.where((t) => t.title.ne("x")))).toBeUndefined();
  });

  test("are compared with both tables and with the unique indexes", () => {
    const column = (name: string, type: string) => ({ name, type, isEnum: false, nullable: false });
    const described = (table: string, columns: ReturnType<typeof column>[]) => ({
      relation: { kind: "table", schema: null, table } as const,
      state: "found" as const,
      isReadable: true,
      uniqueKeys: [],
      columns,
    });
    const found = checkCatalog(
      { featureViews: [view], featureServices: [] },
      {
        tableNames: [],
        hasVectorExtension: false,
        relations: [
          described("tracks", [column("id", "integer"), column("artist", "text"), column("plays", "real")]),
          described("analysis_results", [
            column("track_id", "integer"),
            column("created_at", "timestamp with time zone"),
            column("score", "text"),
            column("id", "integer"),
          ]),
        ],
      },
    );
    expect(found.map(({ definition, code, path }) => `${definition} ${code} ${path}`)).toEqual([
      "analyses database_type_unreadable source.columns.score",
      "tracks database_column_missing source.columns.title",
      "artist key_not_unique entity.from",
      "tracks key_not_unique source.key",
    ]);
  });
});
