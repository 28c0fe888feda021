import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { engineRules } from "../../src/check/engine-limits";
import { filePathFault, pathBelowRoots } from "../../src/check/file-path";
import { checkCatalog, checkDefinitions, type Engines, type FeatureView, type Relation } from "../../src/compiler";
import { count, entity, featureView, int64, source, sql, string, sum } from "../../src/index";

const engines: Engines = {
  lake: { kind: "duckdb", roots: ["/data/music", "s3://music/lake"], url: null },
  warehouse: { kind: "duckdb", roots: [], url: {} },
};

const files = source({
  name: "plays",
  engine: "lake",
  path: "plays/*.parquet",
  partitions: { day: { type: "date", holds: "day" } },
  key: { song_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { artist_id: int64(), seconds: int64() },
});
const songsOf = (place: { engine: string; path: string } | { table: string }) =>
  source({ name: "songs", key: { song_id: int64() }, history: "current", columns: { title: string() }, ...place });
const lakeSongs = songsOf({ engine: "lake", path: "songs" });
const viewOf = (from: typeof files, population = lakeSongs): FeatureView =>
  featureView({
    name: "listening",
    version: 1,
    entity: entity({ name: "song", key: { song_id: int64() }, from: population }),
    from,
    features: () => ({ plays: count().describe("Plays") }),
  }).ir;

const found = (view: FeatureView, known: Engines | undefined = engines) =>
  checkDefinitions(
    { featureViews: [view], featureServices: [] },
    { strict: true, ...(known === undefined ? {} : { engines: known }) },
  ).map(({ definition, path, code }) => `${definition} ${path} ${code}`);
const withRelation = (relation: Relation): FeatureView => {
  const view = viewOf(files);
  return { ...view, entity: { ...view.entity, population: null }, source: { ...view.source, relation } };
};
const relationFaults = (relation: Relation, known?: Engines) =>
  found(withRelation(relation), known).filter((each) => !each.endsWith("entity_without_population"));

describe("a view of an engine", () => {
  test("is accepted if all of its sources are that engine's", () => {
    expect(found(viewOf(files))).toEqual([]);
    expect(found(viewOf(files.extend(lakeSongs, { by: "song_id", columns: ["title"] }) as typeof files))).toEqual([]);
    expect(relationFaults({ kind: "table", schema: "public", table: "plays", engine: "warehouse" })).toEqual([]);
    expect(relationFaults({ kind: "query", text: "select * from 'a'", engine: "lake" })).toEqual([]);
  });

  test("is refused if its population or an extension is another engine's", () => {
    const postgres = songsOf({ table: "songs" });
    expect(found(viewOf(files, postgres))).toEqual(["listening@1 source engines_mixed"]);
    const extended = files.extend(postgres, { by: "song_id", columns: ["title"] }) as typeof files;
    expect(found(viewOf(extended))).toEqual(["listening@1 source engines_mixed"]);
  });

  test("names an engine of the settings; without settings, any name is accepted", () => {
    const other = { kind: "files", engine: "toString", path: "plays" } as const;
    expect(relationFaults(other)).toEqual(["plays source.engine engine_unknown"]);
    const all = checkDefinitions({ featureViews: [withRelation(other)], featureServices: [] });
    expect(all.map(({ code }) => code)).toEqual(["entity_without_population"]);
  });

  test("is compared with files, not with a database", () => {
    const view = viewOf(files);
    const relations = [view.source, view.entity.population].flatMap((each) =>
      each === null || each.relation.kind !== "files"
        ? []
        : {
            ...({ relation: each.relation, state: "found", uniqueKeys: [], isReadable: true } as const),
            columns: ["song_id", "artist_id", "seconds", "title", "id", "day", "played_at"].map((name) => ({
              ...{ name, type: name === "seconds" ? "numeric(12,3)" : "bigint", isEnum: false, nullable: null },
            })),
          },
    );
    const diagnostics = checkCatalog(
      { featureViews: [view], featureServices: [] },
      { relations, tableNames: [], hasVectorExtension: false },
    );
    const messages = diagnostics.map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringContaining("`seconds` is numeric(12,3) in the files"));
    expect(messages).toContainEqual(expect.stringMatching(/^Nothing guarantees that `songs` has one row per/));
    expect(messages.join()).not.toContain("database");
  });

  test("reads tables only of an engine that has a database", () => {
    const relation = { kind: "table", schema: "public", table: "plays", engine: "lake" } as const;
    expect(relationFaults(relation)).toEqual(["plays source.table engine_without_url"]);
  });

  test("has no SQL of PostgreSQL, in no filter and no feature", () => {
    const view = featureView({
      name: "listening",
      version: 1,
      entity: entity({ name: "song", key: { song_id: int64() }, from: lakeSongs.where(() => sql("bool")`true`) }),
      from: files.where((p) => sql("bool")`${p.seconds} > 3`),
      where: (p) => p.seconds.gt(1).and(sql("bool")`true`),
      features: (p) => ({
        plays: count().describe("Plays"),
        seconds: sum(sql("int64")`abs(${p.seconds})`).describe("Seconds"),
      }),
    });
    expect(found(view.ir)).toEqual(
      ["source.where", "entity.from.where", "where", "features.seconds"].map(
        (path) => `listening@1 ${path} engine_cannot`,
      ),
    );
  });

  test("is refused what the guide of engines lists", () => {
    const guide = readFileSync(join(import.meta.dirname, "../../../docs/guide/engines.md"), "utf8");
    for (const kind of ["duckdb", "spark"] as const) {
      const listed = engineRules[kind].map(({ node, reason }) => `| ${node} | ${reason} |\n`);
      expect(guide).toContain(`| refused | because |\n| --- | --- |\n${listed.join("")}\n`);
    }
  });

  test("has queries without functions of the engine whose value changes", () => {
    const query = (engine: string) =>
      ({ kind: "query", text: "select * from plays where day < today()", engine }) as const;
    expect(relationFaults(query("lake"))).toEqual(["plays source.query clock_or_chance"]);
  });

  test("has `**` on Spark only before the last part of a path", () => {
    const on = (path: string, kind: "duckdb" | "spark") => {
      const settings = { lake: { kind, roots: ["s3://music/lake"], url: {} } };
      const relation = { kind: "files", engine: "lake", path: `s3://music/lake/${path}` } as const;
      return checkDefinitions({ featureViews: [withRelation(relation)], featureServices: [] }, { engines: settings })
        .filter(({ severity }) => severity === "error")
        .map(({ code }) => code);
    };
    expect(on("plays/**/*.parquet", "spark")).toEqual([]);
    expect(on("**/day=1/*.parquet", "duckdb")).toEqual([]);
    for (const path of ["**/day=1/*.parquet", "*/**/*.parquet", "plays/**"])
      expect(on(path, "spark"), path).toEqual(["path_invalid"]);
  });

  test("has partitions with names and types that folders can have", () => {
    const of = (...partitions: { name: string; type: "date" | "int32" | "string"; holds?: "year" | "day" }[]) =>
      relationFaults({ kind: "files", engine: "lake", path: "plays", partitions });
    expect(of({ name: "day", type: "int32", holds: "day" }, { name: "country", type: "string" })).toEqual([]);
    expect(of({ name: "y", type: "string", holds: "year" })).toEqual(["plays source.partitions.y partition_type"]);
    expect(of({ name: "a/b", type: "string" })).toEqual(["plays source.partitions.a/b column_name_invalid"]);
    expect(of({ name: "a", type: "string" }, { name: "a", type: "date" })).toEqual([
      "plays source.partitions.a column_duplicate",
    ]);
  });
});

describe("a path of files", () => {
  test.each([
    ["plays", "/data/music/plays"],
    ["./plays//day=*/*.parquet", "/data/music/plays/day=*/*.parquet"],
    ["plays/2026-01-01T12:00.parquet", "/data/music/plays/2026-01-01T12:00.parquet"],
    ["plays/a..b/...", "/data/music/plays/a..b/..."],
    ["/data/music", "/data/music"],
    ["/data/./music/plays/**/*.parquet", "/data/music/plays/**/*.parquet"],
    ["s3://music/lake/plays/*", "s3://music/lake/plays/*"],
  ])("%s is below a root", (path, place) => {
    expect(filePathFault(path)).toBeNull();
    expect(pathBelowRoots(path, engines.lake?.roots ?? [])).toBe(place);
  });

  test.each([
    "/data",
    "/data/musical",
    "/data/*",
    "/*/music/plays",
    "/etc/passwd",
    "s3://music/lakes",
    "s3://musi*/lake",
    "/data/[m]usic/plays",
    "s3://music/lake",
    "s3://music//lake/plays",
    "s3://music.evil/lake/plays",
    "s3://evil/lake/plays",
  ])("%s is below no root", (path) => {
    expect(pathBelowRoots(path, engines.lake?.roots ?? [])).toBeNull();
    expect(relationFaults({ kind: "files", engine: "lake", path })[0]).toMatch(/path_(outside_roots|invalid)$/);
  });

  test("is below the first root if that is a folder, and without roots below none", () => {
    expect(pathBelowRoots("plays", ["/data", "s3://music/lake"])).toBe("/data/plays");
    expect(pathBelowRoots("plays", ["s3://music/lake", "/data"])).toBeNull();
    expect(pathBelowRoots("plays", [])).toBeNull();
    expect(relationFaults({ kind: "files", engine: "warehouse", path: "plays" })).toEqual([
      "plays source.path path_outside_roots",
    ]);
  });

  test.each([
    ...[
      "",
      "  ",
      "..",
      "../plays",
      "plays/..",
      "plays/../../etc",
      "/data/music/../x",
      "plays\\..\\x",
      "s3://music/lake/../x",
    ],
    ...[
      "plays/{..,a}/x",
      "plays/{a,../b}",
      "~/plays",
      "gs://music/lake",
      "http://127.0.0.1/x",
      "HTTPS://x/y",
      "file:///etc/passwd",
    ],
    ...[
      "file:/etc/passwd",
      "s3a://music/lake",
      "s3://",
      "s3://music",
      "s3://music/",
      "S3://music/lake/x",
      "a\u0000b",
      "a\nb",
    ],
    ...["s3://music/lake/x?s3_endpoint=127.0.0.1", "s3://music/lake/x#y", "s3://user@music/lake/x", "s3:///lake/x"],
    ...["s3://music/lake/%2e%2E/x", "s3://music/lake/a%2F..%2Fx", "s3://music/lake/./x", "s3://*/lake/x", "gcs:x"],
  ])("%j has a fault", (path) => {
    expect(filePathFault(path)).not.toBeNull();
    expect(relationFaults({ kind: "files", engine: "lake", path })).toEqual(["plays source.path path_invalid"]);
  });

  test("never leaves its root: law", () => {
    const part = fc.constantFrom("a", "b", "*", "**", ".", "..", "", "~", "{a,..}", "music", "data", "day=1");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.boolean(), (parts, isAbsolute) => {
        const path = `${isAbsolute ? "/" : ""}${parts.join("/")}`;
        if (filePathFault(path) !== null) return;
        const place = pathBelowRoots(path, ["/data/music"]);
        if (place === null) return;
        expect(place).toMatch(/^\/data\/music(?:\/|$)/);
        expect(place.split(/[/{},]/)).not.toContain("..");
      }),
    );
  });
});
