import { describe, expect, test } from "vitest";
import { nameOfFiles, partitionsIn, placeOf } from "../../../src/cli/init/files-place";

describe("the root of an engine that is not configured yet", () => {
  test.each([
    ["plays/*.parquet", "/home/ada", "plays/*.parquet"],
    ["*.parquet", "/home/ada", "*.parquet"],
    ["./lake/plays/**/*.parquet", "/home/ada/lake", "plays/**/*.parquet"],
    ["lake/plays.parquet", "/home/ada/lake", "plays.parquet"],
    ["/data/music/plays/*.parquet", "/data/music", "plays/*.parquet"],
    ["/data/music/plays/day=2026-01-01/a.parquet", "/data/music", "plays/day=2026-01-01/a.parquet"],
    ["/data/music/plays/**/*.parquet", "/data/music", "plays/**/*.parquet"],
    ["/data/music/plays.parquet", "/data/music", "plays.parquet"],
    ["/plays/*.parquet", "/", "plays/*.parquet"],
    ["s3://music/lake/plays/*", "s3://music/lake", "s3://music/lake/plays/*"],
    ["s3://music/plays/*", "s3://music", "s3://music/plays/*"],
  ])("of %s is %s", (path, root, below) => {
    expect(placeOf(path, "/home/ada")).toEqual({ root, path: below });
  });
});

test.each([
  ["plays/*.parquet", "plays"],
  ["plays/**/*.parquet", "plays"],
  ["plays/day=*/part-0.parquet", "plays"],
  ["plays/day=2026-01-01/*.parquet", "plays"],
  ["lake/song plays.PARQUET", "song plays"],
  ["*.parquet", "files"],
])("files %s are called %s", (path, name) => {
  expect(nameOfFiles(path)).toBe(name);
});

test("columns in names of folders have types that hold all of their values", () => {
  const files = [
    "/data/plays/day=2026-01-01/month=01/n=7/zip=01234/kind=a/x=1/0.parquet",
    "/data/plays/day=2026-02-28/month=12/n=-300/zip=99999/kind=1/x=__HIVE_DEFAULT_PARTITION__/a=b.parquet",
  ];
  expect(partitionsIn(files)).toEqual([
    { name: "day", type: "date" },
    { name: "month", type: "int32" },
    { name: "n", type: "int32" },
    { name: "zip", type: "string" },
    { name: "kind", type: "string" },
    { name: "x", type: "int32" },
  ]);
  expect(partitionsIn(["/data/plays/0.parquet"])).toEqual([]);
});
