import { describe, expect, test } from "vitest";
import { licenceFault } from "../../src/check/spdx";
import {
  type Catalog,
  checkCatalog,
  checkDefinitions,
  currentRelations,
  type Dataset,
  type Definitions,
  relationsOf,
  resolveDataset,
} from "../../src/compiler";
import { type DatasetRow, dataset, int64, source, string } from "../../src/index";
import { artistListening, listening, song } from "../computed/fixtures";
import { popular, songsDataset, speechesDataset } from "./fixtures";

const views = [song.ir, listening.ir, artistListening.ir];
const of = (...datasets: Dataset[]): Definitions => ({
  featureViews: views,
  featureServices: [popular.ir],
  datasets,
});
const codes = (definitions: Definitions, options = {}): readonly string[] =>
  checkDefinitions(definitions, options)
    .filter(({ severity }) => severity === "error")
    .map(({ code, path }) => `${code} ${path}`);

describe("checks of datasets", () => {
  test("accept complete datasets of a source and of a service", () => {
    expect(codes(of(speechesDataset.ir, songsDataset.ir), { strict: true })).toEqual([]);
  });

  test("accept a service and views that are only registered", () => {
    const options = { registered: views, registeredServices: [popular.ir] };
    expect(codes({ featureViews: [], featureServices: [], datasets: [songsDataset.ir] }, options)).toEqual([]);
    expect(codes({ featureViews: [], featureServices: [], datasets: [songsDataset.ir] })).toEqual([
      "dataset_service_unknown from",
    ]);
  });

  test("report two datasets of one name", () => {
    expect(codes(of(speechesDataset.ir, { ...speechesDataset.ir, owner: "me" }))).toEqual([
      "definition_duplicate name",
    ]);
  });

  test("report what the types would refuse, without throwing", () => {
    const bare = source({
      name: "bare",
      table: "bare",
      key: { id: int64() },
      history: "current",
      columns: { a: string() },
    });
    const unchecked = JSON.parse('{ "split": { "by": "b", "train": 0.5, "validation": 0, "test": 99.5 } }');
    const made = dataset({
      // A loader does not check types.
      ...JSON.parse('{ "title": 1 }'),
      name: "Bare",
      from: bare,
      columns: (row: DatasetRow<typeof bare>) => ({
        a: row.a,
        id: row.id.describe("Id"),
        bb: Reflect.get(row, "b").describe("b"),
      }),
      quality: { score: (columns: object) => Reflect.get(columns, "aa"), description: "" },
      exclude: [{ reason: "x y", description: "", when: (row: object) => Reflect.get(row, "a") }],
      clean: { uniqueText: "a" },
      ...unchecked,
    });
    expect([...codes({ featureViews: [], featureServices: [], datasets: [made.ir] })].sort()).toEqual(
      [
        ...["name_invalid name", "dataset_column_undocumented columns.a", "dataset_column_reserved columns.id"],
        ...["dataset_reads_unknown columns.bb", "dataset_column_unknown quality.score"],
        ...["dataset_part_missing quality.description", "name_invalid exclude.x y", "dataset_part_missing exclude.x y"],
        ...["condition_not_bool exclude.x y", "dataset_split_shares split", "dataset_column_unknown split.by"],
        ...["title", "purpose", "licence", "cadence", "contact", "provenance"].map(
          (part) => `dataset_part_missing ${part}`,
        ),
      ].sort(),
    );
  });

  test("report schedules that cannot be read, and terms that a gated dataset lacks", () => {
    const { ir } = speechesDataset;
    expect(codes(of({ ...ir, schedule: { cron: "often", zone: "UTC" } }))).toEqual(["schedule_not_cron schedule"]);
    expect(codes(of({ ...ir, access: "gated" }))).toEqual(["dataset_terms_missing terms"]);
    expect(codes(of({ ...ir, access: "gated", terms: { version: "1", text: "Be kind" } }))).toEqual([]);
  });

  test("check the source's own declaration and its filter", () => {
    const zoned = source({
      ...{ name: "zoned", table: "zoned", key: { id: int64() }, history: "current" },
      eventTime: { column: "at", zone: "Nowhere" },
      columns: { a: string() },
    });
    const made = dataset({
      ...{ name: "zoned", from: zoned.where((row) => Reflect.get(row, "missing").eq(1)), title: "t", purpose: "p" },
      ...{ provenance: ["p"], licence: "MIT", cadence: "c", contact: "c" },
      columns: (row) => ({ a: row.a.describe("A") }),
    });
    expect(codes({ featureViews: [], featureServices: [], datasets: [made.ir] })).toEqual([
      "zone_unknown source.eventTime",
      "column_unknown from.where",
    ]);
  });
});

describe("the database's catalog", () => {
  const definitions: Definitions = { featureViews: [], featureServices: [], datasets: [speechesDataset.ir] };
  const catalogWith = (...columns: readonly (readonly [name: string, type: string])[]): Catalog => ({
    tableNames: ["archive.speeches"],
    hasVectorExtension: true,
    relations: [
      {
        ...{ relation: { kind: "table", schema: "archive", table: "speeches" }, state: "found", schema: "archive" },
        ...{ isReadable: true, uniqueKeys: [] },
        columns: columns.map(([name, type]) => ({ name, type, isEnum: false, nullable: false })),
      },
    ],
  });
  const every = [
    ...([
      ["speech_id", "bigint"],
      ["language", "text"],
      ["speaker", "text"],
      ["body", "text"],
    ] as const),
    ...([
      ["words", "integer"],
      ["votes", "text"],
      ["data", "jsonb"],
    ] as const),
  ] as const;

  test("is compared with the tables and columns of a dataset's source", () => {
    expect(relationsOf(definitions)).toEqual([{ kind: "table", schema: "archive", table: "speeches" }]);
    const found = checkCatalog(definitions, catalogWith(...every, ["held_at", "timestamp without time zone"]));
    expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
    const absent = checkCatalog(
      definitions,
      catalogWith(...every.slice(0, 4), ["held_at", "date"], ["words", "bigint"]),
    );
    expect(absent.map(({ code, path }) => `${code} ${path}`)).toEqual(
      expect.arrayContaining([
        "database_type_unreadable source.columns.words",
        "database_column_missing source.columns.votes",
        "database_type_unreadable source.columns.held_at",
      ]),
    );
  });

  test("gives the schema that `apply` stores", () => {
    const { ir } = dataset({
      ...{ name: "plain", title: "t", purpose: "p", provenance: ["p"], licence: "MIT", cadence: "c", contact: "c" },
      from: source({
        name: "plain",
        table: "plain",
        key: { id: int64() },
        history: "current",
        columns: { a: string() },
      }),
      columns: (row) => ({ a: row.a.describe("A") }),
    });
    const resolve = currentRelations({
      ...catalogWith(),
      relations: [
        {
          ...{ relation: { kind: "table", schema: null, table: "plain" }, state: "found", schema: "public" },
          ...{ isReadable: true, uniqueKeys: [], columns: [] },
        },
      ],
    });
    expect(resolveDataset(ir, resolve).rows).toMatchObject({ source: { relation: { schema: "public" } } });
    expect(resolveDataset(songsDataset.ir, resolve)).toEqual(songsDataset.ir);
  });
});

test("licences are SPDX expressions of known ids", () => {
  for (const valid of [
    ...["CC0-1.0", "MIT OR Apache-2.0", "(MIT AND CC-BY-4.0) OR LicenseRef-our-terms", "((MIT))", "GPL-2.0-only"],
  ])
    expect(licenceFault(valid), valid).toBeNull();
  for (const malformed of ["", "()", "MIT OR", "AND MIT", "MIT MIT", "(MIT", "MIT)", "OR"])
    expect(licenceFault(malformed), malformed).toEqual({ id: null, nearest: null });
  expect(licenceFault("MIT OR CC-BY 4.0")).toMatchObject({ id: "CC-BY" });
  expect(licenceFault("cc0-1.0")).toEqual({ id: "cc0-1.0", nearest: "CC0-1.0" });
  expect(licenceFault("proprietary")).toMatchObject({ id: "proprietary" });
});
