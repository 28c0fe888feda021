import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli";

const compared = expect.stringMatching(/^Checked: .*, compared with the files\.$/m);

describe("init on Parquet files", () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await createCliProject({}, { isNew: true });
    const lake = join(project.folder, "lake");
    await mkdir(lake);
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    await duckdb.run("set TimeZone = 'UTC'");
    await duckdb.run(`copy (
      select n as id, n % 3 as song_id, timestamptz '2026-01-01 10:00:00+00' + to_days((n % 2)::integer) as played_at,
        n % 2 as city, n * 1.5 as seconds, n::decimal(38,12) as price, 'a' || n as label, '{"a": 1}' as details, [0.5, 1.5]::float[2] as sound,
        date '2026-01-01' + (n % 2)::integer as day
      from range(1, 9) as t(n)
    ) to '${lake}/plays' (format parquet, partition_by (day))`);
    await duckdb.run(`copy (select 1::uint64 as id, now() as at) to '${lake}/types.parquet' (format parquet)`);
    await duckdb.run(`copy (
      select n % 3 as song_id, timestamptz '2026-01-01 10:00:00+00' as played_at, n % 2 as city from range(9) as t(n)
    ) to '${lake}/tied.parquet' (format parquet)`);
    await duckdb.run(`copy (select 1 as id) to '${lake}/songs.parquet' (format parquet)`);
    duckdb.closeSync();
    await project.write({ "lake/notes.parquet": "no Parquet" });
  });
  afterAll(() => project.remove());

  test("scaffolds a project with the engine, the partitions and the types of the files", async () => {
    const line = ["--engine", "lake", "--path", "lake/plays/*/*.parquet", "--key", "song_id", "--time", "played_at"];
    expect(await project.json("init", ...line)).toMatchObject({
      code: 0,
      document: { unchanged: [], table: "plays/*/*.parquet", view: "song_plays@1" },
    });
    const text = await readFile(join(project.folder, "definitions/index.ts"), "utf8");
    for (const part of [
      'engine: "lake",\n  path: "plays/*/*.parquet",',
      'partitions: { day: { type: "date" } },',
      "key: { song_id: int64() },",
      'eventTime: "played_at",',
      'tieBreak: "id",',
      "seconds: decimal().nullable(), // numeric(21,1) in the files; float64() gives numbers, decimal() exact texts\n",
      "price: decimal().nullable(), // numeric(38,12) in the files; float64() gives numbers, decimal() texts with 10 digits after",
      "day: date().nullable(),",
    ])
      expect(text).toContain(part);
    expect(await readFile(join(project.folder, "featstore.config.yaml"), "utf8")).toContain(
      'engines:\n  lake: { kind: duckdb, roots: ["lake"] }\n',
    );
    const readme = await readFile(join(project.folder, "README.md"), "utf8");
    expect(readme).toMatch(/featstore get song [012]\n/);
    expect(readme).toMatch(/npm run check .*a comparison with the files\n/);
    expect(readme).toContain("Without `DATABASE_URL` you need neither");
    expect(await project.run("check", "--strict")).toMatchObject({ code: 0, stdout: compared });
    expect((await project.run("test")).stdout).toMatch(/^2 .*\b0 /m);
    // There is no database yet.
    await project.write({ "definitions/index.ts": text.replaceAll("label: string()", "label: int64()") });
    expect(await project.json("check")).toMatchObject({ code: 1, document: { compared_with_database: false } });
    expect(await project.run("check", "--offline")).toMatchObject({ code: 0 });
    await project.write({ "definitions/index.ts": text });
  });

  test("the scaffolded project prints the engine's SQL and can be planned and applied", async () => {
    expect((await project.run("sql", "song_plays")).stdout).toContain("read_parquet('plays/*/*.parquet'");
    expect(await project.json("apply")).toMatchObject({ code: 0, document: { applied_revision: 1 } });
    expect(await project.json("plan")).toMatchObject({ code: 0, document: { outcome: "nothing" } });
    expect(await project.json("check", "--strict")).toMatchObject({
      code: 0,
      document: { compared_with_database: true },
    });
    expect(await project.run("check", "--strict")).toMatchObject({ code: 0, stdout: compared });
    expect((await project.run("history")).stdout).toMatch(/plays of lake: 2 files/);
    const types = await project.run("types");
    expect(types.stdout).toContain("song_plays");
  });

  test("the scaffolded project can be materialized and read", async () => {
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    expect(await project.json("get", "song", "1")).toMatchObject({
      code: 0,
      document: {
        status: ["complete"],
        rows: [["1", "2026-01-02", '{"a": 1}', "7", "a7", "7", 3, expect.any(Number), "10.5", [0.5, 1.5]]],
      },
    });
  });

  test("a training set counts unknown keys, and a rerun says how many files a source has now", async () => {
    await project.write({ "spine.csv": "song_id,as_of\n1,2026-02-01T00:00:00Z\n99,2026-02-01T00:00:00Z\n" });
    const features = ["--features", "song_plays.row_count"];
    const made = await project.run("training-set", ...features, "--spine", "spine.csv", "--out", "first.csv");
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^missing: .*unknown keys .*also counts$/m) });
    const [, id] = /^training set (\S+),/m.exec(made.stdout) ?? [];
    const place = join(project.folder, "lake/plays");
    await cp(join(place, "day=2026-01-02"), join(place, "day=2026-01-03"), { recursive: true });
    const again = await project.run("training-set", "--rerun", id ?? "", "--out", "second.csv");
    expect(again.stdout).toMatch(/: Other bytes, because the files of "plays" changed: 3 instead of 2\.$/m);
  });

  test("scaffolds no tie break if no column differs between the rows of a key", async () => {
    const line = ["--engine", "files", "--path", "lake/tied.parquet", "--key", "song_id", "--time", "played_at"];
    expect(await project.json("init", "tied", ...line)).toMatchObject({ code: 0 });
    const text = await readFile(join(project.folder, "tied/definitions/index.ts"), "utf8");
    expect(text).not.toContain("tieBreak");
    expect(text).toContain("city: int64()");
  });

  test.each([
    ["files_not_named", "--engine", "lake"],
    ["files_not_named", "--path", "lake/songs.parquet"],
    ["files_not_named", "--engine", "lake", "--path", "lake/songs.parquet", "--table", "songs"],
    ["engine_name_invalid", "--engine", "postgres", "--path", "lake/songs.parquet"],
    ["engine_name_invalid", "--engine", "My Lake", "--path", "lake/songs.parquet"],
    ["path_invalid", "--engine", "lake", "--path", "../songs.parquet"],
    ["path_outside_roots", "--engine", "lake", "--path", "/etc/*.parquet"],
    ["files_unreadable", "--engine", "lake", "--path", "absent/*.parquet"],
    ["files_unreadable", "--engine", "lake", "--path", "notes.parquet"],
    ["time_not_chosen", "--engine", "lake", "--path", "songs.parquet"],
  ])("refuses with %s: %s %s %s", async (code, ...line) => {
    const { stdout, code: exit } = await project.run("init", "other", ...line, "--json");
    expect(exit).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  });

  test("says what to do about a key that is wider than int64", async () => {
    const line = ["--engine", "lake", "--path", "types.parquet", "--key", "id", "--time", "at"];
    expect(await project.json("init", "other", ...line)).toMatchObject({
      code: 1,
      document: {
        error: { code: "column_type_unfit", advice: expect.stringMatching(/uint64.*int64.*cast\(id as bigint\)/) },
      },
    });
  });
});
